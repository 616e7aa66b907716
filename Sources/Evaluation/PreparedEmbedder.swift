package import Embedding
import Support

/// The vectors of a known set of texts, made by a real embedder beforehand or read from disk.
package struct PreparedEmbedder: Embedder {
    package let identity: EmbedderIdentity
    private let vectors: [String: [Float]]

    /// - Parameters:
    ///   - file: gives the vectors it has and takes those that are new.
    ///   - progress: told how many texts have theirs.
    package static func prepare(
        _ texts: [String], _ embedder: any Embedder, _ file: VectorFile, progress: (Int) -> Void
    ) async throws -> PreparedEmbedder {
        let digests = texts.map { Digest(of: $0) }
        let stored = try file.load(Set(digests))
        var vectors: [String: [Float]] = [:]
        var missing: [(text: String, digest: Digest)] = []
        for (text, digest) in zip(texts, digests) {
            if let vector = stored[digest] { vectors[text] = vector } else { missing.append((text, digest)) }
        }
        for start in stride(from: 0, to: missing.count, by: Limits.textsPerBatchMax) {
            let batch = missing[start..<min(start + Limits.textsPerBatchMax, missing.count)]
            let new = try await embedder.embed(batch.map(\.text))
            try file.append(zip(batch, new).map { ($0.digest, $1) })
            for (row, vector) in zip(batch, new) { vectors[row.text] = vector }
            progress(vectors.count)
        }
        return PreparedEmbedder(identity: embedder.identity, vectors: vectors)
    }

    package func embed(_ texts: [String]) async throws -> [[Float]] {
        texts.map { self[$0] }
    }

    /// - Precondition: the text is one of those prepared.
    subscript(text: String) -> [Float] {
        guard let vector = vectors[text] else { preconditionFailure("a text that was not prepared") }
        return vector
    }
}
