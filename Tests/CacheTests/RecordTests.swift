import Models
import Store
import Support
import Testing

@testable import Cache

/// What is kept of decisions.
@Suite struct RecordTests {
    private static let question = "how do I install the mail server on a small machine"
    private static let paraphrase = "how do I set up the mail server on a small machine"

    private func withCache(
        _ recording: DecisionRecording, _ body: (SemanticCache, Bench) async throws -> Void
    ) async throws {
        try await withBench { bench in
            var parts = bench.cache.parts
            parts.recording = recording
            try await body(SemanticCache(parts), bench)
        }
    }

    private func ask(_ cache: SemanticCache, _ question: String, mayStore: Bool = true) async throws -> Reply {
        var directives = Query.Directives()
        directives.mayStore = mayStore
        return try await cache.ask(Bench.query(question, "", directives)) { () throws(ModelError) in
            Bench.completion("an answer", cost: Money(nanodollars: 4_000_000))
        }
    }

    private func recorded(_ bench: Bench, _ count: Int) async throws -> [DecisionRecord] {
        while true {
            let found = try bench.store.decisions(tenant: nil, limit: 9)
            if found.count >= count { return found }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test(arguments: [(DecisionRecording.texts, paraphrase), (.digests, nil)] as [(DecisionRecording, String?)])
    func whatTheJudgeSawIsKept(recording: DecisionRecording, text: String?) async throws {
        try await withCache(recording) { cache, bench in
            let entry = try #require(try await ask(cache, Self.question).receipt.entry)
            bench.change { $0.verdict = #"{"same_as":0,"reason":"same"}"# }
            let reply = try await ask(cache, Self.paraphrase)
            #expect(reply.receipt.outcome == .confirmed)
            let decision = try #require(try await recorded(bench, 1).first)
            #expect(decision.text == text && decision.key == SemanticCache.key(of: Self.paraphrase))
            #expect(decision.action == .confirm && decision.propensity == 1 && decision.verdict == "same")
            #expect(decision.named == entry && decision.served == entry)
            let candidate = try #require(decision.candidates.first)
            #expect(candidate.entry == entry && candidate.isAsked && !candidate.hasConflict)
            #expect(candidate.features == reply.candidates[0].features)
            #expect(candidate.answerCost == Money(nanodollars: 4_000_000))
            // An audit of this very request joins it; one of its repetition does not.
            let query = Bench.query(Self.paraphrase, "", .init())
            await cache.learnAudit(of: query, entry, probability: 0.9, isRight: true, propensity: 0.5)
            #expect(try await recorded(bench, 1).first?.audit == nil)
            await cache.learnAudit(of: query, entry, probability: 0.9, isRight: true, propensity: 0.5, isFirst: true)
            let audit = try await recorded(bench, 1).first?.audit
            #expect(audit == DecisionRecord.Audit(entry: entry, isRight: true, propensity: 0.5))
        }
    }

    @Test func nothingIsKeptUnasked() async throws {
        try await withCache(.none) { cache, bench in
            _ = try await ask(cache, Self.question)
            _ = try await ask(cache, Self.paraphrase)
            #expect(try bench.store.decisions(tenant: nil, limit: 9).isEmpty)
        }
        try await withCache(.texts) { cache, bench in
            _ = try await ask(cache, Self.question)
            _ = try await ask(cache, Self.paraphrase, mayStore: false)
            let asked = "how do you install the mail server on a small machine"
            _ = try await ask(cache, asked)
            #expect(try await recorded(bench, 1).map(\.text) == [asked])
        }
    }
}
