package import Search
package import Store
import Support
import Synchronization

/// The vector index of each scope. A search sees one scope's rows and no others exist for it.
///
/// An entry has a row of its own question, named by its number, and one for each alias with a vector, named by minus the
/// vector's number.
package final class ScopeIndexes: Sendable {
    package let dimension: Int
    private let scopes = Mutex<[ScopeID: Rows]>([:])

    private struct Rows {
        let index: VectorIndex
        var entryOfAlias: [AliasVectorID: EntryID] = [:]
        var aliases: [EntryID: [AliasVectorID]] = [:]
    }

    /// A stored wording near a question.
    struct WordingMatch {
        let entry: EntryID
        /// Nil for the entry's own question.
        let alias: AliasVectorID?
        let similarity: Double
    }

    package init(dimension: Int) {
        self.dimension = dimension
    }

    /// The scope's index; nil when nothing was ever added to it.
    package func index(of scope: ScopeID) -> VectorIndex? {
        scopes.withLock { $0[scope]?.index }
    }

    /// The wordings of a scope at or above the floor, best first.
    func search(_ scope: ScopeID, _ vector: Span<Float>, floor: Double) -> [WordingMatch] {
        guard let index = index(of: scope) else { return [] }
        let matches = index.search(vector, floor: Float(floor), limit: Limits.wordingsPerSearchMax)
        return scopes.withLock { scopes in
            matches.compactMap { match in
                let similarity = Double(match.similarity)
                if match.id > 0 {
                    return WordingMatch(entry: EntryID(rawValue: match.id), alias: nil, similarity: similarity)
                }
                let alias = AliasVectorID(rawValue: -match.id)
                return scopes[scope]?.entryOfAlias[alias].map {
                    WordingMatch(entry: $0, alias: alias, similarity: similarity)
                }
            }
        }
    }

    package func add(_ entry: EntryID, in scope: ScopeID, _ vector: Span<Float>) {
        // Under the lock, so that the index is not dropped as empty in between; it takes microseconds.
        scopes.withLock { scopes in
            let rows = scopes[scope] ?? Rows(index: VectorIndex(dimension: dimension))
            scopes[scope] = rows
            rows.index.add(entry.rawValue, vector)
        }
    }

    /// Adds entries as a start reads them, while nothing is removed yet.
    ///
    /// - Parameter vectors: `[entries × dimension]`.
    func load(_ entries: [Int64], in scope: ScopeID, _ vectors: Span<Float>) {
        let index = scopes.withLock { scopes in
            let rows = scopes[scope] ?? Rows(index: VectorIndex(dimension: dimension))
            scopes[scope] = rows
            return rows.index
        }
        index.load(entries, vectors)
    }

    /// To be called once all is loaded.
    func endLoading() {
        for index in scopes.withLock({ $0.values.map(\.index) }) { index.endLoading() }
    }

    func add(_ alias: AliasVectorID, of entry: EntryID, in scope: ScopeID, _ vector: Span<Float>) {
        scopes.withLock { scopes in
            var rows = scopes[scope] ?? Rows(index: VectorIndex(dimension: dimension))
            rows.entryOfAlias[alias] = entry
            rows.aliases[entry, default: []].append(alias)
            scopes[scope] = rows
            rows.index.add(-alias.rawValue, vector)
        }
    }

    /// How many aliases of an entry have a vector.
    func aliasCount(of entry: EntryID, in scope: ScopeID) -> Int {
        scopes.withLock { $0[scope]?.aliases[entry]?.count ?? 0 }
    }

    /// Removes an entry's vectors, and the scope's index with its last one: every conversation makes a scope of its own.
    package func remove(_ entry: EntryID, from scope: ScopeID) {
        scopes.withLock { scopes in
            guard var rows = scopes.removeValue(forKey: scope) else { return }
            rows.index.remove(entry.rawValue)
            for alias in rows.aliases.removeValue(forKey: entry) ?? [] {
                rows.entryOfAlias[alias] = nil
                rows.index.remove(-alias.rawValue)
            }
            if rows.index.count > 0 { scopes[scope] = rows }
        }
    }

    /// Removes some of an entry's aliases.
    func remove(_ gone: [AliasVectorID], of entry: EntryID, from scope: ScopeID) {
        scopes.withLock { scopes in
            guard var rows = scopes.removeValue(forKey: scope) else { return }
            for alias in gone {
                rows.entryOfAlias[alias] = nil
                rows.aliases[entry]?.removeAll { $0 == alias }
                rows.index.remove(-alias.rawValue)
            }
            if rows.index.count > 0 { scopes[scope] = rows }
        }
    }

    /// Entries that have a vector, in all scopes together.
    package var count: Int {
        scopes.withLock { $0.values.map { $0.index.count - $0.entryOfAlias.count }.reduce(0, +) }
    }
}
