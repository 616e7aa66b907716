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
        // Under the lock, so that the index is not dropped as empty in between; it takes microseconds.
        indexes.withLock { indexes in
            let index = indexes[scope] ?? VectorIndex(dimension: dimension)
            indexes[scope] = index
            index.add(entry.rawValue, vector)
        }
    }

    /// Removes a vector, and the scope's index with its last one: every conversation makes a scope of its own.
    package func remove(_ entry: EntryID, from scope: ScopeID) {
        indexes.withLock { indexes in
            guard let index = indexes[scope] else { return }
            index.remove(entry.rawValue)
            if index.count == 0 { indexes[scope] = nil }
        }
    }

    /// Vectors in all scopes together.
    package var count: Int {
        indexes.withLock { $0.values.map(\.count).reduce(0, +) }
    }
}
