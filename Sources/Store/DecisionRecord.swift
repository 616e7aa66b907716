package import Support

/// What the judge saw of a question and did about it, as it is kept where the operator wants it.
package struct DecisionRecord: Sendable, Equatable {
    /// What the judge would have done had chance not picked the question for mini. The raw values are stored.
    package enum Action: Int64, Sendable, CaseIterable {
        case serve = 0
        case confirm = 1
        case miss = 2
    }

    /// An entry that was looked at.
    package struct Candidate: Sendable, Equatable {
        package var entry: EntryID
        package var similarity: Double
        /// The prior's P(same), as the logarithm of the odds.
        package var logOdds: Double
        /// The judge's, with what scope and entry had taught, and its lower bound.
        package var probability: Double
        package var lowerBound: Double
        /// The similarity below which feedback keeps the entry from being served unasked.
        package var boundary: Double?
        package var hasConflict: Bool
        package var isRefused: Bool
        /// Whether mini was asked about it.
        package var isAsked: Bool
        /// The price of its answer; nil when unknown.
        package var answerCost: Money?
        /// What mini costs more when it is asked about this one, too; nil when unknown.
        package var askingCost: Money?
        /// What the judge weighed.
        package var features: [Float]

        package init(
            entry: EntryID, similarity: Double, logOdds: Double, probability: Double, lowerBound: Double,
            boundary: Double? = nil, hasConflict: Bool = false, isRefused: Bool = false, isAsked: Bool = false,
            answerCost: Money? = nil, askingCost: Money? = nil, features: [Float] = []
        ) {
            self.entry = entry
            self.similarity = similarity
            self.logOdds = logOdds
            self.probability = probability
            self.lowerBound = lowerBound
            self.boundary = boundary
            self.hasConflict = hasConflict
            self.isRefused = isRefused
            self.isAsked = isAsked
            self.answerCost = answerCost
            self.askingCost = askingCost
            self.features = features
        }
    }

    /// What an audit found of the answer that was served, or would have been in shadow mode.
    package struct Audit: Sendable, Equatable {
        package var entry: EntryID
        package var isRight: Bool
        /// The probability with which it was chosen to be audited.
        package var propensity: Double

        package init(entry: EntryID, isRight: Bool, propensity: Double) {
            self.entry = entry
            self.isRight = isRight
            self.propensity = propensity
        }
    }

    /// 0 before it is stored.
    package var id: Int64 = 0
    package var time: Timestamp
    package var scope: ScopeID
    /// Of the question's canonical text.
    package var key: Digest
    /// The question; nil where only its digest is kept.
    package var text: String?
    package var action: Action
    /// The probability with which mini was to be asked.
    package var propensity: Double
    /// What mini said; nil where it was not asked.
    package var verdict: String?
    /// The entry that mini named.
    package var named: EntryID?
    /// The entry that was served, or would have been in shadow mode.
    package var served: EntryID?
    /// What mini costs before the first candidate; nil when unknown.
    package var askingCost: Money?
    /// In the judge's order, best first.
    package var candidates: [Candidate]
    package var audit: Audit?

    package init(
        time: Timestamp, scope: ScopeID, key: Digest, text: String? = nil, action: Action, propensity: Double,
        verdict: String? = nil, named: EntryID? = nil, served: EntryID? = nil, askingCost: Money? = nil,
        candidates: [Candidate], audit: Audit? = nil
    ) {
        self.time = time
        self.scope = scope
        self.key = key
        self.text = text
        self.action = action
        self.propensity = propensity
        self.verdict = verdict
        self.named = named
        self.served = served
        self.askingCost = askingCost
        self.candidates = candidates
        self.audit = audit
    }
}
