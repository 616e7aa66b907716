package import Search
package import Store
import Synchronization

/// The vector index of each scope. A search sees one scope's rows and no others exist for it.
package final class ScopeIndexes: Sendable {
    package let dimension: Int
    private let indexes = Mutex<[ScopeID: VectorIndex]>([:])

    package init(dimension: Int) {
        self.dimension = dimension
    }

    /// The scope's index; nil when nothing was ever added to it.
    package func index(of scope: ScopeID) -> VectorIndex? {
        indexes.withLock { $0[scope] }
    }

    package func add(_ entry: EntryID, in scope: ScopeID, _ vector: Span<Float>) {
        let index = indexes.withLock { indexes in
            if let index = indexes[scope] { return index }
            let index = VectorIndex(dimension: dimension)
            indexes[scope] = index
            return index
        }
        index.add(entry.rawValue, vector)
    }

    package func remove(_ entry: EntryID, from scope: ScopeID) {
        index(of: scope)?.remove(entry.rawValue)
    }

    /// Vectors in all scopes together.
    package var count: Int {
        indexes.withLock { $0.values.map(\.count).reduce(0, +) }
    }
}
