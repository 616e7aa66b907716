import Foundation
import Testing

@testable import Evaluation

@Suite struct LogisticBoundaryTests {
    static func observations(
        _ count: Int, threshold: Double, steepness: Double, seed: UInt64
    ) -> [LogisticBoundary.Observation] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let similarity = 0.5 + 0.5 * generator.unit()
            let probability = 1 / (1 + exp(-steepness * (similarity - threshold)))
            return LogisticBoundary.Observation(similarity: similarity, isSame: generator.unit() < probability)
        }
    }

    private func sums(_ fit: LogisticBoundary, _ observations: [LogisticBoundary.Observation]) -> (Double, Double) {
        observations.reduce((0, 0)) { sum, observation in
            let residual =
                (observation.isSame ? 1.0 : 0) - fit.probability(at: observation.similarity, threshold: fit.threshold)
            return (sum.0 + residual, sum.1 + residual * observation.similarity)
        }
    }

    /// At the maximum of the likelihood, both derivatives are 0.
    @Test(arguments: 0..<30 as Range<UInt64>) func theFitSolvesTheLikelihoodsEquations(seed: UInt64) throws {
        let observations = Self.observations(60, threshold: 0.78, steepness: 20, seed: seed)
        let fit = try #require(LogisticBoundary(observations))
        let (first, second) = sums(fit, observations)
        #expect(abs(first) < 1e-6 && abs(second) < 1e-6)
        #expect(fit.variance > 0)
    }

    @Test func manyObservationsGiveTheCurveBackWithItsVariance() throws {
        var thresholds: [Double] = []
        var variance = 0.0
        for seed in 0..<200 as Range<UInt64> {
            let fit = try #require(
                LogisticBoundary(Self.observations(400, threshold: 0.75, steepness: 15, seed: seed)))
            #expect(abs(fit.steepness - 15) < 8)
            thresholds.append(fit.threshold)
            variance += fit.variance / 200
        }
        let mean = thresholds.reduce(0, +) / 200
        let spread = thresholds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 199
        #expect(abs(mean - 0.75) < 0.005)
        // The delta method's variance is that of the estimates.
        #expect(spread / variance > 0.7 && spread / variance < 1.4)
    }

    @Test func separableObservationsHaveAFiniteFitBetweenTheKinds() throws {
        func fit(_ different: [Double], _ same: [Double]) -> LogisticBoundary? {
            LogisticBoundary(
                different.map { .init(similarity: $0, isSame: false) }
                    + same.map { .init(similarity: $0, isSame: true) }
            )
        }
        let few = try #require(fit([0.6, 0.65, 0.7], [0.9, 0.92, 0.95]))
        #expect(few.threshold > 0.7 && few.threshold < 0.9 && few.steepness.isFinite && few.variance > 0)
        let many = try #require(fit([0.6, 0.65, 0.7, 0.72, 0.74, 0.76], [0.84, 0.86, 0.88, 0.9, 0.92, 0.95]))
        #expect(many.variance < few.variance)
        // A curve that falls with similarity is taken to be flat.
        let falling = try #require(fit([0.9, 0.92, 0.95], [0.6, 0.65, 0.7]))
        #expect(falling.probability(at: 1, threshold: falling.threshold) < 0.51)
        #expect(fit([0.6, 0.7], []) == nil && fit([], [0.6, 0.7]) == nil && fit([0.8, 0.8], [0.8]) == nil)
    }

    @Test(arguments: [(0.5, 0.0), (0.975, 1.959_964), (0.01, -2.326_348), (0.999_999, 4.753_424)])
    func normalQuantiles(probability: Double, expected: Double) {
        #expect(abs(NormalDistribution.quantile(probability) - expected) < 1e-6)
    }
}
