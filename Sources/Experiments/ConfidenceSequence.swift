import Glibc

/// Where the mean of observations between 0 and 1 lies, however often one looks.
///
/// The interval covers the mean at all times at once with probability 1 - `error`; one may therefore look after every
/// observation and stop when one likes what one sees. It is Robbins' method of mixtures: the likelihood ratio of a
/// uniform mixture of Bernoulli means against the mean m is, at m's truth, a martingale that begins at 1, and by Ville's
/// inequality exceeds 1 ÷ `error` at any time with probability `error` at most. For other observations in [0, 1] than 0
/// and 1 it is a supermartingale, since the ratio is convex in them. Nothing is taken for granted but that each
/// observation has the same mean given those before it (H. Robbins, Ann. Math. Statist. 41, 1970; S. R. Howard,
/// A. Ramdas, J. McAuliffe, J. Sekhon, Ann. Statist. 49, 2021, arXiv 1810.08240, sub-Bernoulli mixture).
package struct ConfidenceSequence: Sendable, Equatable {
    package let count: Int
    package let sum: Double
    /// The probability that the interval ever misses the mean.
    package let error: Double

    /// - Precondition: the sum is between 0 and the count, the error between 0 and 1.
    package init(count: Int, sum: Double, error: Double) {
        precondition(count >= 0 && (0...Double(count)).contains(sum) && error > 0 && error < 1)
        self.count = count
        self.sum = sum
        self.error = error
    }

    /// Of the observations; nil of none.
    package var mean: Double? { count == 0 ? nil : sum / Double(count) }

    /// The logarithm of the evidence against a mean.
    package func evidence(against mean: Double) -> Double {
        let rest = Double(count) - sum
        return logBeta(1 + sum, 1 + rest) - product(sum, log(mean)) - product(rest, log1p(-mean))
    }

    /// The least mean that is not refuted.
    package var lower: Double {
        guard let mean, mean > 0 else { return 0 }
        return bound(from: mean, to: 0)
    }

    /// The greatest mean that is not refuted.
    package var upper: Double {
        guard let mean, mean < 1 else { return 1 }
        return bound(from: mean, to: 1)
    }

    /// How many observations there have to be, with the same mean as so far, for the lower bound to reach a floor.
    ///
    /// - Returns: nil where the mean is not above it, or where more than twice `max` would have to be.
    package func countToReach(_ floor: Double, max: Int) -> Int? {
        guard let mean, mean > floor else { return nil }
        func isReached(_ count: Int) -> Bool {
            ConfidenceSequence(count: count, sum: min(Double(count), mean * Double(count)), error: error).lower >= floor
        }
        if isReached(count) { return count }
        var (short, enough) = (count, count * 2)
        while !isReached(enough) {
            if enough > max { return nil }
            (short, enough) = (enough, enough * 2)
        }
        while enough - short > 1 {
            let middle = short + (enough - short) / 2
            if isReached(middle) { enough = middle } else { short = middle }
        }
        return enough
    }

    /// The evidence grows from the mean outward; its threshold is found by halving.
    private func bound(from mean: Double, to end: Double) -> Double {
        let threshold = -log(error)
        var (kept, refuted) = (mean, end)
        for _ in 0..<60 {
            let middle = (kept + refuted) / 2
            if evidence(against: middle) < threshold { kept = middle } else { refuted = middle }
        }
        return kept
    }
}

/// Nothing times whatever is nothing, an infinite logarithm too.
private func product(_ count: Double, _ logarithm: Double) -> Double { count == 0 ? 0 : count * logarithm }

private func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

private func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return unsafe lgamma_r(x, &sign)
}
