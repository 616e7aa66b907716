import Dispatch
import Support
import Synchronization
import Testing

@testable import Store

/// What a node reads of one scope, and of entries that have changed.
@Suite(.bothStores) struct ScopeContentsTests {
    private static let other = ScopeKey(tenant: "ten", name: "other", digest: key("context"))

    /// What was visited.
    private final class Visited: Sendable {
        struct Parts {
            var entries: [EntryID: [Float]] = [:]
            var aliases: [AliasVectorID: EntryID] = [:]
            var observed: [Int64] = []
        }

        let parts = Mutex(Parts())

        func visit(_ part: ScopeReader.Part, _ vector: Span<Float>) {
            let components = vector.indices.map { vector[$0] }
            parts.withLock { parts in
                switch part {
                case .entry(let entry): parts.entries[entry] = components
                case .alias(let alias, let entry): parts.aliases[alias] = entry
                case .observation(_, let row, _): parts.observed.append(row)
                case .damaged: break
                }
            }
        }
    }

    private func alias(_ text: String, of entry: EntryID, _ store: Store) async throws -> AliasVectorID {
        _ = try await store.addAlias(to: entry, text: text, key: key(text), source: .confirmed)
        let vector = NewEntry.Vector(embedder: embedder, components: vector(text.utf8.count))
        return try #require(try await store.addAliasVector(to: entry, key: key(text), vector))
    }

    private func observation(_ place: InsertOutcome) -> Observation {
        Observation(scope: place.scope, entry: place.entry, source: .verdict, logOdds: 1, same: 0.5)
    }

    @Test func oneScopeIsReadAndNoOther() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let reader = try store.scopeReader()
        var mine: [InsertOutcome] = []
        for number in 0..<5 {
            mine.append(try await store.insert(newEntry("q\(number)", vector: number == 4 ? nil : vector(number))))
            let foreign = try await store.insert(newEntry("q\(number)", scope: Self.other, vector: vector(number)))
            _ = try await alias("a\(number)", of: foreign.entry, store)
            try await store.record([observation(foreign)])
        }
        let found = try await alias("mine", of: mine[1].entry, store)
        try await store.record([observation(mine[0]), observation(mine[1])])
        for _ in 0..<2 {
            let visited = Visited()
            let number = try reader.read(mine[0].scope, embedder) { part, vector in
                visited.visit(part, vector)
                return true
            }
            #expect(number != nil)
            let parts = visited.parts.withLock { $0 }
            #expect(parts.entries == Dictionary(uniqueKeysWithValues: (0..<4).map { (mine[$0].entry, vector($0)) }))
            #expect(parts.aliases == [found: mine[1].entry])
            #expect(parts.observed.count == 2 && parts.observed == parts.observed.sorted())
            // One that ends early leaves the reader as it was.
            var count = 0
            let ended = try reader.read(mine[0].scope, embedder) { _, _ in
                count += 1
                return count < 2
            }
            #expect(ended == nil && count == 2)
        }
        let unknown = try reader.read(ScopeID(rawValue: 999), embedder) { _, _ in true }
        #expect(unknown != nil, "there is nothing to visit")
        await store.close()
        #expect(throws: StoreError.self) { _ = try reader.read(mine[0].scope, embedder) { _, _ in true } }
    }

    /// All parts are of one state of the database.
    @Test func whatIsCommittedMeanwhileIsNotInIt() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await store.insert(newEntry("q", vector: vector(1)))
        let (isHalted, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let visited = Visited()
        let reading = Task {
            await BackgroundThread.result {
                let reader = try? store.scopeReader()
                _ = try? reader?.read(place.scope, embedder) { part, vector in
                    visited.visit(part, vector)
                    isHalted.signal()
                    goesOn.wait()
                    return true
                }
            }
        }
        await BackgroundThread.result { isHalted.wait() }
        _ = try await alias("later", of: place.entry, store)
        try await store.record([observation(place)])
        for _ in 0..<4 { goesOn.signal() }
        await reading.value
        let parts = visited.parts.withLock { $0 }
        #expect(parts.entries.count == 1 && parts.aliases.isEmpty && parts.observed.isEmpty)
        await store.close()
    }

    @Test func entriesAreReadAsTheyAreNow() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        var all: [EntryID] = []
        for number in 0..<Limits.changesPerRead + 6 {
            all.append(try await store.insert(newEntry("q\(number)", vector: number == 1 ? nil : vector(number))).entry)
        }
        let foreign = try await store.insert(newEntry("q", scope: Self.other, vector: vector(1)))
        let scope = try #require(try store.entry(all[0])).scope
        let aliases = [try await alias("a", of: all[1], store), try await alias("bc", of: all[1], store)]
        try await store.forget([all[0]])
        let found = try store.vectors(of: all + [foreign.entry], in: scope, embedder).sorted { $0.entry < $1.entry }
        #expect(found.map(\.entry) == Array(all[1...]))
        #expect(found[0].own == nil && Set(found[0].aliases.map(\.id)) == Set(aliases))
        #expect(found[1].own == vector(2) && found.last?.own == vector(all.count - 1))
        let places = try store.vectorPlaces(of: all + [foreign.entry], in: scope, embedder)
        #expect(places.own == Set(all[2...]))
        #expect(places.aliases == [aliases[0]: all[1], aliases[1]: all[1]])
        #expect(try store.vectors(of: [], in: scope, embedder).isEmpty)
        #expect(try store.vectorPlaces(of: all, in: foreign.scope, embedder).own.isEmpty)
        await store.close()
    }

    @Test func observationsAreReadByTheirNumbers() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await store.insert(newEntry("q"))
        var audit = observation(place)
        audit.source = .audit
        try await store.record([observation(place), audit, observation(place)])
        var audits: [Int64] = []
        try store.observations(of: .audit) { found, row in
            #expect(found == audit)
            audits.append(row)
        }
        let row = try #require(audits.first)
        let found = try store.observations([row + 1, row, row + 100])
        #expect(found.map(\.row) == [row, row + 1] && found.map(\.observation.source) == [.audit, .verdict])
        #expect(audits.count == 1 && store.isShared == (StoreKind.current == .postgres))
        await store.close()
    }
}
