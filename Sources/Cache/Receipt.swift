package import Questions
package import Store
package import Support

/// Why an answer was given: goes with every answer.
package struct Receipt: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// The same canonical text as a stored question.
        case exact
        /// The same canonical text as a paraphrase that was confirmed before.
        case alias
        /// Served on the judge's probability alone.
        case judged
        /// Served because mini said that it asks the same.
        case confirmed
        /// Not in the cache.
        case miss
        /// Not a request for the cache.
        case bypass

        package var isHit: Bool { self != .miss && self != .bypass }

        /// What can come of a question that is put to the cache.
        package static let decided = allCases.filter { $0 != .bypass }
    }

    package var outcome: Outcome
    /// Cosine similarity with the question served, or with the best candidate of a miss.
    package var similarity: Double?
    /// P(same answer) for that pair: the judge's, or after mini's yes.
    package var probability: Double?
    /// The probability with which mini was to be asked about it; nil where it was not asked.
    package var propensity: Double?
    /// What mini said, if it was asked.
    package var verdict: Verdict?
    /// The entry served, or stored by this request.
    package var entry: EntryID?
    /// The question of the entry served, or of the best candidate.
    package var matched: String?
    /// The last question of a conversation as mini wrote it to be asked alone, if it did.
    package var rewritten: String?
    /// What of a person is in the question or in the model's answer, where that is looked for: why it is not shared.
    package var personalData: [PersonalData.Kind] = []
    /// Why that pair could not be served without mini.
    package var conflicts: [Conflict] = []
    /// Whether the answer came from another, identical request's call.
    package var isCollapsed = false
    /// Whether the answer has expired and is being made anew.
    package var isStale = false
    /// Whether this request's answer was stored.
    package var isStored = false
    /// What this request cost; nil when a price is unknown.
    package var cost: Money? = .zero
    /// What the full model's answer would have cost, less this request's cost; nil when unknown.
    package var saved: Money? = .zero
    /// How long the stored answer is kept; nil for ever, and where none was stored.
    package var timeToLive: TimeToLive?
    /// How often answers served on likeness are wrong, as audits tell; nil where they do not.
    package var falseAccepts: FalseAccepts?
    /// What would have been served in shadow mode, where nothing is; nil outside of it.
    package var shadow: Shadow?
    package var latency = Latency()

    /// The probability that what was served by likeness is wrong; 0 of a miss, and of words that were stored.
    package var risk: Double { risk(of: outcome) }

    func risk(of outcome: Outcome) -> Double {
        outcome == .judged || outcome == .confirmed ? 1 - (probability ?? 0) : 0
    }

    /// What was decided, whether or not it was served.
    package var decision: Outcome { shadow?.outcome ?? outcome }

    package init(_ outcome: Outcome) {
        self.outcome = outcome
    }

    /// A decision of shadow mode. Similarity, probability, verdict and conflicts of the receipt are this decision's.
    package struct Shadow: Sendable, Equatable {
        package var outcome: Outcome
        /// The entry that would have been served.
        package var entry: EntryID?
        /// What the model's answer cost that would not have been needed, less what the decision cost; nil when unknown,
        /// and of a miss.
        package var wouldSave: Money?
    }

    package struct TimeToLive: Sendable, Equatable {
        package var seconds: Double
        /// The tag whose answers have shown it; nil: as configured, or as mini said.
        package var tag: String?
    }

    /// The 95 % interval of a share.
    package struct FalseAccepts: Sendable, Equatable {
        package var lower: Double
        package var upper: Double

        package init(lower: Double, upper: Double) {
            self.lower = lower
            self.upper = upper
        }
    }

    /// Milliseconds spent in each stage; nil for a stage that was not reached.
    package struct Latency: Sendable, Equatable {
        package var embed: Double?
        package var search: Double?
        package var confirm: Double?
        /// For mini to write the question so that it stands alone.
        package var rewrite: Double?
        /// For a question close to this one that was under way.
        package var wait: Double?
        package var upstream: Double?
        package var total: Double = 0

        package init() {}
    }
}
