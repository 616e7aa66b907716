package import Support

/// What a person said of an answer that was served.
package struct Feedback: Hashable, Sendable {
    /// The raw values are stored.
    package enum Verdict: Int64, Sendable, CaseIterable {
        case bad = 0
        case good = 1
    }

    package var entry: EntryID
    package var verdict: Verdict
    package var comment: String?
    package var time: Timestamp

    package init(entry: EntryID, verdict: Verdict, comment: String? = nil, time: Timestamp) {
        self.entry = entry
        self.verdict = verdict
        self.comment = comment
        self.time = time
    }
}
