package import Store

/// How much the judge has to go by, over all scopes and entries.
package struct EvidenceSummary: Sendable, Equatable {
    /// What was observed since the start, by where it came from.
    package var observations: [Observation.Source: Int] = [:]
    /// Scopes and entries of which something was learned.
    package var scopes = 0
    package var entries = 0
    /// Fisher information of what was observed of them, faded as of now.
    package var scopeWeight = 0.0
    package var entryWeight = 0.0
    /// P(mini says same | no candidate is), as it is taken to be.
    package var miniFalseAccepts = 0.0
}
