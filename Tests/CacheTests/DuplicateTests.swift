import Store
import Support
import Testing

@testable import Cache

/// What counts as a repetition where there is a mini.
@Suite struct DuplicateTests {
    private static let question = SemanticCacheTests.question
    private static let paraphrase = SemanticCacheTests.paraphrase

    private func row(_ question: String) -> NewEntry {
        NewEntry(
            scope: Bench.query(question, "", .init()).scope, key: SemanticCache.key(of: question), question: question,
            answer: "an answer", origin: .imported, cost: Money(nanodollars: 4_000_000))
    }

    @Test(arguments: [true, false])
    func miniSaysWhetherItIsOne(isSame: Bool) async throws {
        try await withBench { bench in
            if isSame { bench.change { $0.verdict = SemanticCacheTests.same } }
            _ = await bench.cache.insert([row(Self.question)], policy: .replace)
            let found = await bench.cache.duplicate(of: row(Self.paraphrase), mayStore: false)
            #expect(bench.confirmations == [[Self.question]])
            #expect((found != nil) == isSame)
            if let found {
                #expect(found.entry.question == Self.question && found.witness == .mini)
                // Nothing was stored by looking.
                #expect(await bench.lookup(Self.paraphrase).receipt.outcome == .confirmed)
            }
        }
    }

    /// What the judge would serve unasked is put to mini all the same: no user waits here.
    @Test(arguments: [true, false])
    func whatTheJudgeWouldServeIsPutToMini(isSame: Bool) async throws {
        try await withBench { bench in
            let long = (0..<60).map { "word\($0)" }.joined(separator: " ")
            if isSame { bench.change { $0.verdict = SemanticCacheTests.same } }
            _ = await bench.cache.insert([row(long)], policy: .replace)
            let found = await bench.cache.duplicate(of: row(long + " please"), mayStore: true)
            #expect((found != nil) == isSame)
            #expect(bench.confirmations.count == 1)
        }
    }

    @Test func anEntrysOwnWordsAreNone() async throws {
        try await withBench { bench in
            _ = await bench.cache.insert([row(Self.question)], policy: .replace)
            #expect(await bench.cache.duplicate(of: row(Self.question.uppercased()), mayStore: true) == nil)
            #expect(bench.confirmations.isEmpty)
        }
    }
}
