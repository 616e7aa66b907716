import Models
import Store
import Support
import Testing

@testable import Cache

/// How long answers are kept, as their tags have shown.
@Suite struct TimeToLiveTests {
    private static func life(_ outcomes: [Bool], age: Double) -> TagLife {
        var life = TagLife(TagChanges(tenant: "", tag: "", time: Timestamp(milliseconds: 0)))
        for isSame in outcomes { life.observe(isSame: isSame, ageSeconds: age, at: Timestamp(milliseconds: 1)) }
        return life
    }

    /// -ln 0.9 of what was watched is added to the configured time, and one more than the changes divides it.
    @Test(
        arguments: [
            ([], 1_000), ([true], 1_105.4), ([false], 526.3), ([true, true], 1_208.6), ([false, false], 370.6),
        ] as [([Bool], Double)])
    func followsFromOccurrencesAndExposure(outcomes: [Bool], seconds: Double) {
        #expect(abs(Self.life(outcomes, age: 1_000).seconds(base: 1_000) - seconds) < 0.1)
    }

    @Test func fewChangesLengthenAndManyShorten() {
        let steady = Self.life(Array(repeating: true, count: 200), age: 1_000).seconds(base: 1_000)
        #expect(steady > 6_000 && steady < 6_300, "what is old fades: \(steady)")
        let restless = Self.life(Array(repeating: false, count: 200), age: 1_000).seconds(base: 1_000)
        #expect(restless < 100, "\(restless)")
        // What has changed at a young age holds shorter than what has changed at an old one.
        let young = Self.life([false, false], age: 10).seconds(base: 1_000)
        #expect(young < Self.life([false, false], age: 1_000).seconds(base: 1_000))
    }

    private static let question = "when does the shop on the corner open"
    private static let old = "the shop on the corner opens at nine every day but sunday"

    /// - Parameter secondsMax: what is learned may be so long.
    private func withCache(
        secondsMax: Int64?, _ body: (SemanticCache, Bench) async throws -> Void
    ) async throws {
        try await withBench(timeToLiveSeconds: 1_000) { bench in
            var parts = bench.cache.parts
            parts.staleSeconds = 10
            parts.learnedTimeToLive = SemanticCache.LearnedTimeToLive(secondsMax: secondsMax)
            try await body(SemanticCache(parts), bench)
        }
    }

    private func ask(_ cache: SemanticCache, _ answer: String, tags: [String] = ["hours"]) async throws -> Receipt {
        var query = Bench.query(Self.question, "", .init())
        query.tags = tags
        return try await cache.ask(query) { () throws(ModelError) in Bench.completion(answer, cost: .zero) }.receipt
    }

    private func renew(_ cache: SemanticCache, _ bench: Bench, _ answer: String) async throws {
        let before = cache.lives.all.reduce(0) { $0 + $1.changes.observations }
        bench.change { $0.now = $0.now + 1_005 }
        #expect(try await ask(cache, answer).isStale)
        while cache.lives.all.reduce(0, { $0 + $1.changes.observations }) == before || cache.renewals.count > 0 {
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// What two nodes learn of a tag counts, though neither has heard of the other's yet.
    @Test func twoNodesLearnOfOneTag() async throws {
        try await withCache(secondsMax: nil) { cache, bench in
            _ = try await ask(cache, Self.old)
            let entry = try #require(try bench.store.entries(limit: 1).first)
            let other = SemanticCache(cache.parts)
            for _ in 0..<3 {
                await cache.learnChange(of: entry, tenant: "t", isSame: true)
                await other.learnChange(of: entry, tenant: "t", isSame: false)
            }
            #expect(try bench.store.tagChanges().map(\.observations) == [6])
        }
    }

    @Test func aTagWhoseAnswersChangeExpiresSooner() async throws {
        try await withCache(secondsMax: nil) { cache, bench in
            #expect(try await ask(cache, Self.old).timeToLive == Receipt.TimeToLive(seconds: 1_000))
            try await renew(cache, bench, "it has closed for good")
            let scope = try #require(try bench.store.scope(Bench.query("", "", .init()).scope))
            let key = SemanticCache.key(of: Self.question)
            let wording = try #require(try bench.store.wording(scope: scope, key: key))
            let entry = try #require(try bench.store.entry(wording.entry))
            #expect(entry.answer == "it has closed for good")
            #expect(entry.expires!.seconds - entry.created.seconds == 526)
            // Also those that come after a restart, whatever their question; others are not concerned.
            let again = SemanticCache(cache.parts)
            _ = try again.load()
            bench.change { $0.now = $0.now + 20_000 }
            _ = try await again.removeExpired()
            let receipt = try await ask(again, Self.old)
            #expect(receipt.timeToLive == Receipt.TimeToLive(seconds: 526, tag: "hours"))
            _ = try await again.forget(EntryFilter())
            #expect(try await ask(again, Self.old, tags: ["prices"]).timeToLive?.tag == nil)
            let learned = try #require(again.learnedTimesToLive)
            #expect(learned.count == 1 && learned.tags[0].changes.observations == 1)
            // What is forgotten by its tag is forgotten of it.
            _ = try await again.forget(EntryFilter(tag: "hours"))
            #expect(again.learnedTimesToLive?.count == 0)
            #expect(try bench.store.tagChanges().isEmpty)
        }
    }

    @Test(arguments: [(nil, 1_000), (1_050, 1_050), (9_999, 1_106)] as [(Int64?, Int64)])
    func aTagWhoseAnswersHoldExpiresLaterWithinItsBounds(secondsMax: Int64?, seconds: Int64) async throws {
        try await withCache(secondsMax: secondsMax) { cache, bench in
            let id = try #require(try await ask(cache, Self.old).entry)
            try await renew(cache, bench, Self.old)
            let entry = try #require(try bench.store.entry(id))
            #expect(entry.expires!.seconds - entry.created.seconds == seconds)
            // A validated answer is as fresh as a new one.
            #expect(entry.created == bench.cache.parts.clock.now)
        }
    }
}
