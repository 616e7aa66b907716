import Store
import Support
import Synchronization

/// What the store counts, for scrapes: a large store is counted anew when the last count is a hundred times as old as it
/// took, so that counting takes a hundredth of one core at most, however many scrape it.
final class RememberedStatistics: Sendable {
    private struct State {
        var statistics: Statistics?
        var isOld = ContinuousClock.now
        var isBeingCounted = false
    }

    private let store: Store
    private let state = Mutex(State())

    init(_ store: Store) {
        self.store = store
    }

    /// Nil where the store does not answer.
    func current() async -> Statistics? {
        let (known, mustCount) = state.withLock { state -> (Statistics?, Bool) in
            let isGood = state.statistics != nil && (state.isBeingCounted || ContinuousClock.now < state.isOld)
            if !isGood { state.isBeingCounted = true }
            return (state.statistics, !isGood)
        }
        return mustCount ? await count() : known
    }

    private func count() async -> Statistics? {
        let start = ContinuousClock.now
        // Millions of rows take some tens of milliseconds.
        let statistics = await BackgroundThread.result { [store] in try? store.statistics() }
        let end = ContinuousClock.now
        state.withLock { state in
            let rows = statistics.map { $0.entries + $0.aliases + $0.refusals + $0.vectors } ?? 0
            let isLarge = rows > Limits.rowsCountedEveryTime
            state = State(statistics: statistics, isOld: isLarge ? end + (end - start) * 100 : end)
        }
        return statistics
    }
}
