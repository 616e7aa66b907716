import Questions
import Support
import Testing

@testable import Cache
@testable import Store

@Suite struct JudgeTests {
    private static let judge = Judge(errorTarget: 0.01, floor: 0.6, exploration: 0.1, prior: .byWords)

    private static func candidate(
        _ probability: Double, similarity: Double = 0.9, conflicts: [Conflict] = [], boundary: Double? = nil,
        isRefused: Bool = false, overlap: Float = 0.5
    ) -> Candidate {
        var features = [Float](repeating: 0, count: JudgeFeatures.names.count)
        features[JudgeFeatures.weightedOverlapIndex] = overlap
        let entry = Entry(
            id: EntryID(rawValue: 1), scope: ScopeID(rawValue: 1), question: "q", answer: "a", tags: [], origin: .model,
            model: nil, promptTokens: 0, completionTokens: 0, cost: nil, created: Timestamp(milliseconds: 0),
            expires: nil, boundary: boundary, hits: 0, lastHit: nil)
        return Candidate(
            entry: entry, similarity: similarity, conflicts: conflicts, features: features,
            logOdds: Odds.logOdds(probability), probability: probability,
            lowerBound: Odds.probability(Odds.logOdds(probability) - Evidence.boundWithoutEvidence),
            isRefused: isRefused)
    }

    private static let conflict = Conflict(.number, question: ["1"], candidate: ["2"])

    @Test(
        arguments: [
            ([candidate(0.99)], false, .serve(0)),
            ([candidate(0.61)], false, .serve(0)),
            ([candidate(0.59)], false, .miss),
            ([candidate(0.59)], true, .confirm([0])),
            // Most of the allowance is mini's where there is one.
            ([candidate(0.85)], true, .confirm([0])),
            ([candidate(0.99)], true, .serve(0)),
            // The most probable is served, wherever it stands.
            ([candidate(0.7), candidate(0.9)], false, .serve(1)),
            ([candidate(0.2), candidate(0.5), candidate(0.1)], true, .confirm([1, 0, 2])),
            // Nothing but the vectors speaks for it.
            ([candidate(0.99, overlap: 0.29)], false, .miss),
            ([candidate(0.99, overlap: 0.29)], true, .confirm([0])),
            ([candidate(0.99, conflicts: [conflict])], false, .miss),
            ([candidate(0.99, conflicts: [conflict])], true, .confirm([0])),
            ([candidate(0.99, boundary: Judge.never)], false, .miss),
            ([candidate(0.99, isRefused: true)], true, .miss),
            ([candidate(0.99, similarity: 0.5)], true, .miss),
            ([], true, .miss),
        ] as [([Candidate], Bool, Judge.Decision)])
    func decides(candidates: [Candidate], hasMini: Bool, expected: Judge.Decision) {
        let terms = Judge.Terms(hasMini: hasMini, errorTarget: 0.01)
        #expect(Self.judge.decide(candidates, terms) == expected)
    }

    @Test func miniIsAskedOnlyForWhatItIsWorth() {
        let terms = Judge.Terms(hasMini: true, errorTarget: 0.01)
        let candidates = [0.4, 0.3, 0.2].map { Self.candidate($0) }
        #expect(Self.judge.decide(candidates, terms) { _ in 2 } == .confirm([0, 1]))
        #expect(Self.judge.decide(candidates, terms) { _ in 0 } == .miss)
    }

    /// The lower the target, or the less mini can be trusted, the more probable a pair must be to be asked about.
    @Test func aTighterTargetAsksLess() {
        var last = 0.0
        for target in [0.01, 0.003, 0.001, 0.000_3] {
            let least = Self.judge.probabilityToAsk(Judge.Terms(hasMini: true, errorTarget: target)) ?? 1
            #expect(least >= last)
            last = least
        }
        #expect(last > 0.5)
        var unreliable = MiniReliability()
        for _ in 0..<200 { unreliable.observe(expected: 0.95, isSame: false) }
        #expect(unreliable.falseAccepts > 0.1)
        let trusted = Self.judge.probabilityToAsk(Judge.Terms(hasMini: true, errorTarget: 0.003)) ?? 1
        let terms = Judge.Terms(hasMini: true, errorTarget: 0.003, mini: unreliable)
        #expect(Self.judge.probabilityToAsk(terms) ?? 1 > trusted)
    }

    @Test func aYesIsEvidenceNotTruth() {
        let mini = MiniReliability()
        #expect(abs(mini.afterYes(0.5, ofAny: 0.5) - 0.97) < 1e-9)
        #expect(abs(mini.afterYes(0.03, ofAny: 0.03) - 0.5) < 0.01)
        #expect(abs(mini.afterNo(0.5) - 0.03) < 1e-9)
        let terms = Judge.Terms(hasMini: true, errorTarget: 0.001)
        #expect(!Self.judge.isServed(afterYes: mini.afterYes(0.01, ofAny: 0.01), terms))
        #expect(Self.judge.isServed(afterYes: mini.afterYes(0.9, ofAny: 0.9), terms))
    }

    @Test func explorationAsksAtRandomAndSaysHowLikelyThatWas() {
        let candidates = [Self.candidate(0.99)]
        func explored(_ decision: Judge.Decision, _ random: Double, hasMini: Bool = true) -> (Judge.Decision, Double?) {
            Self.judge.explored(decision, candidates, hasMini: hasMini, random: random)
        }
        #expect(explored(.serve(0), 0.05) == (.confirm([0]), 0.1))
        #expect(explored(.miss, 0.05) == (.confirm([0]), 0.1))
        #expect(explored(.serve(0), 0.15) == (.serve(0), nil))
        #expect(explored(.serve(0), 0.05, hasMini: false) == (.serve(0), nil))
        #expect(explored(.confirm([0]), 0.5) == (.confirm([0]), 1))
    }

    @Test func theFittedPriorKnowsParaphrasesFromOthers() {
        func features(_ question: String, _ stored: String, _ similarity: Double) -> [Float] {
            let readings = [question, stored].map { Guard.Reading($0) }
            let found = JudgeFeatures.Found(similarity: similarity, ownSimilarity: similarity, wordings: 1, aliases: 0)
            return JudgeFeatures.of(
                0, [found], rows: 1_000, conflicts: readings[0].conflicts(with: readings[1]),
                Comparison(WordingProfile(readings[0]), WordingProfile(readings[1])))
        }
        let fitted = JudgePrior.fittedFeatures.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(fitted == JudgeFeatures.names, "fit it anew: see scripts/fit-judge.py")
        let prior = JudgePrior.fitted
        let near = prior.logOdds(features("How can I lose weight?", "How do I lose weight?", 0.97))
        let far = prior.logOdds(features("How can I lose weight?", "How do I lose my accent?", 0.62))
        #expect(near > 0 && far < -1)
        for table in [prior.wrongWhenServed, prior.differentWhenAsked] {
            #expect(
                zip(table, table.dropFirst()).allSatisfy { $0.probability < $1.probability && $0.share >= $1.share })
        }
    }
}
