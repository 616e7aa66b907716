import Embedding
import Search
package import Store
import Support
import Synchronization

/// What people change by hand, and take back.
extension SemanticCache {
    /// Changes an entry in place.
    ///
    /// - Returns: false when the entry is gone.
    package func edit(_ id: EntryID, _ change: EntryChange) async throws -> Bool {
        // The index holds the question alone, which stays.
        try await parts.store.edit(id, change)
    }

    /// Puts an entry back as it was recorded, and into the index.
    package func restore(_ record: EntryRecord) async throws -> EntryRecord.Outcome {
        let outcome = try await parts.store.restore(record)
        guard case .restored(let scope) = outcome else { return outcome }
        indexes.remove(record.id, from: scope)
        if let vector = try parts.store.vector(of: record.id, embedderKey) {
            indexes.add(record.id, in: scope, vector.span)
        }
        // Its paraphrases have none, and maybe it has none itself.
        memory.lacksVectors.store(true, ordering: .relaxed)
        return outcome
    }

    /// The stored questions most like a text, whatever the decision about them would be, the most alike first, each by its
    /// nearest wording.
    ///
    /// - Parameters:
    ///   - scopeName: of the scopes to look through; nil: all of the tenant's.
    ///   - limit: how many at most.
    package func like(
        _ text: String, tenant: String, scopeName: String?, limit: Int
    ) async throws -> [(entry: Entry, similarity: Double)] {
        let vector = try await parts.embedder.embed([text])[0]
        let scopes = try parts.store.scopes(tenant: tenant, name: scopeName, limit: Limits.scopesPerLikenessMax)
        // Those that are not in memory within the time of one question are passed over.
        if let loader = memory.loader {
            await withTaskGroup(of: Void.self) { group in
                for scope in scopes { group.addTask { _ = await loader.holds(scope) } }
            }
        }
        // A large scope takes some ten milliseconds, and there may be many.
        let matches = await BackgroundThread.result { [indexes] in
            scopes.flatMap { indexes.nearest($0, vector.span, limit: limit) }
        }
        var found: [(entry: Entry, similarity: Double)] = []
        for match in matches.sorted(by: { $0.similarity > $1.similarity }).prefix(limit) {
            guard let entry = try parts.store.entry(match.entry) else { continue }
            found.append((entry, match.similarity))
        }
        return found
    }
}
