import Support

/// A number with its bounds.
package struct Estimate: Sendable, Equatable {
    package var value = 0.0
    package var low = 0.0
    package var high = 0.0

    /// Adds so many cases of a share.
    mutating func add(_ count: Double, _ share: WeightedShare) {
        value += count * (share.share ?? 0)
        // Where nothing is known, from none to all of them.
        low += count * (share.interval?.lower ?? 0)
        high += count * (share.interval?.upper ?? 1)
    }

    mutating func add(_ count: Double) {
        value += count
        low += count
        high += count
    }

    static func * (left: Estimate, right: Estimate) -> Estimate {
        Estimate(value: left.value * right.value, low: left.low * right.low, high: left.high * right.high)
    }

    static func + (left: Estimate, right: Estimate) -> Estimate {
        Estimate(value: left.value + right.value, low: left.low + right.low, high: left.high + right.high)
    }

    static func / (left: Estimate, right: Double) -> Estimate {
        Estimate(value: left.value / right, low: left.low / right, high: left.high / right)
    }
}
