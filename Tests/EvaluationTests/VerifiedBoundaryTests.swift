import Foundation
import Testing

@testable import Evaluation

@Suite struct VerifiedBoundaryTests {
    @Test func explorationIsTheBestOfTheBounds() throws {
        let fit = try #require(
            LogisticBoundary(LogisticBoundaryTests.observations(400, threshold: 0.75, steepness: 30, seed: 1)))
        for similarity in stride(from: 0.5, through: 1, by: 0.05) {
            let exploration = VerifiedBoundary.exploration(fit, similarity: similarity, errorMax: 0.02)
            // One of the bounds, by hand: the grid's second ε.
            let epsilon = 1e-6 + 1.0 / 49 * (1 - 2e-6)
            let upper = min(1, fit.threshold + NormalDistribution.quantile(1 - epsilon) * fit.variance.squareRoot())
            let bound = 1 - 0.02 / (1 - (1 - epsilon) * fit.probability(at: similarity, threshold: upper))
            #expect(exploration >= 0 && exploration <= 1 - 0.02)
            #expect(exploration <= max(0, bound) + 1e-12)
        }
        let loose = VerifiedBoundary.exploration(fit, similarity: 0.95, errorMax: 0.05)
        #expect(loose <= VerifiedBoundary.exploration(fit, similarity: 0.95, errorMax: 0.01))
    }

    @Test func withoutEvidenceItAlwaysExplores() {
        var policy = VerifiedBoundary(errorMax: 0.5, seed: 1)
        for count in 0..<100 {
            let isServed = policy.serves(7, similarity: 1)
            // Only observations of one kind: no boundary.
            let isStored = policy.learn(7, similarity: 0.9 + Double(count) / 1_000, isSame: true)
            #expect(!isServed && !isStored)
        }
        let isStored = policy.learn(7, similarity: 0.6, isSame: false)
        #expect(isStored)
    }

    /// The promise: of all requests that come to an entry, at most δ are served wrongly.
    @Test func errorsStayBelowTheirBoundAndHitsAreMade() {
        for (errorMax, seed) in [(0.02, 1), (0.05, 2)] as [(Double, UInt64)] {
            var policy = VerifiedBoundary(errorMax: errorMax, seed: seed)
            var generator = SeededGenerator(seed: seed, purpose: 9)
            var (requests, wrong, right) = (0, 0, 0)
            for entry in 0..<20 {
                let threshold = 0.7 + 0.2 * generator.unit()
                for _ in 0..<300 {
                    let similarity = 0.5 + 0.5 * generator.unit()
                    let isSame = generator.unit() < 1 / (1 + exp(-60 * (similarity - threshold)))
                    requests += 1
                    if policy.serves(entry, similarity: similarity) {
                        if isSame { right += 1 } else { wrong += 1 }
                    } else {
                        _ = policy.learn(entry, similarity: similarity, isSame: isSame)
                    }
                }
            }
            #expect(Double(wrong) <= errorMax * Double(requests))
            #expect(Double(right) > 0.1 * Double(requests))
        }
    }
}
