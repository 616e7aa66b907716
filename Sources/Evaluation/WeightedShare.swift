import Support

/// A share among cases of which some are known, each standing for as many as its chance of being known says.
struct WeightedShare: Sendable, Equatable {
    /// Cases, known or not.
    private(set) var cases = 0.0
    private(set) var known = 0
    /// What is expected of all of them, by the judge.
    private(set) var expected = 0.0
    private var weights = 0.0
    private var squares = 0.0
    private var hits = 0.0

    /// Adds a case.
    mutating func add(expected value: Double) {
        cases += 1
        expected += value
    }

    /// Says of the case added last what it is.
    ///
    /// - Parameter propensity: the probability with which this was to become known.
    mutating func know(_ isHit: Bool, propensity: Double) {
        let weight = 1 / max(propensity, 1e-4)
        known += 1
        weights += weight
        squares += weight * weight
        if isHit { hits += weight }
    }

    /// The weighted share of the known ones (Hájek's estimator); the judge's where none is known; nil of no case.
    var share: Double? {
        if weights > 0 { return hits / weights }
        return cases > 0 ? expected / cases : nil
    }

    /// Over as many cases as the weights are worth (Kish's effective sample size); nil where none is known.
    var interval: Interval? {
        weights > 0 ? Interval(share: hits / weights, of: weights * weights / squares) : nil
    }
}
