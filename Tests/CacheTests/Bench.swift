import Cache
import Embedding
import Foundation
import HTTP
import JSON
import Store
import Support
import Synchronization
import TestEmbedder
import Testing

@testable import Models

/// A cache over a real store in a folder of its own, with a scripted mini and a scripted full.
final class Bench: Sendable {
    let cache: SemanticCache
    let embedder: WordEmbedder
    let store: Store
    let folder: String

    struct Script {
        /// Mini's reply to a confirmation; nil means it cannot be reached.
        var verdict: String? = #"{"same_as":null,"reason":"different"}"#
        var confirmations: [[String]] = []
        var answers = 0
        var now = Timestamp(milliseconds: 1_800_000_000_000)
    }

    init(
        hasMini: Bool = true, timeToLiveSeconds: Int64? = nil, errorTarget: Double = 0.01,
        capacity: Capacity = Capacity(), personalData: PersonalDataPolicy = .none, staleSeconds: Int64 = 0,
        memoryBudget: MemoryBudget = MemoryBudget { [] }
    ) throws {
        folder = "/tmp/refrain-cache-tests-\(UInt64.random(in: 0...UInt64.max))"
        let script = SharedScript()
        let clock = WallClock { script.value.withLock { $0.now } }
        store = try Store.open(directory: folder, durability: .normal, clock: clock, log: .none)
        embedder = WordEmbedder()
        let confirmer = Confirmer { body throws(ModelError) in
            let data = try! JSONValue.parse(body["messages"]?[1]?["content"]?.string ?? "")
            let verdict = script.value.withLock { script in
                script.confirmations.append((data["candidates"]?.array ?? []).compactMap(\.string))
                return script.verdict
            }
            guard let verdict else { throw ModelError(.unreachable) }
            return Bench.completion(verdict, cost: Money(nanodollars: 100))
        }
        var parts = SemanticCache.Parts(
            store: store, embedder: embedder, confirmer: hasMini ? confirmer : nil,
            judge: Judge(errorTarget: errorTarget, floor: 0.6, prior: .byWords), economics: Economics(Bench.prices),
            timeToLiveSeconds: timeToLiveSeconds, capacity: capacity, staleSeconds: staleSeconds, clock: clock)
        parts.personalData = personalData
        parts.memoryBudget = memoryBudget
        cache = SemanticCache(parts)
        shared = script
    }

    /// The script that the closures above read: a class, so that they can hold it before the bench exists.
    final class SharedScript: Sendable {
        let value = Mutex(Script())
    }

    private let shared: SharedScript

    func change(_ body: (inout Script) -> Void) { shared.value.withLock { body(&$0) } }
    var confirmations: [[String]] { shared.value.withLock { $0.confirmations } }
    var answers: Int { shared.value.withLock { $0.answers } }

    func close() async {
        await store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Puts a question to the cache; full answers with `answer`.
    func ask(
        _ question: String, scope: String = "", answer: String = "an answer", directives: Query.Directives = .init()
    )
        async throws -> Reply
    {
        let shared = shared
        return try await cache.ask(Bench.query(question, scope, directives)) { () throws(ModelError) in
            shared.value.withLock { $0.answers += 1 }
            return Bench.completion(answer, cost: Money(nanodollars: 4_000_000))
        }
    }

    func lookup(_ question: String, scope: String = "") async -> Reply {
        await cache.lookup(Bench.query(question, scope, .init()))
    }

    static func query(_ question: String, _ scope: String, _ directives: Query.Directives) -> Query {
        Query(
            question, scope: ScopeKey(tenant: "t", name: scope, digest: Digest(of: "")), directives: directives)
    }

    static func completion(_ text: String, cost: Money?, finishReason: String = "stop") -> Completion {
        let body: JSONValue = [
            "model": "gpt-5.2-2026",
            "choices": [
                ["message": ["role": "assistant", "content": .string(text)], "finish_reason": .string(finishReason)]
            ],
            "usage": ["prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30],
        ]
        var completion = try! Completion(
            body: body.bytes, headers: Headers(), requestedModel: "gpt-5.2", latencyMilliseconds: 1)
        completion.cost = cost
        return completion
    }

    static let prices = ModelsConfiguration()
}

/// Runs a body with a bench of its own.
func withBench(
    hasMini: Bool = true, timeToLiveSeconds: Int64? = nil, errorTarget: Double = 0.01,
    _ body: (Bench) async throws -> Void
) async throws {
    let bench = try Bench(hasMini: hasMini, timeToLiveSeconds: timeToLiveSeconds, errorTarget: errorTarget)
    do {
        try await body(bench)
    } catch {
        await bench.close()
        throw error
    }
    await bench.close()
}

extension JudgePrior {
    /// By the share of words in common alone, so that a test can count on its fingers what the judge makes of a pair.
    static let byWords = JudgePrior(
        wrongWhenServed: [(0, 0.2), (0.6, 0.01), (0.95, 0.001), (0.999, 0.000_2)].map { Share($0.0, $0.1) },
        differentWhenAsked: [(0, 0.2), (0.05, 0.1), (0.3, 0.05), (0.6, 0.005), (0.9, 0.001)].map { Share($0.0, $0.1) }
    ) { 16.6 * Double($0[0]) - 15 }
}
