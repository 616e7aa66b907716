import Dispatch
import Embedding
import Foundation
import Models
import Search
import Store
import Support
import Synchronization
import TestEmbedder
import TestPostgres
import Testing

@testable import Cache

/// Two nodes of one store: one whose memory holds all of it from the start on, and one that brings scopes there when they
/// are asked for, and hears of changes when a test says so.
final class TwoNodes: Sendable {
    enum Kind: CaseIterable, Sendable {
        case file, server
    }

    let store: Store
    let embedder = WordEmbedder()
    /// Holds everything.
    let whole: SemanticCache
    /// Holds what it is asked for.
    let part: SemanticCache
    var loader: ScopeLoader { part.memory.loader! }
    private let shared: Shared
    private let folder: String
    private let url: String?

    /// What the closures below read: a class, so that they can hold it before the nodes exist.
    private final class Shared: Sendable {
        let now = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
        let bounds = Mutex<[MemoryBudget.Bound]>([])
        let lines = Mutex<[String]>([])
        /// While it is set, a scope that is being read waits at its first vector.
        let halt = Mutex<DispatchSemaphore?>(nil)
        let halted = DispatchSemaphore(value: 0)
    }

    init(_ kind: Kind = .file) throws {
        let shared = Shared()
        self.shared = shared
        let clock = WallClock { shared.now.withLock { $0 } }
        folder = "/tmp/refrain-node-tests-\(UInt64.random(in: 0...UInt64.max))"
        switch kind {
        case .file:
            url = nil
            store = try Store.open(directory: folder, durability: .normal, clock: clock, log: .none)
        case .server:
            url = try PostgresServer.shared!.makeDatabase()
            store = try Store.open(url: url!, directory: nil, clock: clock, log: .none)
        }
        var parts = SemanticCache.Parts(
            store: store, embedder: embedder, confirmer: nil,
            judge: Judge(errorTarget: 0.01, floor: 0.6, prior: .byWords), economics: Economics(Bench.prices),
            clock: clock, log: Log { line in shared.lines.withLock { $0.append(line) } })
        parts.memoryBudget = MemoryBudget { [] }
        parts.loadsScopes = false
        whole = SemanticCache(parts)
        parts.loadsScopes = true
        parts.memoryBudget = MemoryBudget {
            if let halt = shared.halt.withLock({ $0 }) {
                shared.halted.signal()
                halt.wait()
            }
            return shared.bounds.withLock { $0 }
        }
        part = SemanticCache(parts)
        // What is committed it is told by the tests, in their order.
        try part.memory.loader!.readShared()
    }

    var lines: [String] { shared.lines.withLock { $0 } }

    func pass(seconds: Int64) { shared.now.withLock { $0 = $0 + seconds } }

    func bound(limit: Int, used: Int) {
        shared.bounds.withLock { $0 = [MemoryBudget.Bound("a test's limit", limit: limit, used: used, reserve: 0)] }
    }

    /// Halts the reading of a scope while the body runs: it begins, and stands where the store was read.
    func whileReading(_ scope: ScopeID, _ body: () async throws -> Void) async throws {
        let halt = DispatchSemaphore(value: 0)
        shared.halt.withLock { $0 = halt }
        let asked = Task { await loader.holds(scope) }
        await BackgroundThread.result { [shared] in shared.halted.wait() }
        shared.halt.withLock { $0 = nil }
        do { try await body() } catch {
            halt.signal()
            throw error
        }
        halt.signal()
        _ = await asked.value
        // Those who waited may have left before it was read.
        while part.indexes.index(of: scope) == nil {
            _ = await loader.holds(scope)
            await Task.yield()
        }
    }

    static func key(_ scope: String) -> ScopeKey { ScopeKey(tenant: "t", name: scope, digest: Digest(of: "")) }

    /// Stores a question by one of the nodes.
    @discardableResult
    func insert(_ question: String, scope: String = "", by cache: SemanticCache) async throws -> InsertOutcome {
        try await cache.insert([Self.entry(question, scope)], policy: .replace)[0].get()
    }

    static func entry(_ question: String, _ scope: String) -> NewEntry {
        NewEntry(
            scope: key(scope), key: SemanticCache.key(of: question), question: question, answer: "of \(question)",
            origin: .client)
    }

    /// Makes a wording lead to an entry, as a confirmed one does.
    func alias(_ wording: String, of id: EntryID, scope: String = "", by cache: SemanticCache) async throws {
        var new = Self.entry(wording, scope)
        let vector = try await embedder.embed([wording])[0]
        new.vector = NewEntry.Vector(embedder: cache.embedderKey, components: vector)
        if let entry = try store.entry(id) { try await cache.merge(new, into: entry) }
    }

    func close() async {
        await store.close()
        if let url { PostgresServer.shared?.remove(url) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What a node holds of a scope, as far as it shows.
    struct Held: Equatable {
        var rows: [Int64: Float] = [:]
        var aliases: [EntryID: Int] = [:]
        var probabilities: [EntryID: Double] = [:]
    }

    func held(_ scope: ScopeID, by cache: SemanticCache) throws -> Held {
        var held = Held()
        let probe = [Float](repeating: 0.125, count: 64)
        for match in cache.indexes.index(of: scope)?.search(probe.span, floor: -1, limit: 10_000) ?? [] {
            held.rows[match.id] = match.similarity
        }
        for entry in try store.entries(limit: 10_000) where entry.scope == scope {
            held.aliases[entry.id] = cache.indexes.aliasCount(of: entry.id, in: scope)
            held.probabilities[entry.id] = cache.evidence.assess(0, scope, entry.id, entry.created).probability
        }
        return held
    }

    /// Every scope of the store is held as a node holds it that reads the whole store now.
    func check(_ comment: String = "") async throws {
        var parts = whole.parts
        parts.loadsScopes = false
        let fresh = SemanticCache(parts)
        _ = try fresh.load()
        for scope in try store.scopes(tenant: "t", name: nil, limit: 1_000) {
            #expect(await loader.holds(scope))
            #expect(try held(scope, by: part) == held(scope, by: fresh), "scope \(scope.rawValue) \(comment)")
        }
    }
}

/// Tells what a store's feed would: what has changed since it was last asked.
struct PlayedFeed {
    private struct State: Equatable {
        var scope: ScopeID
        var own: [Float]?
        var aliases: Set<AliasVectorID> = []
    }

    private var states: [EntryID: State] = [:]
    private var observations: [Int64: Observation] = [:]
    /// Beyond those of a store that counts its own.
    private var commit: Int64 = 1 << 60

    mutating func changes(_ nodes: TwoNodes) throws -> [Change] {
        commit += 1
        var now: [EntryID: State] = [:]
        for entry in try nodes.store.entries(limit: 10_000) { now[entry.id] = State(scope: entry.scope) }
        let embedder = nodes.part.embedderKey
        try nodes.store.vectors(embedder) { _, entry, _, vector in now[entry]?.own = vector.indices.map { vector[$0] } }
        try nodes.store.aliasVectors(embedder) { _, entry, alias, _ in now[entry]?.aliases.insert(alias) }
        var changes: [Change] = []
        for id in Set(states.keys).union(now.keys).sorted() where states[id] != now[id] {
            let (old, new) = (states[id], now[id])
            let loses = old.map { old in
                new == nil || (old.own != nil && old.own != new!.own) || !old.aliases.isSubset(of: new!.aliases)
            }
            changes.append(
                Change(
                    commit: commit, kind: loses == true ? .changed : .added, scope: (new ?? old)!.scope,
                    row: id.rawValue))
        }
        states = now
        var seen: [Int64: Observation] = [:]
        for source in Observation.Source.allCases {
            try nodes.store.observations(of: source) { seen[$1] = $0 }
        }
        for row in seen.keys.sorted() where observations[row] != seen[row] {
            changes.append(Change(commit: commit, kind: .observed, scope: seen[row]!.scope, row: row))
        }
        observations = seen
        return changes
    }
}

/// Runs a body with two nodes of their own.
func withNodes(_ kind: TwoNodes.Kind = .file, _ body: (TwoNodes) async throws -> Void) async throws {
    if kind == .server, !PostgresServer.isInstalled { return }
    let nodes = try TwoNodes(kind)
    do { try await body(nodes) } catch {
        await nodes.close()
        throw error
    }
    await nodes.close()
}
