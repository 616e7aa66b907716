import Ledger
import Store
import Support
import Testing

@testable import Experiments

@Suite struct ExperimentReportTests {
    private static let experiment = Experiment(
        "answers", holdout: 0.2, qualityFloor: 0.8,
        variants: [Experiment.Variant("cheap"), Experiment.Variant("dear"), Experiment.Variant("bad")])

    /// - Parameter requests: of them, a quarter hits; calls cost a dollar's millionth each, times `price`.
    private static func add(
        _ arm: String, requests: Int64, price: Int64, unknown: Int64 = 0, to extract: inout LedgerExtract
    ) {
        var dimensions = RequestDimensions()
        dimensions.variant = experiment.id(of: arm)
        for (outcome, count) in [("exact", requests / 4), ("miss", requests - requests / 4)] {
            dimensions.outcome = outcome
            var sums = RequestSums()
            sums.requests = count
            sums.planned = outcome == "miss" ? count : 0
            sums.escalated = outcome == "miss" ? count / 3 : 0
            extract.requests[HourKey(hour: 1, dimensions)] = sums
        }
        var call = CallDimensions()
        call.variant = dimensions.variant
        var sums = CallSums()
        (sums.calls, sums.cost, sums.costUnknown) = (requests, 1_000 * price * requests, unknown)
        extract.calls[HourKey(hour: 1, call)] = sums
    }

    private static func rate(
        _ arm: String, good: Int, bad: Int, perSession: Int = 1, to extract: inout LedgerExtract
    ) {
        for number in 0..<(good + bad) {
            var rating = Rating(
                tenant: "t", kind: .request, subject: "\(arm)-\(number)", time: Timestamp(milliseconds: 3_600_000))
            rating.variant = experiment.id(of: arm)
            rating.labels = [Label("session", "\(arm)-\(number / perSession)")]
            rating.isGood = number < good
            extract.ratings.append(rating)
        }
    }

    @Test func namesTheCheapestThatIsGoodEnough() throws {
        var extract = LedgerExtract()
        for (arm, price, good, bad) in [
            ("holdout", 9, 99, 1), ("cheap", 2, 280, 20), ("dear", 5, 295, 5), ("bad", 1, 30, 70),
        ] as [(String, Int64, Int, Int)] {
            Self.add(arm, requests: 400, price: price, to: &extract)
            Self.rate(arm, good: good, bad: bad, to: &extract)
        }
        var outside = RequestDimensions()
        outside.outcome = "miss"
        extract.requests[HourKey(hour: 1, outside)] = RequestSums(values: [17] + Array(repeating: 0, count: 12))

        let report = ExperimentReport(Self.experiment, extract)
        #expect(report.arms.map(\.name) == ["holdout", "cheap", "dear", "bad"])
        #expect(report.arms.map(\.standing) == [.acceptable, .acceptable, .acceptable, .below])
        #expect(report.cheapest?.name == "cheap" && report.requestsOutside == 17)
        let cheap = try #require(report.cheapest)
        #expect(cheap.costPerRequest == 2_000 && cheap.row.hitRate == 0.25)
        #expect(cheap.row.escalationRate == 100.0 / 300 && cheap.quality.mean == 280.0 / 300)
        #expect(cheap.ratingsNeeded == 0 && report.arms[3].ratingsNeeded == nil)
        // All four intervals hold together.
        #expect(cheap.quality.count == 300 && cheap.quality.sum == 280)
        #expect(abs(cheap.quality.error - 0.05 / 4) < 1e-12)
    }

    @Test func aFewRatingsAreNotEnough() {
        var extract = LedgerExtract()
        Self.add("cheap", requests: 40, price: 1, to: &extract)
        Self.rate("cheap", good: 10, bad: 0, to: &extract)
        let report = ExperimentReport(Self.experiment, extract)
        #expect(report.cheapest == nil && report.arms[1].standing == .open)
        #expect(report.arms[1].ratingsNeeded ?? 0 > 0 && report.arms[2].ratingsNeeded == nil)
    }

    @Test func aSessionIsOneObservation() {
        var extract = LedgerExtract()
        Self.rate("cheap", good: 15, bad: 5, perSession: 10, to: &extract)
        let quality = ExperimentReport(Self.experiment, extract).arms[1].quality
        #expect(quality.count == 2 && quality.sum == 1.5)
    }

    @Test func whatHasNoKnownCostIsNotTheCheapest() {
        var extract = LedgerExtract()
        for arm in ["cheap", "dear"] { Self.rate(arm, good: 300, bad: 5, to: &extract) }
        Self.add("cheap", requests: 400, price: 1, unknown: 1, to: &extract)
        Self.add("dear", requests: 400, price: 5, to: &extract)
        let report = ExperimentReport(Self.experiment, extract)
        #expect(report.arms[1].standing == .acceptable && report.arms[1].costPerRequest == nil)
        #expect(report.cheapest?.name == "dear")
    }

    @Test(arguments: [
        (Experiment.Quality.verdict, 0.0), (.succeeded, 1.0), (.score, 0.5),
    ]) func readsWhatItIsAskedFor(quality: Experiment.Quality, value: Double) {
        var rating = Rating(tenant: "t", kind: .request, subject: "r", time: Timestamp(milliseconds: 0))
        #expect(quality.value(of: rating) == nil)
        (rating.isGood, rating.hasSucceeded, rating.score) = (false, true, 3)
        #expect(quality.value(of: rating) == value)
    }
}
