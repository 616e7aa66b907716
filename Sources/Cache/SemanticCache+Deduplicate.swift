import Embedding
import Questions
package import Store
import Support

/// Near-duplicates among what is put in.
extension SemanticCache {
    /// The stored question that a new one repeats in other words: confirmed by mini where there is one, else by the judge.
    ///
    /// - Parameter new: with its vector, if it has one already.
    /// - Returns: nil for a wording that is an entry's own.
    package func duplicate(of new: NewEntry, mayStore: Bool) async -> Duplicate? {
        do {
            if let found = try parts.store.find(new.scope, key: new.key), !found.entry.isExpired(at: parts.clock.now) {
                return found.wording.isAlias ? Duplicate(entry: found.entry, similarity: nil, witness: .alias) : nil
            }
        } catch {
            note(storeError: error)
            return nil
        }
        // What has something of a person in it repeats nothing.
        if PersonalData.isRedacted(new.question) { return nil }
        var query = Query(new.question, scope: new.scope, vector: new.vector?.components)
        query.directives.mayStore = mayStore
        let reply = await similar(query)
        guard case .cached(let entry) = reply.content else { return nil }
        let duplicate = Duplicate(
            entry: entry, similarity: reply.receipt.similarity,
            witness: reply.receipt.outcome == .confirmed || parts.confirmer != nil ? .mini : .judge)
        guard reply.receipt.outcome == .judged, let confirmer = parts.confirmer else { return duplicate }
        let (verdict, _, failure) = await confirmer.confirm(new.question, [entry.question])
        if let failure { parts.log.warning("mini gave no verdict, the row is stored by itself: \(failure)") }
        return verdict.sameAs == 0 ? duplicate : nil
    }

    /// Makes a wording lead to the entry that it repeats.
    package func merge(_ new: NewEntry, into entry: Entry) async throws(StoreError) {
        // Mini's yes may have done so already.
        let isNew = try await parts.store.addAlias(
            to: entry.id, text: new.question, key: new.key, source: .confirmed, unlessJudgedSince: entry)
        guard isNew, let vector = new.vector else { return }
        try await addVector(vector.components, of: new.key, to: entry.id, in: entry.scope)
    }

    /// The same entries with the vectors they lack; without, where the embedder fails.
    package func embedding(_ entries: [NewEntry]) async -> [NewEntry] {
        (try? await embedding(entries, at: entries.indices.filter { lacksVector(entries[$0]) })) ?? entries
    }
}
