import JSON
import Support
import Testing

@testable import Evaluation

@Suite struct TallyTests {
    /// a, b ask the same, c differs from a, d is joined to nothing.
    private static let labelled = {
        var builder = LabelledTexts.Builder()
        builder.addPair("a", "b", isSame: true)
        builder.addPair("a", "c", isSame: false)
        builder.addPair("d", "e", isSame: false)
        return builder.build()
    }()

    private static let full = Money(nanodollars: 1_000)

    @Test func everyKindOfOutcomeIsCounted() {
        var tally = Tally(policy: "p", Self.labelled)
        let outcomes: [(text: Int, served: Int?, confirmations: Int, spent: Int64)] = [
            (0, nil, 0, 1_000), (1, 0, 1, 100), (2, 0, 0, 0), (3, 0, 0, 0), (0, nil, 1, 1_100),
        ]
        for outcome in outcomes {
            tally.add(
                outcome.text,
                Tally.Outcome(
                    served: outcome.served, confirmations: outcome.confirmations,
                    spent: Money(nanodollars: outcome.spent), milliseconds: Double(outcome.text)),
                fullCost: Self.full)
        }
        let result = tally.finish()
        #expect(result.requests == 5 && result.possible == 2 && result.hits == 3)
        #expect(result.right == 1 && result.wrong == 1 && result.unknown == 1 && result.confirmations == 2)
        #expect(abs((result.netSaving ?? 0) - (1 - 2_200.0 / 5_000)) < 1e-12)
        #expect(result.p50Milliseconds == 1 && result.p99Milliseconds == 3)
        let row = result.json
        #expect(
            row.object?.members.map(\.name) == [
                "policy", "requests", "possible", "hits", "right", "wrong", "unknown", "found", "wrong_per_request",
                "unknown_per_request", "wrong_per_hit", "unknown_per_hit", "outside", "outside_served",
                "confirmations_per_request",
                "confirmations_per_request_last_quarter", "net_saving", "p50_ms", "p99_ms",
            ])
        #expect(row["found"]?.double == 0.5 && row["wrong_per_request"]?.double == 0.2)
        #expect(row["wrong_per_hit"]?.double == 1.0 / 3 && row["confirmations_per_request"]?.double == 0.4)
    }

    @Test func whatBelongsToNoClassIsCountedApart() {
        var builder = LabelledTexts.Builder()
        builder.addClassified("a", class: "x", file: 0)
        builder.addClassified("b", class: nil, file: 0)
        builder.addClassified("c", class: nil, file: 0)
        builder.addPair("d", "e", isSame: true)
        var tally = Tally(policy: "p", builder.build())
        for (text, served) in [(0, nil), (1, 0), (2, nil), (3, 0), (1, 1)] as [(Int, Int?)] {
            tally.add(text, Tally.Outcome(served: served, milliseconds: 1), fullCost: nil)
        }
        let result = tally.finish()
        #expect(result.outside == 3 && result.outsideServed == 1, "a repeat of its own words is no fault")
    }

    @Test func sharesOfNothingAndUnknownPricesAreNull() {
        let empty = Tally(policy: "p", Self.labelled).finish().json
        for name in ["found", "wrong_per_request", "wrong_per_hit", "net_saving"] { #expect(empty[name] == .null) }
        var tally = Tally(policy: "p", Self.labelled)
        tally.add(0, Tally.Outcome(spent: nil, milliseconds: 0), fullCost: nil)
        tally.add(1, Tally.Outcome(served: 0, spent: .zero, milliseconds: 0), fullCost: Self.full)
        #expect(tally.finish().netSaving == nil)
    }

    @Test(arguments: [
        ([], 0.5, 0.0), ([1.0], 0.5, 1), ([1.0], 0.99, 1), ([1.0, 2], 0.5, 1), ([1.0, 2, 3], 0.5, 2),
        ([1.0, 2, 3, 4], 0.99, 4),
    ])
    func percentiles(sorted: [Double], share: Double, expected: Double) {
        #expect(Tally.percentile(sorted, share) == expected)
    }
}
