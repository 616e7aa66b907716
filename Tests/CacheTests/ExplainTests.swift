import Questions
import Store
import Support
import Testing

@testable import Cache

/// What an explanation says is what the cache then does; explaining changes nothing.
@Suite struct ExplainTests {
    private static func explain(_ bench: Bench, _ question: String, confirms: Bool = false) async -> Explanation {
        await bench.cache.explain(Bench.query(question, "", .init()), confirms: confirms)
    }

    @Test func anEmptyCacheMisses() async throws {
        try await withBench { bench in
            let explanation = await Self.explain(bench, "Where is  the RED door?")
            #expect(explanation.conclusion == .miss && explanation.candidates.isEmpty && explanation.vectors == 0)
            #expect(explanation.canonical == CanonicalText.of("Where is  the RED door?"))
        }
    }

    @Test func theSameWordsAreExact() async throws {
        try await withBench { bench in
            let stored = try await bench.ask("Where is the red door?")
            let explanation = await Self.explain(bench, "where is the red door")
            #expect(explanation.conclusion == .exact && explanation.entry == stored.receipt.entry)
            #expect(explanation.matched == "Where is the red door?" && explanation.candidates.isEmpty)
            #expect(explanation.vectors == 1)
        }
    }

    @Test func nearQuestionsArePutToMini() async throws {
        try await withBench { bench in
            let stored = try await bench.ask("Where is the red door?")
            let before = bench.cache.metrics.snapshot.requests
            let explanation = await Self.explain(bench, "Where is a red door?")
            #expect(explanation.conclusion == .confirm && explanation.entry == nil)
            #expect(explanation.confirmation?.entries.first == stored.receipt.entry)
            #expect(explanation.confirmation?.verdict == nil)
            #expect(try #require(explanation.confirmation?.expectedCost) > .zero)
            #expect(bench.confirmations.isEmpty, "mini was asked")
            #expect(bench.cache.metrics.snapshot.requests == before, "an explanation is no request")

            bench.change { $0.verdict = #"{"same_as":0,"reason":"same"}"# }
            let confirmed = await Self.explain(bench, "Where is a red door?", confirms: true)
            #expect(confirmed.conclusion == .confirmed && confirmed.entry == stored.receipt.entry)
            #expect(confirmed.confirmation?.verdict?.reason == .same)
            #expect(confirmed.confirmation?.cost?.nanodollars == 100)
            #expect(bench.confirmations.count == 1)
            // Nothing was remembered: it is put to mini again.
            #expect(await Self.explain(bench, "Where is a red door?").conclusion == .confirm)
            #expect(await bench.lookup("Where is a red door?").receipt.outcome == .confirmed)
            #expect(await Self.explain(bench, "Where is a red door?").conclusion == .alias)
        }
    }

    @Test func obstaclesAreNamed() async throws {
        try await withBench(hasMini: false) { bench in
            let stored = try await bench.ask("Where is the red door of house 7?")
            let explanation = await Self.explain(bench, "Where is the red door of house 8?")
            #expect(explanation.conclusion == .miss && explanation.confirmation == nil && !explanation.hasMini)
            let candidate = try #require(explanation.candidates.first)
            #expect(candidate.candidate.entry.id == stored.receipt.entry)
            #expect(candidate.obstacles.contains(.conflict))
            #expect(candidate.candidate.conflicts.first?.question == ["8"])
            #expect(candidate.candidate.conflicts.first?.candidate == ["7"])
        }
    }

    @Test func whatMiniRefusedIsSaid() async throws {
        try await withBench { bench in
            _ = try await bench.ask("Where is the red door?")
            #expect(await bench.lookup("Where is a red door?").receipt.outcome == .miss)
            let explanation = await Self.explain(bench, "Where is a red door?")
            #expect(explanation.conclusion == .miss)
            #expect(explanation.candidates.first?.obstacles.contains(.refused) == true)
        }
    }

    /// The words an explanation concludes with are those of the answer that follows.
    @Test(arguments: ["Where is the red, red door?", "Where is the blue door?", "Who sings?", "where is the red door"])
    func predictsTheAnswer(question: String) async throws {
        try await withBench(hasMini: false) { bench in
            _ = try await bench.ask("Where is the red door?")
            let explanation = await Self.explain(bench, question)
            let reply = await bench.lookup(question)
            #expect(explanation.conclusion.rawValue == reply.receipt.outcome.rawValue)
            #expect(explanation.entry == reply.receipt.entry)
            #expect(explanation.candidates.map(\.candidate.similarity) == reply.candidates.map(\.similarity))
        }
    }
}
