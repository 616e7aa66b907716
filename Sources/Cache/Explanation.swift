package import Questions
package import Store
package import Support

/// How the cache would decide about a question, step by step, without deciding: nothing is served, stored or counted.
package struct Explanation: Sendable {
    /// What the cache would do.
    package enum Conclusion: String, Sendable, CaseIterable {
        case exact, alias
        /// Serve a candidate unasked.
        case judged
        /// Ask mini about some candidates.
        case confirm
        /// What mini said, where it was asked.
        case confirmed
        case miss
    }

    /// The form under which spellings of the same words are one.
    package var canonical: String
    package var conclusion: Conclusion
    /// What of a person is in the question, where that is looked for.
    package var personalData: [PersonalData.Kind] = []
    /// The entry that would be served.
    package var entry: EntryID?
    package var matched: String?
    /// Stored questions of the scope that a search looks at.
    package var vectors = 0
    /// Wrong answers per request that this scope may still give.
    package var errorTarget = 0.0
    /// The lower bound of P(same) from which on a candidate without conflict is served unasked; nil: none is.
    package var boundToServe: Double?
    /// The P(some candidate asks the same) from which on mini may be asked; nil: it may not.
    package var probabilityToAsk: Double?
    /// What the wait for mini is worth, in dollars.
    package var priceOfWaiting = 0.0
    /// Whether there is a mini to ask.
    package var hasMini: Bool
    /// Best first; empty where the wording itself is known.
    package var candidates: [ExplainedCandidate] = []
    /// What mini would be asked, or was.
    package var confirmation: Confirmation?
    package var latency = Receipt.Latency()

    package struct Confirmation: Sendable {
        /// The entries that it would be asked about, best first.
        package var entries: [EntryID]
        /// What the call is expected to cost; nil when the price is unknown.
        package var expectedCost: Money?
        /// Nil where it was not asked.
        package var verdict: Verdict?
        /// What the call did cost; nil where it was not asked or the price is unknown.
        package var cost: Money?
    }
}

/// A candidate with what speaks for and against it.
package struct ExplainedCandidate: Sendable {
    package let candidate: Candidate
    /// Why it would not be served unasked; empty where it would be.
    package let obstacles: [Obstacle]
    /// P(same) × the price of its answer; nil when the price is unknown.
    package let expectedSaving: Money?
    /// What asking mini about it alone is expected to cost; nil when the price is unknown.
    package let costOfAsking: Money?
    package let isWorthAsking: Bool

    package enum Obstacle: String, Sendable, CaseIterable {
        /// Mini has said before that it asks something else.
        case refused
        /// The guard sees a difference in the wording.
        case conflict
        /// Less surely the same than `boundToServe`.
        case probability
        /// The wordings share too little: nothing but the vectors speaks for it.
        case wording
        /// Less similar than what feedback has set for this entry.
        case boundary
    }
}
