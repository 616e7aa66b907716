import Models
import Store
import Support
import Synchronization
import TestEmbedder
import Testing

@testable import Cache

/// A lookup with its vector, answered where it came in, and what the cache remembers of its candidates: whatever happens to
/// an entry, the old one is served no more.
@Suite struct RememberedTests {
    private static let question = "where is the red door of the old house in the town by the sea"
    private static let near = "where is the red door of the old house in the quiet town by the sea"

    private static func query(_ bench: Bench, _ question: String = near) async throws -> Query {
        var query = Bench.query(question, "", .init())
        query.vector = try await bench.embedder.embed([question])[0]
        return query
    }

    /// The answer to a wording near to the stored one, by all ways.
    private static func answer(_ bench: Bench) async throws -> String? {
        let query = try await query(bench)
        let reply = bench.cache.lookupImmediately(query)?.reply
        // Another cache remembers nothing of what this one read.
        let other = SemanticCache(bench.cache.parts)
        _ = try other.load()
        let longer = await other.lookup(query)
        #expect(reply?.answer == longer.answer && reply?.receipt.outcome == longer.receipt.outcome)
        #expect(reply?.candidates.map(\.features) == longer.candidates.map(\.features))
        #expect(reply?.candidates.map(\.probability) == longer.candidates.map(\.probability))
        return reply?.answer
    }

    private static func withAnswer(_ body: (Bench, EntryID) async throws -> Void) async throws {
        try await withBench(hasMini: false, errorTarget: 0.2) { bench in
            let entry = try await bench.ask(question, answer: "first").receipt.entry!
            #expect(try await answer(bench) == "first")
            try await body(bench, entry)
        }
    }

    @Test func aForgottenOneIsGone() async throws {
        try await Self.withAnswer { bench, entry in
            _ = try await bench.cache.forget([entry])
            let query = try await Self.query(bench)
            #expect(bench.cache.lookupImmediately(query)?.reply?.answer == nil)
            #expect(await bench.cache.lookup(query).answer == nil)
        }
    }

    @Test func anEditedOneIsTheEditedOne() async throws {
        try await Self.withAnswer { bench, entry in
            #expect(try await bench.cache.edit(entry, EntryChange(answer: "second")))
            #expect(try await Self.answer(bench) == "second")
            #expect(try await bench.cache.edit(entry, EntryChange(tags: ["a"])))
            let reply = bench.cache.lookupImmediately(try await Self.query(bench))?.reply
            guard case .cached(let served)? = reply?.content else {
                Issue.record("no hit")
                return
            }
            #expect(served.tags == ["a"])
        }
    }

    @Test func aReplacedOneIsTheNewOne() async throws {
        try await Self.withAnswer { bench, _ in
            var anew = Query.Directives()
            anew.mayRead = false
            _ = try await bench.ask(Self.question, answer: "second", directives: anew)
            #expect(try await Self.answer(bench) == "second")
        }
    }

    @Test func anExpiredOneIsNotServed() async throws {
        let end = Timestamp(milliseconds: 1_800_000_010_000)
        try await Self.withAnswer { (bench, entry) async throws -> Void in
            let isEdited = try await bench.cache.edit(entry, EntryChange(expiry: .at(end)))
            let before = try await Self.answer(bench)
            bench.change { script in script.now = end }
            let after = try await Self.answer(bench)
            #expect(isEdited && before == "first" && after == nil)
        }
    }

    @Test func badFeedbackCounts() async throws {
        try await Self.withAnswer { bench, entry in
            let bad = Feedback(entry: entry, verdict: .bad, time: Timestamp(milliseconds: 1_800_000_000_000))
            #expect(try await bench.cache.feedback(bad))
            let query = try await Self.query(bench)
            #expect(bench.cache.lookupImmediately(query)?.reply?.answer == nil)
        }
    }

    @Test func aRefusalCounts() async throws {
        try await Self.withAnswer { bench, entry in
            let query = try await Self.query(bench)
            let scope = try #require(try bench.store.scope(query.scope))
            try await bench.store.refuse(scope: scope, key: query.key, entry: entry)
            #expect(try await Self.answer(bench) == nil)
        }
    }

    @Test func aNewWordingLeadsThere() async throws {
        try await Self.withAnswer { bench, entry in
            let query = try await Self.query(bench)
            #expect(try await bench.store.addAlias(to: entry, text: Self.near, key: query.key, source: .manual))
            #expect(bench.cache.immediately(query)?.receipt.outcome == .alias)
            #expect(try await bench.store.removeAliases(of: entry, source: .manual) == 1)
            #expect(bench.cache.immediately(query)?.answer == nil)
        }
    }

    @Test func whatTakesAModelGoesTheLongerWay() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question, answer: "first")
            // In doubt, mini is asked, and what it says counts once.
            let doubtful = try await Self.query(bench, "where is the red gate of the old house in a town by the lake")
            bench.change { $0.verdict = SemanticCacheTests.same }
            let before = bench.cache.metrics.snapshot.requests
            let beginning = bench.cache.lookupImmediately(doubtful)
            #expect(bench.cache.metrics.snapshot.requests == before && bench.confirmations.isEmpty)
            guard case .doubt(let doubt)? = beginning else {
                Issue.record("not in doubt")
                return
            }
            #expect(await bench.cache.lookup(doubt).receipt.outcome == .confirmed)
            #expect(bench.confirmations.count == 1)
            #expect(bench.cache.lookupImmediately(doubtful)?.reply?.receipt.outcome == .alias)
            // Without a vector it would have to be embedded.
            var bare = doubtful
            bare.question = "where is the red door of the old barn"
            bare.vector = nil
            #expect(bench.cache.lookupImmediately(bare) == nil)
        }
    }

    /// Chance may put any question to mini; it is drawn once, wherever the question goes from there.
    @Test(arguments: [(0.49, true), (0.51, false)]) func chanceIsDrawnOnce(drawn: Double, isAsked: Bool) async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question, answer: "first")
            let draws = Atomic(0)
            var parts = bench.cache.parts
            parts.judge = Judge(errorTarget: 0.2, floor: 0.6, exploration: 0.5, prior: .byWords)
            parts.random = {
                draws.add(1, ordering: .relaxed)
                return drawn
            }
            let exploring = SemanticCache(parts, continuing: bench.cache)
            bench.change { $0.verdict = SemanticCacheTests.same }
            let beginning = exploring.lookupImmediately(try await Self.query(bench))
            #expect(draws.load(ordering: .relaxed) == 1)
            switch beginning {
            case .reply(let reply)?: #expect(!isAsked && reply.receipt.propensity == nil)
            case .doubt(let doubt)?:
                let reply = await exploring.lookup(doubt)
                #expect(isAsked && reply.receipt.propensity == 0.5 && reply.receipt.outcome == .confirmed)
            case nil: Issue.record("left to the longer way")
            }
            #expect(draws.load(ordering: .relaxed) == 1)
        }
    }

    @Test func textsAreReadByTheirBytes() {
        let texts = ReadTexts()
        let (composed, decomposed) = ("caf\u{E9} \"\u{E9}\"", "cafe\u{301} \"e\u{301}\"")
        #expect(composed == decomposed)
        let one = ReadTexts.Source.entry(EntryID(rawValue: 1))
        let known = texts.read(composed, one)
        #expect(texts.read(composed, one) === known)
        #expect(texts.read(composed, .alias(AliasVectorID(rawValue: 1))) !== known)
        let other = texts.read(decomposed, one)
        #expect(other !== known && texts.read(decomposed, one) === other)
    }

    /// Of twelve entries near a question the nearest have expired: those after them are looked at in their place.
    @Test func othersTakeThePlacesOfThoseThatAreNotServed() async throws {
        try await withBench(hasMini: false) { bench in
            var anew = Query.Directives()
            anew.mayRead = false
            for word in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "red", "blue"] {
                _ = try await bench.ask(Self.question + " \(word)", directives: anew)
            }
            func candidates() async throws -> [EntryID] {
                let reply = bench.cache.lookupImmediately(try await Self.query(bench))?.reply
                return reply?.candidates.map(\.entry.id) ?? []
            }
            let judged = Limits.candidatesJudgedMax
            let nearest = try await candidates()
            #expect(nearest.count == judged)
            let end = Timestamp(milliseconds: 1_800_000_010_000)
            for entry in nearest[1...3] {
                #expect(try await bench.cache.edit(entry, EntryChange(expiry: .at(end))))
            }
            bench.change { $0.now = end }
            let left = try await candidates()
            #expect(left.count == judged)
            #expect(left.prefix(judged - 3) == nearest[..<1] + nearest[4...])
        }
    }
}
