import Embedding
import Store
import Support

/// Bringing the stored vectors into memory, and making up for those that the current embedder has not made yet.
extension SemanticCache {
    /// Reads every vector of the current embedder into the indexes; to be done before the first lookup.
    ///
    /// - Returns: the vectors read.
    @discardableResult
    package func load() throws -> Int {
        let unusable = try parts.store.vectors(embedderKey) { scope, entry, _, vector in
            indexes.add(entry, in: scope, vector)
        }
        if !unusable.isEmpty {
            parts.log.error(
                "\(unusable.count) stored vectors are damaged; their entries are found by exact wording only")
        }
        return indexes.count
    }

    /// Embeds the entries that have no vector of the current embedder: those of an earlier embedder, and those that were
    /// stored while it failed.
    ///
    /// Until its turn has come an entry is found by its exact wordings only: vectors of two embedders are never mixed.
    ///
    /// - Returns: the entries embedded.
    package func embedMissing() async throws -> Int {
        var last: EntryID?
        var done = 0
        while true {
            try Task.checkCancellation()
            let batch = try parts.store.entriesWithoutVector(
                embedderKey, after: last, limit: Limits.textsPerBatchMax)
            guard let end = batch.last?.place.entry else { return done }
            let vectors = try await parts.embedder.embed(batch.map(\.question))
            try await parts.store.addVectors(embedderKey, zip(batch, vectors).map { ($0.place.entry, $1) })
            for (row, vector) in zip(batch, vectors) { indexes.add(row.place.entry, in: row.place.scope, vector.span) }
            last = end
            done += batch.count
        }
    }
}
