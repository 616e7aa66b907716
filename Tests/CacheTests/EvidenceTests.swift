import Store
import Support
import Testing

@testable import Cache

@Suite struct EvidenceTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)
    private static let scope = ScopeID(rawValue: 1)
    private static let entry = EntryID(rawValue: 1)

    private static func observation(
        _ same: Double, entry: EntryID = entry, scope: ScopeID = scope, _ source: Observation.Source = .verdict
    ) -> Observation {
        Observation(scope: scope, entry: entry, source: source, logOdds: 0, same: same)
    }

    private static func probability(
        _ book: EvidenceBook, _ entry: EntryID = entry, _ scope: ScopeID = scope, _ now: Timestamp = now
    ) -> Double {
        book.assess(0, scope, entry, now).probability
    }

    @Test func withoutEvidenceThePriorHolds() {
        let (probability, lowerBound) = EvidenceBook().assess(1, Self.scope, Self.entry, Self.now)
        #expect(abs(probability - Odds.probability(1)) < 1e-12)
        #expect(abs(lowerBound - Odds.probability(1 - Evidence.boundWithoutEvidence)) < 1e-12)
    }

    @Test(arguments: [(1.0, 0.5...1), (0.0, 0...0.5)]) func verdictsMoveIt(same: Double, expected: ClosedRange<Double>)
    {
        let book = EvidenceBook()
        var last = 0.0
        for _ in 0..<30 {
            book.observe(Self.observation(same), Self.now)
            let distance = abs(Self.probability(book) - 0.5)
            #expect(distance > last - 1e-9)
            last = distance
        }
        #expect(expected.contains(Self.probability(book)) && last > 0.15)
        // Another entry of the scope learns less of it, another scope nothing.
        let other = abs(Self.probability(book, EntryID(rawValue: 2)) - 0.5)
        #expect(other > 0.01 && other < last)
        #expect(Self.probability(book, EntryID(rawValue: 3), ScopeID(rawValue: 2)) == 0.5)
    }

    /// What scope and entry really are is found, within the bound.
    @Test func findsTheTruth() {
        let book = EvidenceBook()
        for number in 0..<3_000 {
            let entry = EntryID(rawValue: Int64(number % 100 + 10))
            book.observe(Self.observation(number % 5 == 0 ? 1 : 0, entry: entry), Self.now)
        }
        let (probability, lowerBound) = book.assess(0, Self.scope, EntryID(rawValue: 11), Self.now)
        #expect(lowerBound < probability)
        // Entries 10, 15, … always asked the same, the others never; a new one is expected to be like the scope: 1 in 5.
        #expect(Self.probability(book, EntryID(rawValue: 15)) > 0.5 && probability < 0.2)
        #expect(abs(Self.probability(book, EntryID(rawValue: 500)) - 0.25) < 0.12)
    }

    @Test func itFadesWithTimeAndIsOverruledByNews() {
        let book = EvidenceBook()
        for _ in 0..<40 { book.observe(Self.observation(0), Self.now) }
        let fresh = Self.probability(book)
        let old = Self.probability(book, Self.entry, Self.scope, Self.now + 365 * 86_400)
        #expect(fresh < 0.3 && old > 0.45)
        for _ in 0..<200 { book.observe(Self.observation(1), Self.now + 1) }
        #expect(Self.probability(book) > 0.5, "drift is noticed")
    }

    @Test func aPersonsWordCountsMore() {
        let (mini, person) = (EvidenceBook(), EvidenceBook())
        mini.observe(Self.observation(0), Self.now)
        person.observe(Self.observation(0, .feedback), Self.now)
        #expect(Self.probability(person) < Self.probability(mini))
    }

    @Test func auditsTeachHowFarMiniCanBeTrusted() {
        let book = EvidenceBook()
        let before = book.mini.falseAccepts
        for _ in 0..<200 { book.observe(Self.observation(1, .audit), Self.now) }
        #expect(book.mini.falseAccepts < before)
        for _ in 0..<400 { book.observe(Self.observation(0, .audit), Self.now) }
        #expect(book.mini.falseAccepts > before)
    }

    @Test func aScopeThatMissesItsTargetIsTightened() {
        let book = EvidenceBook()
        for _ in 0..<99 { book.note(risk: 0.05, in: Self.scope) }
        #expect(book.tightening(Self.scope, target: 0.01) == 1, "too few to tell")
        for _ in 0..<100 { book.note(risk: 0.05, in: Self.scope) }
        #expect(abs(book.tightening(Self.scope, target: 0.01) - 0.2) < 0.01)
        #expect(book.tightening(Self.scope, target: 0.1) == 1)
        for _ in 0..<10_000 { book.note(risk: 0, in: Self.scope) }
        #expect(book.tightening(Self.scope, target: 0.01) == 1)
    }

    @Test func aRestartKeepsWhatWasLearned() async throws {
        try await withBench { bench in
            let entry = try await bench.ask(SemanticCacheTests.question).receipt.entry!
            for text in ["one", "two", "three"] {
                _ = await bench.lookup("\(SemanticCacheTests.paraphrase) \(text)")
            }
            let bad = Feedback(entry: entry, verdict: .bad, time: Self.now)
            #expect(try await bench.cache.feedback(bad))
            let scope = try #require(try bench.store.scope(Bench.query("", "", .init()).scope))
            let learned = bench.cache.evidence.assess(0, scope, entry, Self.now)
            #expect(learned.probability < 0.4)
            let reopened = SemanticCache(bench.cache.parts)
            _ = try reopened.load()
            #expect(reopened.evidence.assess(0, scope, entry, Self.now) == learned)
            _ = try await reopened.forget([entry])
            #expect(reopened.evidence.assess(0, scope, entry, Self.now).probability == 0.5)
        }
    }

    @Test func theReceiptSaysHowLikelyMiniWasToBeAsked() async throws {
        try await withBench { bench in
            _ = try await bench.ask(SemanticCacheTests.question)
            let reply = await bench.lookup(SemanticCacheTests.paraphrase)
            #expect(reply.receipt.verdict != nil && reply.receipt.propensity == 1)
            var kept: [Observation] = []
            try bench.store.observations { observation, _ in kept.append(observation) }
            #expect(kept.map(\.source) == [.verdict] && kept.map(\.propensity) == [1])
            #expect(try #require(kept.first).same < 0.1)
            #expect(await bench.lookup("who sings").receipt.propensity == nil)
        }
    }
}
