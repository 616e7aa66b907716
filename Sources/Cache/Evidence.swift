import Glibc
import Support

/// What a scope or an entry has taught: how far the log-odds of its pairs lie from the prior's.
///
/// The shift is normally distributed around 0 before the first observation. Each is one step of Newton's method on the
/// logistic likelihood, so nothing is ever fitted anew. Old observations fade, with every new one and with time.
struct Evidence: Sendable, Equatable {
    private(set) var shift = 0.0
    /// Fisher information of the observations, faded.
    private var information = 0.0
    private var latest = Timestamp(milliseconds: 0)

    /// Of a scope and of an entry within it.
    struct Kind: Sendable {
        /// The shift's standard deviation before anything was observed.
        let deviation: Double
        /// Observations after which one has faded to 1 ÷ e.
        let memory: Double

        static let scope = Kind(deviation: 0.5, memory: 2_000)
        static let entry = Kind(deviation: 0.7, memory: 50)
    }

    /// How many standard deviations the bound that decides lies below the mean: five in six are above it.
    static let deviations = 1.0

    /// How far below its mean the bound of a pair lies of whose scope and entry nothing is known, in log-odds.
    static let boundWithoutEvidence =
        deviations
        * (Kind.scope.deviation * Kind.scope.deviation + Kind.entry.deviation * Kind.entry.deviation)
        .squareRoot()

    /// A month without news is worth half.
    private static let halfLifeMilliseconds = 30.0 * 86_400_000

    /// The variance of the shift as of a time.
    func variance(_ kind: Kind, _ now: Timestamp) -> Double {
        1 / (1 / (kind.deviation * kind.deviation) + information * faded(now))
    }

    func shift(_ now: Timestamp) -> Double { shift * faded(now) }

    /// What its observations are worth as of a time: a pair of even odds counts for a quarter.
    func weight(_ now: Timestamp) -> Double { information * faded(now) }

    /// Takes in one observation.
    ///
    /// - Parameters:
    ///   - residual: observed less expected probability.
    ///   - expected: the probability that was expected.
    mutating func observe(residual: Double, expected: Double, weight: Double, _ kind: Kind, _ now: Timestamp) {
        let fading = faded(now)
        shift *= fading
        information = information * fading * (1 - 1 / kind.memory) + weight * expected * (1 - expected)
        shift += weight * residual * variance(kind, now)
        latest = now
    }

    private func faded(_ now: Timestamp) -> Double {
        let age = Double(now.milliseconds - latest.milliseconds)
        return age <= 0 || information == 0 ? 1 : exp2(-age / Evidence.halfLifeMilliseconds)
    }
}
