package import Questions
package import Store

/// A stored question near the one asked.
package struct Candidate: Sendable {
    package let entry: Entry
    /// Cosine similarity of the question asked with the entry's nearest wording: its own question or a confirmed alias.
    package let similarity: Double
    /// What differs from the entry's own question, as the guard sees it.
    package let conflicts: [Conflict]
    /// What the judge weighs, in the order of `JudgeFeatures.names`.
    package let features: [Float]
    /// The judge's P(same answer).
    package let probability: Double
    /// Whether mini has already said no to this wording.
    package let isRefused: Bool
}
