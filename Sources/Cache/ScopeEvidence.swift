import Store
import Support

/// What was learned of one scope and of its entries.
struct ScopeEvidence: Sendable {
    /// The index that it came into memory with, where scopes come and go.
    var owner: ObjectIdentifier?
    private(set) var own = Evidence()
    private(set) var entries: [EntryID: Evidence] = [:]
    /// The number of the last observation that came with one.
    private var lastRow: Int64 = 0

    /// How far the log-odds of an entry's pairs lie from the prior's.
    func shift(_ entry: EntryID, _ now: Timestamp) -> Double {
        own.shift(now) + (entries[entry]?.shift(now) ?? 0)
    }

    /// Takes in what was observed of a pair.
    ///
    /// - Returns: the probability that was expected.
    @discardableResult
    mutating func observe(_ observation: Observation, _ now: Timestamp) -> Double {
        let entry = observation.entry
        let expected = Odds.probability(observation.logOdds + shift(entry, now))
        let residual = observation.same - expected
        let weight = observation.weight
        own.observe(residual: residual, expected: expected, weight: weight, .scope, now)
        entries[entry, default: Evidence()].observe(
            residual: residual, expected: expected, weight: weight, .entry, now)
        return expected
    }

    /// Takes in an observation that the store has numbered, unless it did so before: the numbers grow.
    mutating func take(_ observation: Observation, row: Int64, _ time: Timestamp) {
        guard row > lastRow else { return }
        lastRow = row
        observe(observation, time)
    }

    mutating func remove(_ entry: EntryID) { entries[entry] = nil }
}
