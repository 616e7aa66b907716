import Store
import Support
import Synchronization

/// What the store counts, for scrapes: counted anew when the last count is a hundred times as old as it took.
///
/// A small store is counted every time; one of millions of rows takes a hundredth of one core at most, however many
/// scrape it.
final class RememberedStatistics: Sendable {
    private struct Count {
        var statistics: Statistics
        var isOld: ContinuousClock.Instant
    }

    private let store: Store
    private let last = Mutex<Count?>(nil)

    init(_ store: Store) {
        self.store = store
    }

    /// Nil where the store does not answer.
    var current: Statistics? {
        last.withLock { last in
            let start = ContinuousClock.now
            if let last, start < last.isOld { return last.statistics }
            guard let statistics = try? store.statistics() else { return nil }
            let end = ContinuousClock.now
            last = Count(statistics: statistics, isOld: end + (end - start) * 100)
            return statistics
        }
    }
}
