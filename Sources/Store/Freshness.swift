import Support
import Synchronization

/// What a write changes of what was read before and may be remembered: entries, and what leads to them.
enum Reach: Sendable {
    /// Maybe all of it: so it is for a write that does not say.
    case everything
    /// These entries and their wordings alone.
    case entries(Set<EntryID>)

    static let nothing = Reach.entries([])

    mutating func add(_ entry: EntryID) {
        if case .entries(let entries) = self { self = .entries(entries.union([entry])) }
    }

    mutating func formUnion(_ other: Reach) {
        guard case .entries(let left) = self, case .entries(let right) = other else {
            self = .everything
            return
        }
        self = .entries(left.union(right))
    }
}

/// Whether what was read some commits ago would still be read: the one rule for all that is remembered of a store.
///
/// Whoever remembers notes the number of commits before the read. Commits are counted before they are answered, so that
/// what was read earlier is not used after an answer that says otherwise.
final class Freshness: Sendable {
    private struct State {
        /// The latest commit of unknown reach, and the latest that changed an entry; one that is not named here was last
        /// changed before `everything`, or never.
        var everything = 0
        var entries: [EntryID: Int] = [:]
    }

    private let count = Atomic(0)
    private let state = Mutex(State())

    /// Commits so far.
    var commits: Int { count.load(ordering: .acquiring) }

    /// Counts a commit, or one that may have been made.
    func note(_ reach: Reach) {
        state.withLock { state in
            // Counted under the lock, so that commits of several threads have an order.
            let number = count.load(ordering: .relaxed) + 1
            switch reach {
            case .entries(let entries) where state.entries.count + entries.count <= Limits.changedEntriesRememberedMax:
                for entry in entries { state.entries[entry] = number }
            default:
                state.everything = number
                state.entries = [:]
            }
            count.store(number, ordering: .releasing)
        }
    }

    /// Whether an entry and what leads to it are as they were read.
    ///
    /// - Parameter commits: their number before the read.
    func holds(_ entry: EntryID, since commits: Int) -> Bool {
        if commits == self.commits { return true }
        return state.withLock { $0.everything <= commits && $0.entries[entry] ?? 0 <= commits }
    }

    /// Whether what hangs on no single entry is as it was read.
    func holds(since commits: Int) -> Bool {
        if commits == self.commits { return true }
        return state.withLock { $0.everything <= commits }
    }
}
