import Support

extension Store {
    /// Stores an entry; where its wording has an answer already, `policy` decides.
    ///
    /// An expired or damaged entry never stands in the way. Returns when no node serves an answer that another has taken the
    /// place of. Throws `.invalid` when a field breaks a limit or the vector is not of unit length.
    package func insert(
        _ new: NewEntry, policy: InsertPolicy = .replace
    ) async throws(StoreError) -> InsertOutcome {
        try await insert(batch: [new], policy: policy)[0].get()
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
            } catch  where part.count == 1 || error.code == .queueFull || error.code == .closed {
                outcomes += part.map { _ in .failure(error) }
            } catch {
                // The transaction itself was lost, as it is when the disk is full: what fits alone is still stored.
                for new in part { outcomes += await insert(batch: [new], policy: policy) }
            }
        }
        return outcomes
    }

    /// Has the writer store those that break no limit, in one commit.
    private func insertTogether(
        _ batch: [NewEntry], policy: InsertPolicy
    ) async throws(StoreError) -> [Result<InsertOutcome, StoreError>] {
        let now = clock.now
        let refusals = batch.map { new -> StoreError? in
            do throws(StoreError) { try new.check(path: path) } catch { return error }
            return nil
        }
        let insertions = zip(batch, refusals).compactMap { new, refusal in
            refusal == nil ? Insertion(new: new, policy: policy, now: now) : nil
        }
        var stored = insertions.isEmpty ? [] : try await write(insertions)
        return refusals.map { refusal in refusal.map { .failure($0) } ?? stored.removeFirst() }
    }

    /// Queues inserts and waits for their commit, and for the other nodes where they may serve the contrary of it.
    private func write(
        _ insertions: [Insertion]
    ) async throws(StoreError) -> ArraySlice<Result<InsertOutcome, StoreError>> {
        let result: Result<(Write.Outcomes, Int64?), StoreError> = await withCheckedContinuation { continuation in
            add(
                Write(
                    inserting: insertions, done: { continuation.resume(returning: .success(($0, $1))) },
                    fail: { continuation.resume(returning: .failure($0)) }))
        }
        let (outcomes, commit) = try result.get()
        guard let commit else { return outcomes }
        do throws(StoreError) { try await acknowledgement(of: commit) } catch {
            // They are stored: to store them again, one by one, would say that all is well.
            return outcomes.map { _ in .failure(error) }[...]
        }
        return outcomes
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
                    connection.note(.changed, place)
                }
            }
        }
    }
}
