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
    /// What the prior alone says of it, as the logarithm of the odds.
    package let logOdds: Double
    /// The judge's P(same answer), with what scope and entry have taught.
    package let probability: Double
    /// The lower confidence bound of that.
    package let lowerBound: Double
    /// Whether mini has already said no to this wording.
    package let isRefused: Bool
}

extension Candidate {
    /// How much the two wordings share, by the words' rarity: 0 for nothing, 1 for the same words.
    var overlap: Double { Double(features[JudgeFeatures.weightedOverlapIndex]) }

    var weighed: Judge.Weighed {
        Judge.Weighed(
            similarity: similarity, probability: probability, lowerBound: lowerBound, overlap: overlap,
            boundary: entry.boundary, hasConflict: !conflicts.isEmpty, isRefused: isRefused)
    }

    /// P(one of them asks the same), taking them to be independent.
    static func probabilityOfAny(_ candidates: [Candidate]) -> Double {
        Judge.probabilityOfAny(candidates.map(\.probability))
    }
}
