import Glibc

/// The standard normal distribution.
enum NormalDistribution {
    /// P(X ≤ x).
    static func cumulative(_ x: Double) -> Double {
        0.5 * erfc(-x / 2.0.squareRoot())
    }

    /// The x with P(X ≤ x) = probability, by bisection to the last bit that matters.
    ///
    /// - Precondition: 0 < probability < 1.
    static func quantile(_ probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "only probabilities between 0 and 1 have a quantile")
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if cumulative(middle) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
