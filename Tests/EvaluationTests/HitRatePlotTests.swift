import Testing

@testable import Evaluation

@Suite struct HitRatePlotTests {
    private static func result(_ policy: String, right: Int, wrong: Int, unknown: Int) -> PolicyResult {
        var result = PolicyResult(policy: policy)
        (result.requests, result.possible) = (1_000, 100)
        (result.right, result.wrong, result.unknown) = (right, wrong, unknown)
        return result
    }

    private static let results = [
        result("refrain", right: 90, wrong: 1, unknown: 4), result("static-0.90", right: 40, wrong: 7, unknown: 14),
        result("static-0.99", right: 0, wrong: 0, unknown: 0), result("vcache-0.01", right: 0, wrong: 0, unknown: 0),
    ]

    @Test func everyPolicyHasAMarkAndAName() {
        let svg = HitRatePlot(Self.results).svg(title: "1,000 requests <all> & more")
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        #expect(svg.split(separator: "<circle ").count == 1 + Self.results.count)
        for result in Self.results { #expect(svg.contains(">\(result.policy)</text>")) }
        #expect(svg.contains("1,000 requests &lt;all&gt; &amp; more"))
        // One curve, for the two static thresholds.
        #expect(svg.split(separator: "<polyline ").count == 2)
        #expect(svg == HitRatePlot(Self.results).svg(title: "1,000 requests <all> & more"))
    }

    /// The highest error shown is 21 of 1,000, the highest hit rate 95: axes to 2.5 % and 10 %.
    @Test func marksStandWhereTheirFiguresAre() {
        let svg = HitRatePlot(Self.results).svg(title: "t")
        #expect(svg.contains("<circle cx=\"89.6\" cy=\"67.5\" r=\"4\""))
        #expect(svg.contains("<circle cx=\"70.0\" cy=\"400.0\" r=\"4\""))
        #expect(svg.contains(">2.5 %</text>") && svg.contains(">10 %</text>"))
    }

    @Test func nothingToShowIsStillAPlot() {
        #expect(HitRatePlot([]).svg(title: "").hasSuffix("</svg>\n"))
    }

    @Test(arguments: [
        (0.021, 0.005, 5), (0.1, 0.02, 5), (1.0, 0.2, 5), (0.0, 0.002, 5), (0.000_9, 0.000_2, 5), (3.0, 1.0, 3),
    ])
    func axesAreRound(highest: Double, step: Double, intervals: Int) {
        let axis = Axis(highest: highest, from: 0, to: 100)
        #expect(abs(axis.step - step) < 1e-12 && axis.ticks.count == intervals + 1)
        #expect(abs(axis.position(axis.ticks[intervals]) - 100) < 1e-9 && axis.position(0) == 0)
    }
}
