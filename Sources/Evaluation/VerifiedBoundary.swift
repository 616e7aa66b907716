/// vCache's rule (Schroeder and others, arXiv 2502.03771): each entry learns a logistic boundary of its own, and the
/// chance of asking *full* anyway is kept so high that no entry's error rate exceeds δ.
///
/// With P(same | s) = α the cache may serve with the probability δ ÷ (1 - α), so it explores with τ = 1 - δ ÷ (1 - α).
/// α is unknown; a lower bound is (1 - ε) · L(s, t′, γ̂), where t′ is the upper end of t's one-sided confidence band of
/// level 1 - ε. Of the bounds for all ε the best is taken. An exploration observes whether full's answer is the entry's;
/// only an answer that is not becomes an entry.
///
/// The paper's estimate of t does not exist where an entry's observations are separable; see `LogisticBoundary`.
struct VerifiedBoundary: BaselinePolicy {
    private struct Entry {
        var observations: [LogisticBoundary.Observation] = []
        var boundary: LogisticBoundary?
    }

    /// Fewer tell nothing of a boundary: always explore.
    static let observationsMin = 6

    let errorMax: Double
    private var entries: [Int: Entry] = [:]
    private var generator: SeededGenerator

    /// - Parameter errorMax: δ.
    init(errorMax: Double, seed: UInt64) {
        self.errorMax = errorMax
        generator = SeededGenerator(seed: seed, purpose: 2)
    }

    var name: String { "vcache-\(twoDecimals(errorMax))" }

    mutating func serves(_ entry: Int, similarity: Double) -> Bool {
        let draw = generator.unit()
        guard let boundary = entries[entry]?.boundary else { return false }
        return draw > VerifiedBoundary.exploration(boundary, similarity: similarity, errorMax: errorMax)
    }

    mutating func learn(_ entry: Int, similarity: Double, isSame: Bool) -> Bool {
        var state = entries[entry] ?? Entry()
        state.observations.append(LogisticBoundary.Observation(similarity: similarity, isSame: isSame))
        if state.observations.count >= VerifiedBoundary.observationsMin {
            state.boundary = LogisticBoundary(state.observations)
        }
        entries[entry] = state
        return !isSame
    }

    /// τ: the probability with which *full* is asked in spite of an entry at this similarity.
    static func exploration(_ boundary: LogisticBoundary, similarity: Double, errorMax: Double) -> Double {
        let deviation = boundary.variance.squareRoot()
        let same = confidences.reduce(0.0) { best, confidence in
            let upper = min(max(boundary.threshold + confidence.quantile * deviation, 0), 1)
            return max(best, (1 - confidence.epsilon) * boundary.probability(at: similarity, threshold: upper))
        }
        return max(0, 1 - errorMax / (1 - same))
    }

    /// 50 values of ε, evenly spaced in 0 … 1 without its ends, each with the normal quantile of 1 - ε.
    private static let confidences: [(epsilon: Double, quantile: Double)] = (0..<50).map { step in
        let epsilon = 1e-6 + Double(step) / 49 * (1 - 2e-6)
        return (epsilon, NormalDistribution.quantile(1 - epsilon))
    }
}
