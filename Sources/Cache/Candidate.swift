package import Questions
package import Store

/// A stored question near the one asked.
package struct Candidate: Sendable {
    package let entry: Entry
    /// Cosine similarity with the question asked.
    package let similarity: Double
    /// What differs, as the guard sees it.
    package let conflicts: [Conflict]
    /// The judge's P(same answer).
    package let probability: Double
    /// Whether mini has already said no to this wording.
    package let isRefused: Bool
}
