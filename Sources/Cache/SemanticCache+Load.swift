import Embedding
package import Store
import Support
import Synchronization

/// Bringing the stored vectors into memory, and making up for those that are missing.
extension SemanticCache {
    /// Reads every vector of the current embedder into the indexes; to be done before the first lookup.
    ///
    /// Where a page of the database is damaged, those that were read serve, and the others are found by nothing but their
    /// exact wording.
    ///
    /// - Returns: the entries whose vector is damaged, to be handed to `embedMissing`.
    package func load() throws -> [EntryID] {
        do throws(StoreError) {
            let damaged = try parts.store.vectors(embedderKey) { scope, entry, _, vector in
                indexes.add(entry, in: scope, vector)
            }
            try parts.store.aliasVectors(embedderKey) { scope, entry, alias, vector in
                indexes.add(alias, of: entry, in: scope, vector)
            }
            try loadEvidence()
            try loadTagLives()
            return damaged
        } catch {
            guard error.code == .damaged else { throw error }
            metrics.countStoreError()
            parts.log.error("\(error); what could be read is served, \(indexes.count) entries")
            return []
        }
    }

    /// Whether there is work for `embedMissing` again.
    package var needsEmbedding: Bool { memory.lacksVectors.load(ordering: .relaxed) }

    /// Embeds the entries that have no vector of the current embedder: those of an earlier embedder, those that were
    /// stored while it failed, and those whose vector was damaged.
    ///
    /// Until its turn has come an entry is found by its exact wordings only: vectors of two embedders are never mixed.
    ///
    /// - Parameter progress: called now and then with the entries embedded so far.
    /// - Returns: the entries embedded.
    package func embedMissing(
        damaged: [EntryID] = [], progress: (Int) -> Void = { _ in }
    ) async throws -> Int {
        memory.lacksVectors.store(false, ordering: .relaxed)
        let damaged = try damaged.compactMap { try parts.store.entry($0) }.map { entry in
            (place: EntryPlace(scope: entry.scope, entry: entry.id), question: entry.question)
        }
        for first in stride(from: 0, to: damaged.count, by: Limits.textsPerBatchMax) {
            try await embed(Array(damaged[first..<min(first + Limits.textsPerBatchMax, damaged.count)]))
        }
        var done = damaged.count
        var last: EntryID?
        while true {
            try Task.checkCancellation()
            let batch = try parts.store.entriesWithoutVector(
                embedderKey, after: last, limit: Limits.textsPerBatchMax)
            guard let end = batch.last?.place.entry else { break }
            try await embed(batch)
            last = end
            done += batch.count
            progress(done)
        }
        try await embedMissingAliases()
        return done
    }

    private func embedMissingAliases() async throws {
        var last: Int64 = 0
        while true {
            try Task.checkCancellation()
            let batch = try parts.store.aliasesWithoutVector(embedderKey, after: last, limit: Limits.textsPerBatchMax)
            guard let end = batch.last?.row else { return }
            let vectors = try await parts.embedder.embed(batch.map(\.text))
            for (alias, vector) in zip(batch, vectors) {
                try await addVector(vector, of: alias.key, to: alias.place.entry, in: alias.place.scope)
            }
            last = end
        }
    }

    private func embed(_ rows: [(place: EntryPlace, question: String)]) async throws {
        let vectors = try await parts.embedder.embed(rows.map(\.question))
        try await parts.store.addVectors(embedderKey, zip(rows, vectors).map { ($0.place.entry, $1) })
        for (row, vector) in zip(rows, vectors) { indexes.add(row.place.entry, in: row.place.scope, vector.span) }
    }
}
