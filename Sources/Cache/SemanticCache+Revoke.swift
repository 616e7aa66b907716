package import Store
import Support

extension SemanticCache {
    /// Takes back that an entry answers a question: its wording leads there no more, and is not asked about again.
    package func revoke(_ query: Query, from entry: EntryID) async {
        let key = SemanticCache.key(of: query.question)
        do {
            guard let scope = try parts.store.scope(query.scope) else { return }
            let vectors = try parts.store.aliasVectors(scope: scope, key: key)
            _ = try await parts.store.removeAlias(scope: scope, key: key, of: entry)
            indexes.remove(vectors, of: entry, from: scope)
            try await parts.store.refuse(scope: scope, key: key, entry: entry, text: query.question)
        } catch {
            note(storeError: error)
        }
    }
}
