import Store
import Support
import Testing

@testable import Cache
@testable import Evaluation

/// Recorded decisions, decided anew.
@Suite struct DecisionReplayTests {
    private static let answer = Money(nanodollars: 1_000_000)
    private static let asking = Money(nanodollars: 10_000)

    /// One candidate of that probability; what mini said of it, if it was asked, and what an audit found.
    private static func decision(
        _ probability: Double, _ action: DecisionRecord.Action, propensity: Double = 1, same: Bool? = nil,
        audit: Bool? = nil, auditPropensity: Double = 1, similarity: Double = 0.9
    ) -> DecisionRecord {
        let entry = EntryID(rawValue: 7)
        let candidate = DecisionRecord.Candidate(
            entry: entry, similarity: similarity, logOdds: 0, probability: probability, lowerBound: probability,
            isAsked: same != nil, answerCost: answer, askingCost: .zero,
            features: Array(repeating: 1, count: JudgeFeatures.names.count))
        return DecisionRecord(
            time: Timestamp(milliseconds: 1), scope: ScopeID(rawValue: 1), key: Digest(of: "q"), action: action,
            propensity: propensity, verdict: same.map { $0 ? "same" : "different" }, named: same == true ? entry : nil,
            served: nil, askingCost: asking, candidates: [candidate],
            audit: audit.map { DecisionRecord.Audit(entry: entry, isRight: $0, propensity: auditPropensity) })
    }

    /// Served unasked from a bound of 0.9 on, put to mini from 0.2 on, by targets near 0.01.
    private static let prior = JudgePrior(
        wrongWhenServed: [JudgePrior.Share(0, 0.5), JudgePrior.Share(0.97, 0.001)],
        differentWhenAsked: [JudgePrior.Share(0, 0.9), JudgePrior.Share(0.2, 0.01)]
    ) { _ in 0 }

    private static func replay(_ decisions: [DecisionRecord], requests: Int = 0) -> DecisionReplay {
        DecisionReplay(
            decisions, requests: requests, judge: Judge(errorTarget: 0.01, floor: 0.6, prior: prior),
            terms: Judge.Terms(hasMini: true, errorTarget: 0.01))
    }

    @Test func countsWhatTheSettingsThemselvesDid() {
        let decisions =
            Array(
                repeating: Self.decision(0.999, .serve, propensity: 0.01, audit: true, auditPropensity: 0.5), count: 40)
            + Array(repeating: Self.decision(0.5, .confirm, same: true), count: 30)
            + Array(repeating: Self.decision(0.5, .confirm, same: false), count: 20)
            + Array(repeating: Self.decision(0.01, .miss, propensity: 0.01), count: 10)
        let row = Self.replay(decisions, requests: 200).row(errorTarget: 0.01, floor: 0.6)
        #expect(row.asked == 0.25 && abs(row.hits.value - 0.35) < 1e-9, "\(row)")
        #expect(row.hits.low < 0.35 && row.hits.high > 0.35)
        #expect(row.wrong.low == 0 && row.wrong.high > 0.15, "no audit of what mini confirmed: \(row)")
        #expect(row.unknown == 0.15, "these")
        // 70 hits of $0.001, less 50 questions to mini.
        #expect(abs(row.savedDollars - (0.07 - 0.0005)) < 1e-9 && row.unpriced == 0)
    }

    /// 100 were missed, of which chance put 4 to mini; 1 of these asks the same.
    @Test func whatChanceShowedStandsForItsLike() {
        let decisions =
            (0..<100).map { index in
                Self.decision(0.4, .miss, propensity: 0.04, same: index % 25 == 0 ? index == 0 : nil)
            }
        let row = Self.replay(decisions).row(errorTarget: 0.01, floor: 0.6)
        #expect(row.asked == 1 && abs(row.hits.value - 0.25) < 1e-9)
        #expect(row.hits.low < 0.06 && row.hits.high > 0.69, "four say little: \(row.hits)")
    }

    @Test func oftenChosenOnesCountForFewer() throws {
        var share = WeightedShare()
        for index in 0..<4 {
            share.add(expected: 0.5)
            share.know(index == 0, propensity: index == 0 ? 1 : 0.1)
        }
        #expect(abs(share.share! - 1 / 31) < 1e-9)
        let interval = try #require(share.interval)
        #expect(interval.lower < 1 / 31 && interval.upper > 0.4)
    }

    @Test func ofNothingKnownTheJudgesGuessStandsAndTheIntervalIsOpen() {
        let decisions = Array(repeating: Self.decision(0.999, .serve, propensity: 0.01), count: 50)
        let replay = Self.replay(decisions)
        let row = replay.row(errorTarget: 0.01, floor: 0.6)
        #expect(row.hits.value == 1 && row.unknown == 1)
        #expect(abs(row.wrong.value - 0.001) < 1e-9 && row.wrong.low == 0 && row.wrong.high == 1)
        #expect(replay.suggestion(replay.rows()) == nil || replay.suggestion(replay.rows())!.hits.high == 0)
        #expect(replay.labelled == 0)
    }

    /// All above 0.7 ask the same, and none below: the floor saves mini's calls.
    @Test func suggestsTheFloorThatSavesMost() throws {
        let decisions =
            Array(
                repeating: Self.decision(0.5, .confirm, same: true, audit: true, similarity: 0.8), count: 2_000)
            + Array(repeating: Self.decision(0.3, .confirm, same: false, similarity: 0.65), count: 2_000)
        let replay = Self.replay(decisions)
        let rows = replay.rows()
        #expect(rows[0].errorTarget == 0.01 && rows[0].floor == 0.6)
        let suggested = try #require(replay.suggestion(rows))
        #expect(suggested.floor > 0.65 && suggested.floor <= 0.8, "\(suggested)")
        #expect(suggested.savedDollars > rows[0].savedDollars && suggested.wrong.high <= 0.01)
    }
}
