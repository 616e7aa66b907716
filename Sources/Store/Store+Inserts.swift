import Support

extension Store {
    /// Stores an entry; where its wording has an answer already, `policy` decides.
    ///
    /// An expired or damaged entry never stands in the way. Returns when no node serves an answer that another has taken the
    /// place of. Throws `.invalid` when a field breaks a limit or the
    /// vector is not of unit length.
    package func insert(
        _ new: NewEntry, policy: InsertPolicy = .replace
    ) async throws(StoreError) -> InsertOutcome {
        try new.check(path: path)
        let now = clock.now
        return try await writeEverywhereIfContrary { (connection) throws(StoreError) in
            connection.reach = .nothing
            return try connection.insert(new, policy: policy, now: now)
        }
    }

    /// Stores many entries in order; each succeeds or fails alone, and all outcomes are final on return.
    package func insert(
        batch: [NewEntry], policy: InsertPolicy = .replace
    ) async -> [Result<InsertOutcome, StoreError>] {
        var outcomes: [Result<InsertOutcome, StoreError>] = []
        for start in stride(from: 0, to: batch.count, by: Limits.insertsPerCommitMax) {
            let part = Array(batch[start..<min(start + Limits.insertsPerCommitMax, batch.count)])
            do throws(StoreError) {
                outcomes += try await insertTogether(part, policy: policy)
            } catch  where error.code == .queueFull || error.code == .closed {
                outcomes += part.map { _ in .failure(error) }
            } catch {
                // The transaction itself was lost, as it is when the disk is full: what fits alone is still stored.
                for new in part { outcomes.append(await insertAlone(new, policy: policy)) }
            }
        }
        return outcomes
    }

    private func insertAlone(_ new: NewEntry, policy: InsertPolicy) async -> Result<InsertOutcome, StoreError> {
        do throws(StoreError) { return .success(try await insert(new, policy: policy)) } catch {
            return .failure(error)
        }
    }

    private func insertTogether(
        _ batch: [NewEntry], policy: InsertPolicy
    ) async throws(StoreError) -> [Result<InsertOutcome, StoreError>] {
        let now = clock.now
        let path = path
        return try await writeEverywhereIfContrary { (connection) throws(StoreError) in
            connection.reach = .nothing
            var outcomes: [Result<InsertOutcome, StoreError>] = []
            for new in batch {
                do throws(StoreError) {
                    try new.check(path: path)
                    let outcome = try connection.savepoint { (connection) throws(StoreError) in
                        try connection.insert(new, policy: policy, now: now)
                    }
                    outcomes.append(.success(outcome))
                } catch {
                    guard connection.inTransaction else { throw error }
                    outcomes.append(.failure(error))
                }
            }
            return outcomes
        }
    }

    /// Gives entries their vectors, in place of any they had of this embedder; entries that are gone are passed over.
    package func addVectors(
        _ embedder: EmbedderKey, _ vectors: [(entry: EntryID, components: [Float])]
    ) async throws(StoreError) {
        for vector in vectors {
            try checkUnitVector(vector.components.span, dimension: embedder.dimension, path: path)
        }
        for start in stride(from: 0, to: vectors.count, by: Limits.insertsPerCommitMax) {
            let part = vectors[start..<min(start + Limits.insertsPerCommitMax, vectors.count)]
            try await write { (connection) throws(StoreError) in
                let id = try connection.embedderID(creating: embedder)
                for (entry, components) in part {
                    guard let stored = try connection.storedEntry(entry) else { continue }
                    let place = EntryPlace(scope: stored.scope, entry: entry)
                    try connection.insertVector(components, embedder: id, of: place, expires: stored.expires)
                    try connection.note(.changed, place)
                }
            }
        }
    }
}
