package import Support

/// How much the store holds, and its state of health.
package struct Statistics: Hashable, Sendable {
    package var scopes = 0
    package var entries = 0
    package var aliases = 0
    /// Remembered refusals: pairs of a wording and an entry.
    package var refusals = 0
    /// Over all embedders.
    package var vectors = 0
    package var goodFeedback = 0
    package var badFeedback = 0
    /// Hits ever counted, and what they saved; entries that are gone included.
    package var hits = 0
    package var saved = Money.zero
    package var calls = 0
    /// What the recorded calls cost, as far as their prices are known.
    package var spent = Money.zero
    /// Calls that the ledger misses since the store was opened.
    package var unrecordedCalls = 0
    /// Writes waiting for the writer at this moment.
    package var queuedWrites = 0
    /// Different damaged rows met since the store was opened.
    package var corruptRows = 0
    package var databaseBytes = 0
    package var logBytes = 0
}
