/// Groups of vectors that are alike.
enum TextGroups {
    /// Each vector joins the group whose first one it is most like, or begins one: the leader algorithm (Hartigan,
    /// Clustering Algorithms, 1975). One pass, in which the order counts.
    ///
    /// - Parameters:
    ///   - vectors: of length 1.
    ///   - similarity: the least cosine similarity with a group's first vector.
    /// - Returns: the vectors' indexes, the largest group first.
    static func of(_ vectors: [[Float]], similarity: Float) -> [[Int]] {
        var groups: [[Int]] = []
        for (index, vector) in vectors.enumerated() {
            var best: (group: Int, similarity: Float)?
            for (number, group) in groups.enumerated() {
                let found = zip(vectors[group[0]], vector).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                if found >= similarity, found > best?.similarity ?? -.infinity { best = (number, found) }
            }
            if let best { groups[best.group].append(index) } else { groups.append([index]) }
        }
        // The sort keeps the order of equals only by the index.
        return groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }
}
