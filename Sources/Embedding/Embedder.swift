/// Turns texts into vectors whose cosine tells how near the texts are in meaning.
package protocol Embedder: Sendable {
    /// Which model makes the vectors; vectors of two identities cannot be compared.
    var identity: EmbedderIdentity { get }

    /// One unit vector a text, in order, each with `identity.dimension` elements.
    ///
    /// - Throws: `EmbeddingError`, or `CancellationError` when the awaiting task is cancelled.
    func embed(_ texts: [String]) async throws -> [[Float]]
}

/// The model behind a vector, stored with it.
package struct EmbedderIdentity: Hashable, Sendable {
    /// The model and what pins its weights: `all-MiniLM-L6-v2/53aa51172d14`, `remote:text-embedding-3-small/1536`.
    package let name: String
    /// Elements of a vector.
    package let dimension: Int

    package init(name: String, dimension: Int) {
        self.name = name
        self.dimension = dimension
    }
}
