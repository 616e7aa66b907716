import Glibc

/// A logistic curve P(same | similarity) = 1 ÷ (1 + exp(-γ (similarity - t))) fitted to observations.
struct LogisticBoundary: Sendable {
    struct Observation: Sendable {
        let similarity: Double
        let isSame: Bool
    }

    /// t: the similarity at which both answers are equally likely.
    let threshold: Double
    /// γ: the steepness.
    let steepness: Double
    /// Of the threshold's estimate, by the delta method.
    let variance: Double

    func probability(at similarity: Double, threshold: Double) -> Double {
        1 / (1 + exp(-steepness * (similarity - threshold)))
    }

    /// Fits by maximum likelihood. Where the two kinds of observations do not overlap, no such estimate exists; then
    /// Jeffreys' prior makes it finite (Firth 1993; Heinze and Schemper 2002).
    ///
    /// - Returns: nil when the observations are of one kind, or all at one similarity.
    init?(_ observations: [Observation]) {
        let same = observations.filter(\.isSame).map(\.similarity)
        let different = observations.filter { !$0.isSame }.map(\.similarity)
        guard let lowestSame = same.min(), let highestSame = same.max(), let lowestDifferent = different.min(),
            let highestDifferent = different.max()
        else { return nil }
        let count = Double(observations.count)
        let mean = observations.reduce(0) { $0 + $1.similarity } / count
        let deviation = (observations.reduce(0) { $0 + pow($1.similarity - mean, 2) } / count).squareRoot()
        guard deviation > 1e-9 else { return nil }
        let overlaps = lowestSame < highestDifferent && lowestDifferent < highestSame
        // Centred and scaled, so that the two coefficients are of one size.
        var fit = Fit(
            points: observations.map { (($0.similarity - mean) / deviation, $0.isSame ? 1 : 0) },
            hasPrior: !overlaps)
        guard fit.solve() else { return nil }
        // A boundary that falls with similarity is taken to be flat.
        let slope = max(fit.slope, 1e-6 * deviation)
        let centre = -fit.intercept / slope
        let gradient = (-1 / slope, fit.intercept / (slope * slope))
        let (a, b, c) = fit.covariance
        let spread = gradient.0 * gradient.0 * a + 2 * gradient.0 * gradient.1 * b + gradient.1 * gradient.1 * c
        guard spread.isFinite else { return nil }
        threshold = min(max(mean + deviation * centre, 0), 1)
        steepness = slope / deviation
        variance = max(0, spread) * deviation * deviation
    }

    /// Newton's method on the (penalised) log-likelihood of intercept and slope.
    private struct Fit {
        let points: [(x: Double, y: Double)]
        let hasPrior: Bool
        var intercept = 0.0
        var slope = 0.0

        init(points: [(x: Double, y: Double)], hasPrior: Bool) {
            self.points = points
            self.hasPrior = hasPrior
        }

        /// Fisher's information as (intercept², intercept · slope, slope²).
        var information: (Double, Double, Double) {
            points.reduce((0, 0, 0)) { sum, point in
                let weight = weight(point.x)
                return (sum.0 + weight, sum.1 + weight * point.x, sum.2 + weight * point.x * point.x)
            }
        }

        var covariance: (Double, Double, Double) {
            let (a, b, c) = information
            let determinant = a * c - b * b
            return (c / determinant, -b / determinant, a / determinant)
        }

        /// - Returns: whether it converged.
        mutating func solve() -> Bool {
            var value = objective
            for _ in 0..<100 {
                let (a, b, c) = covariance
                guard (a + b + c).isFinite else { return false }
                let (u, v) = score(covariance: (a, b, c))
                var step = (a * u + b * v, b * u + c * v)
                let length = max(step.0.magnitude, step.1.magnitude)
                if length < 1e-9 { return true }
                // A first step from a flat curve may be far too long.
                if length > 5 { step = (step.0 * 5 / length, step.1 * 5 / length) }
                let start = (intercept, slope)
                var isBetter = false
                for halving in 0..<30 {
                    let factor = exp2(-Double(halving))
                    (intercept, slope) = (start.0 + factor * step.0, start.1 + factor * step.1)
                    let new = objective
                    if new >= value {
                        isBetter = true
                        value = new
                        break
                    }
                }
                guard isBetter else {
                    // No step improves it any more: as near as the arithmetic allows.
                    (intercept, slope) = start
                    return true
                }
            }
            return true
        }

        private func probability(_ x: Double) -> Double { 1 / (1 + exp(-(intercept + slope * x))) }

        private func weight(_ x: Double) -> Double {
            let probability = probability(x)
            return probability * (1 - probability)
        }

        /// The log-likelihood, with half the logarithm of the information's determinant under the prior.
        private var objective: Double {
            let likelihood = points.reduce(0) { sum, point in
                let logit = intercept + slope * point.x
                // log(1 + eˣ) without overflow.
                let softplus = max(logit, 0) + log1p(exp(-logit.magnitude))
                return sum + point.y * logit - softplus
            }
            guard hasPrior else { return likelihood }
            let (a, b, c) = information
            return likelihood + 0.5 * log(max(a * c - b * b, 1e-300))
        }

        private func score(covariance: (Double, Double, Double)) -> (Double, Double) {
            points.reduce((0, 0)) { sum, point in
                let probability = probability(point.x)
                var residual = point.y - probability
                if hasPrior {
                    let (a, b, c) = covariance
                    let leverage = weight(point.x) * (a + 2 * b * point.x + c * point.x * point.x)
                    residual += leverage * (0.5 - probability)
                }
                return (sum.0 + residual, sum.1 + residual * point.x)
            }
        }
    }
}
