/// What became of a `NewEntry`.
package struct InsertOutcome: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        case inserted
        /// The entry that held this wording is gone, with its aliases, verdicts, vectors and feedback.
        case replaced(EntryID)
        /// The same answer with the same tags was there.
        case unchanged
        /// The same answer with the same tags was there; it now expires when the new one would.
        case renewed
        /// Another answer was there and was to be kept.
        case kept
    }

    /// The entry that now answers the wording.
    package let entry: EntryID
    package let scope: ScopeID
    package let change: Change
    /// Whether it took the place of an answer that other nodes may still serve.
    var isContrary = false

    package init(entry: EntryID, scope: ScopeID, change: Change) {
        self.entry = entry
        self.scope = scope
        self.change = change
    }
}

/// What to do with a wording that has an answer already.
package enum InsertPolicy: Sendable {
    case replace, keep
}
