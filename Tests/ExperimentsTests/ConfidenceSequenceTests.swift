import Glibc
import Ledger
import Support
import Testing

@testable import Experiments

@Suite struct ConfidenceSequenceTests {
    @Test(arguments: Reference.bounds.indices) func boundsAreScipys(index: Int) {
        let (count, sum, error, lower, upper) = Reference.bounds[index]
        let sequence = ConfidenceSequence(count: count, sum: sum, error: error)
        #expect(abs(sequence.lower - lower) < 1e-9 && abs(sequence.upper - upper) < 1e-9, "\(sequence)")
    }

    @Test(arguments: Reference.evidence.indices) func evidenceIsScipys(index: Int) {
        let (count, sum, mean, value) = Reference.evidence[index]
        let evidence = ConfidenceSequence(count: count, sum: sum, error: 0.05).evidence(against: mean)
        #expect(abs(evidence - value) < 1e-8)
    }

    @Test(arguments: Reference.needed.indices) func countsAreScipys(index: Int) {
        let (count, sum, error, floor, needed) = Reference.needed[index]
        let sequence = ConfidenceSequence(count: count, sum: sum, error: error)
        #expect(sequence.countToReach(floor, max: 1_000_000) == needed)
    }

    @Test func nothingReachesAFloorAboveItsMean() {
        let sequence = ConfidenceSequence(count: 100, sum: 80, error: 0.05)
        #expect(sequence.countToReach(0.8, max: 1_000_000) == nil)
        #expect(sequence.countToReach(0.799_999, max: 1_000_000) == nil)
        #expect(ConfidenceSequence(count: 0, sum: 0, error: 0.05).countToReach(0, max: 10) == nil)
    }

    /// Of many streams, each looked at after every observation, how many ever lie outside of an interval.
    private static func missed(
        _ seed: UInt64, isOutside: (_ count: Int, _ sum: Double) -> Bool, _ draw: (Double) -> Double
    )
        -> Int
    {
        var generator = SplitMix64(seed: seed)
        return (0..<1_000).count { _ in
            var sum = 0.0
            var isMissed = false
            for count in 1...1_000 {
                sum += draw(Double.random(in: 0..<1, using: &generator))
                // The stream is drawn to its end, so that the next one does not depend on where this one left.
                if !isMissed, isOutside(count, sum) { isMissed = true }
            }
            return isMissed
        }
    }

    private static func isOutside(_ count: Int, _ sum: Double, _ mean: Double) -> Bool {
        ConfidenceSequence(count: count, sum: sum, error: 0.05).evidence(against: mean) > 2.995732273553991
    }

    /// One may look all the time: at most 5 % of the streams ever lie outside, while of Wilson's intervals, which are
    /// for one look, many times more do.
    @Test(arguments: [0.05, 0.5, 0.8, 0.97]) func coversAtAllTimes(mean: Double) {
        let missed = Self.missed(7, isOutside: { Self.isOutside($0, $1, mean) }, { $0 < mean ? 1 : 0 })
        #expect(missed <= 50, "\(missed) of 1,000 streams")
        let wilson = Self.missed(
            7,
            isOutside: { count, sum in
                let interval = Interval(Int64(sum), of: Int64(count))!
                return mean < interval.lower || mean > interval.upper
            }, { $0 < mean ? 1 : 0 })
        #expect(wilson > 150, "\(wilson) of 1,000 streams")
    }

    /// Scores from 1 to 5, as shares of four steps; their mean is 0.65.
    @Test func coversMeansOfScores() {
        let missed = Self.missed(
            11, isOutside: { Self.isOutside($0, $1, 0.65) },
            { draw in draw < 0.1 ? 0 : draw < 0.2 ? 0.25 : draw < 0.4 ? 0.5 : draw < 0.7 ? 0.75 : 1 })
        #expect(missed <= 50, "\(missed) of 1,000 streams")
    }

    /// Four variants a little below the floor, each looked at after every rating until one is called acceptable: with all
    /// intervals together at 95 %, a wrong one is named in at most 5 % of the experiments.
    @Test func seldomNamesAVariantThatIsNotGoodEnough() {
        var generator = SplitMix64(seed: 13)
        let floor = 0.8
        let threshold = -log(0.05 / 4)
        var named = 0
        for _ in 0..<400 {
            var isNamed = false
            for _ in 0..<4 {
                var sum = 0.0
                for count in 1...600 {
                    if Double.random(in: 0..<1, using: &generator) < 0.79 { sum += 1 }
                    let sequence = ConfidenceSequence(count: count, sum: sum, error: 0.05 / 4)
                    if sum > floor * Double(count), sequence.evidence(against: floor) >= threshold { isNamed = true }
                }
            }
            if isNamed { named += 1 }
        }
        #expect(named <= 20, "\(named) of 400 experiments")
    }

    @Test func theIntervalHoldsWhatTheEvidenceDoesNotRefute() {
        let sequence = ConfidenceSequence(count: 50, sum: 41, error: 0.05)
        for mean in [sequence.lower + 1e-6, sequence.upper - 1e-6] {
            #expect(!Self.isOutside(50, 41, mean))
        }
        for mean in [sequence.lower - 1e-6, sequence.upper + 1e-6] { #expect(Self.isOutside(50, 41, mean)) }
    }
}
