import Models
import Store
import Support
import Synchronization
import Testing

@testable import Cache

private func waitUntil(_ condition: @Sendable () throws -> Bool) async throws {
    while try !condition() { try await Task.sleep(for: .milliseconds(1)) }
}

/// Answers that have expired a short time ago.
@Suite struct StaleTests {
    private static let question = "when does the shop on the corner open"
    private static let old = "the shop on the corner opens at nine every day but sunday"

    /// A cache with an answer that has expired two seconds ago, where a stale one is good for ten.
    private func withStale(_ body: (SemanticCache, Bench) async throws -> Void) async throws {
        try await withBench(timeToLiveSeconds: 100) { bench in
            var parts = bench.cache.parts
            parts.staleSeconds = 10
            let cache = SemanticCache(parts)
            _ = try await ask(cache, Self.question, Self.old)
            bench.change { $0.now = $0.now + 102 }
            try await body(cache, bench)
        }
    }

    @discardableResult
    private func ask(
        _ cache: SemanticCache, _ question: String, _ answer: String?, mayBeStale: Bool = true,
        _ directives: Query.Directives = .init()
    ) async throws -> Reply {
        try await cache.ask(Bench.query(question, "", directives), mayBeStale: mayBeStale) { () throws(ModelError) in
            guard let answer else { throw ModelError(.unreachable) }
            return Bench.completion(answer, cost: Money(nanodollars: 4_000_000))
        }
    }

    @Test func theSameAnswerLivesOn() async throws {
        try await withStale { cache, _ in
            let stale = try await ask(cache, Self.question, Self.old + " really")
            #expect(stale.answer == Self.old && stale.receipt.isStale && stale.receipt.outcome == .exact)
            try await waitUntil { cache.metrics.snapshot.renewedSame == 1 && cache.renewals.count == 0 }
            let fresh = try await ask(cache, Self.question, nil)
            #expect(fresh.answer == Self.old && !fresh.receipt.isStale)
            #expect(fresh.receipt.entry == stale.receipt.entry, "its aliases stay")
        }
    }

    /// Other words, and the same words with another number.
    @Test(arguments: ["it has closed for good", old.replacing("nine", with: "ten")])
    func anotherAnswerTakesItsPlace(answer: String) async throws {
        try await withStale { cache, _ in
            #expect(try await ask(cache, Self.question, answer).answer == Self.old)
            try await waitUntil { cache.metrics.snapshot.renewedOther == 1 && cache.renewals.count == 0 }
            #expect(try await ask(cache, Self.question, nil).answer == answer)
        }
    }

    @Test func aFailureLeavesTheOldOneForTheTimeItHas() async throws {
        try await withStale { cache, bench in
            #expect(try await ask(cache, Self.question, nil).answer == Self.old)
            try await waitUntil { cache.renewals.count == 0 }
            #expect(try await ask(cache, Self.question, nil).answer == Self.old)
            try await waitUntil { cache.renewals.count == 0 }
            #expect(try await cache.removeExpired().isEmpty)
            bench.change { $0.now = $0.now + 10 }
            await #expect(throws: ModelError.self) { try await ask(cache, Self.question, nil) }
            #expect(try await cache.removeExpired().count == 1)
        }
    }

    /// A stream, a request that would have a young answer, one that would store nothing, and a lookup without a model.
    @Test func whoWantsAFreshAnswerGetsNoOther() async throws {
        try await withStale { cache, _ in
            await #expect(throws: ModelError.self) { try await ask(cache, Self.question, nil, mayBeStale: false) }
            var young = Query.Directives()
            young.maxAgeSeconds = 1_000
            await #expect(throws: ModelError.self) { try await ask(cache, Self.question, nil, young) }
            var unstored = Query.Directives()
            unstored.mayStore = false
            await #expect(throws: ModelError.self) { try await ask(cache, Self.question, nil, unstored) }
            #expect(await cache.lookup(Bench.query(Self.question, "", .init())).receipt.outcome == .miss)
        }
    }
}
