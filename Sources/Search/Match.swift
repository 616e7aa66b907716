/// A row found by a search.
package struct Match: Hashable, Sendable {
    /// The row's name, as it was added.
    package let id: Int64
    /// The cosine similarity of row and query, from -1 to 1.
    package let similarity: Float

    package init(id: Int64, similarity: Float) {
        self.id = id
        self.similarity = similarity
    }

    /// Best first; equal similarities in the order of their ids, so that a result never depends on storage.
    static func precedes(_ left: Match, _ right: Match) -> Bool {
        left.similarity != right.similarity ? left.similarity > right.similarity : left.id < right.id
    }
}
