import Dispatch
import Embedding
import Questions
import Search
package import Store
import Support
import Synchronization

/// Bringing the stored vectors into memory, and making up for those that are missing.
extension SemanticCache {
    /// Reads every vector of the current embedder into the indexes; to be done before the first lookup. Where scopes come
    /// into memory when they are asked for, follows what is committed from now on, and reads what is known of all of them
    /// together.
    ///
    /// Where a page of the database is damaged, those that were read serve, and the others are found by nothing but their
    /// exact wording.
    ///
    /// - Returns: the entries whose vector is damaged, to be handed to `embedMissing`.
    package func load() throws -> [EntryID] {
        do throws(StoreError) {
            if let loader = memory.loader {
                // First, so that nothing is committed between what is read and what is told.
                try parts.store.follow(loader)
                try loader.readShared()
                return []
            }
            let (damaged, refused) = try loadVectors()
            if refused > 0 {
                parts.log.error(
                    "there is no memory for \(refused) vectors: their entries are found by their exact wording only; "
                        + "allow more memory, or keep fewer entries with capacity.entries_max")
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

    /// Reads the vectors, parts of them at once on as many threads as there are processors.
    ///
    /// - Returns: the entries whose vector is damaged, and how many vectors there was no memory for.
    private func loadVectors() throws(StoreError) -> (damaged: [EntryID], refused: Int) {
        let last = try parts.store.lastEntry()
        // Numbers are never used again, so there may be far more of them than entries.
        let size = max(Limits.entriesPerLoadedPart, last / Limits.loadedPartsMax + 1)
        let count = Int(last / size) + 1
        let results = Mutex<[Int: Result<(damaged: [EntryID], refused: Int), StoreError>]>([:])
        DispatchQueue.concurrentPerform(iterations: count + 1) { part in
            if part == count { return learnWordings() }
            let first = Int64(part) * size
            let result: Result<(damaged: [EntryID], refused: Int), StoreError>
            do throws(StoreError) {
                result = .success(try loadVectors(first...first + size - 1))
            } catch {
                result = .failure(error)
            }
            results.withLock { $0[part] = result }
        }
        defer { indexes.endLoading() }
        var damaged: [EntryID] = []
        var refused = 0
        for part in 0..<count {
            let result = try results.withLock { $0[part]! }.get()
            damaged += result.damaged
            refused += result.refused
        }
        var admission = LoadAdmission(parts.memoryBudget)
        try parts.store.aliasVectors(embedderKey) { scope, entry, alias, vector in
            if admission.admits() { indexes.add(alias, of: entry, in: scope, vector) }
        }
        return (damaged, refused + admission.refused)
    }

    /// What cannot be learned is read each time.
    private func learnWordings() {
        do throws(StoreError) { try parts.store.learnWordings() } catch { note(storeError: error) }
    }

    private func loadVectors(
        _ entries: ClosedRange<Int64>
    ) throws(StoreError) -> (damaged: [EntryID], refused: Int) {
        var admission = LoadAdmission(parts.memoryBudget)
        var batch = VectorBatch()
        var current: (scope: ScopeID, index: VectorIndex)?
        defer { if let current { batch.move(to: current.index) } }
        let damaged = try parts.store.vectors(embedderKey, entries: entries) { scope, entry, _, vector in
            guard admission.admits() else { return }
            if current?.scope != scope || batch.isFull {
                if let current { batch.move(to: current.index) }
                if current?.scope != scope { current = (scope, indexes.indexToLoad(of: scope)) }
            }
            batch.add(entry, vector)
        }
        return (damaged, admission.refused)
    }

    /// Whether there is work for `embedMissing` again.
    package var needsEmbedding: Bool {
        memory.lacksVectors.load(ordering: .relaxed) || memory.loader?.damaged.withLock { !$0.isEmpty } == true
    }

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
        let found = memory.loader?.damaged.withLock { found in
            defer { found = [] }
            return Array(found)
        }
        var done: Int
        do { done = try await embed(damaged: damaged + (found ?? [])) } catch {
            memory.loader?.damaged.withLock { $0.formUnion(found ?? []) }
            throw error
        }
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

    /// - Returns: how many of the entries are still there.
    private func embed(damaged: [EntryID]) async throws -> Int {
        let rows = try damaged.compactMap { try parts.store.entry($0) }.map { entry in
            (place: EntryPlace(scope: entry.scope, entry: entry.id), question: entry.question)
        }
        for first in stride(from: 0, to: rows.count, by: Limits.textsPerBatchMax) {
            try await embed(Array(rows[first..<min(first + Limits.textsPerBatchMax, rows.count)]))
        }
        return rows.count
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
        // What was taken out of a question is not in its vector either: it would be found by others' questions.
        let rows = rows.filter { !PersonalData.isRedacted($0.question) }
        if rows.isEmpty { return }
        let vectors = try await parts.embedder.embed(rows.map(\.question))
        try await parts.store.addVectors(embedderKey, zip(rows, vectors).map { ($0.place.entry, $1) })
        for (row, vector) in zip(rows, vectors) { indexes.add(row.place.entry, in: row.place.scope, vector.span) }
    }
}
