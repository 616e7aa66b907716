import Glibc
import Questions
import Support

/// What the judge weighs of a candidate: similarities, its place among the others, conflicts, and what the wordings share.
///
/// Each lies near 0 to 1. They are computed here only: what the prior is fitted to is written by `refrain bench
/// --features`.
package struct JudgeFeatures {
    /// One of the candidates as the search found it, best first.
    struct Found {
        /// With the nearest wording, and with the entry's own question.
        var similarity: Double
        var ownSimilarity: Double
        /// Wordings of the entry above the floor.
        var wordings: Int
        /// Aliases of the entry that have a vector.
        var aliases: Int
    }

    package static let names =
        [
            "similarity", "nearness", "own_similarity", "rank", "behind_best", "ahead_of_next", "crowd",
            "mean_similarity", "index_size", "wordings", "aliases",
        ] + Conflict.Kind.allCases.map { "conflict_\($0.rawValue)" } + ["conflicts"] + Comparison.names

    package static let weightedOverlapIndex = names.firstIndex(of: "weighted_overlap")!

    /// - Parameters:
    ///   - found: every candidate, best first.
    ///   - rows: vectors in the scope's index.
    ///   - comparison: of the question with the candidate's nearest wording.
    static func of(
        _ index: Int, _ found: [Found], rows: Int, conflicts: [Conflict], _ comparison: Comparison
    ) -> [Float] {
        let own = found[index]
        let next = index + 1 < found.count ? found[index + 1].similarity : 0.5
        let crowd = found.count { $0.similarity > own.similarity - 0.05 }
        let place: InlineArray<11, Double> = [
            own.similarity, -log(1.01 - min(own.similarity, 1)) / 5, own.ownSimilarity,
            Double(index) / Double(Limits.candidatesJudgedMax), 4 * (found[0].similarity - own.similarity),
            4 * (own.similarity - next), Double(crowd) / 8,
            found.reduce(0) { $0 + $1.similarity } / Double(found.count), log10(1 + Double(rows)) / 5,
            1 - 1 / Double(own.wordings), 1 - 1 / (1 + Double(own.aliases)),
        ]
        var features: [Float] = []
        features.reserveCapacity(names.count)
        for number in place.indices { features.append(Float(place[number])) }
        for kind in Conflict.Kind.allCases { features.append(conflicts.contains { $0.kind == kind } ? 1 : 0) }
        features.append(Float(conflicts.count) / 2)
        features += comparison.measures
        return features
    }
}
