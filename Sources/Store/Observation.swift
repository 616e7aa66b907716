/// What was observed of a question and an entry: whether the entry's answer is the question's too.
package struct Observation: Sendable, Hashable {
    /// The raw values are stored.
    package enum Source: Int64, Sendable, CaseIterable {
        /// Mini's word, which may be wrong.
        case verdict = 0
        /// The answer served, compared with one made anew.
        case audit = 1
        /// A person's.
        case feedback = 2
    }

    package var scope: ScopeID
    package var entry: EntryID
    package var source: Source
    /// What the prior said, as the logarithm of the odds.
    package var logOdds: Double
    /// P(same) after the observation.
    package var same: Double
    /// With which probability this pair was chosen to be observed.
    package var propensity: Double

    package init(
        scope: ScopeID, entry: EntryID, source: Source, logOdds: Double, same: Double, propensity: Double = 1
    ) {
        self.scope = scope
        self.entry = entry
        self.source = source
        self.logOdds = logOdds
        self.same = same
        self.propensity = propensity
    }

    /// A person's word counts as several of mini's. What was chosen at random stands for those that were not, within
    /// bounds: a weight of hundreds would let one pair decide.
    package var weight: Double { (source == .feedback ? 4 : 1) * min(1 / max(propensity, 0.01), 4) }
}
