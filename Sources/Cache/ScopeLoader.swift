import Dispatch
import Embedding
import Search
import Store
import Support
import Synchronization

/// Brings scopes into memory when they are asked for, keeps them up with what nodes commit, and drops those that nobody
/// asks for: what a node holds of a store that others write to as well.
///
/// It reads on threads of its own; a question waits for them without one.
final class ScopeLoader: Sendable {
    private struct Work {
        /// Scopes to be read, in the order they were asked for.
        var waiting: [ScopeID] = []
        var threads = 0
        /// Of them, those that wait for a scope.
        var idle = 0
    }

    let store: Store
    let embedder: EmbedderKey
    let indexes: ScopeIndexes
    let evidence: EvidenceBook
    let lives: TagLives
    let metrics: CacheMetrics
    let clock: WallClock
    let log: Log
    let budget: Mutex<MemoryBudget>
    /// Entries whose vectors were found damaged, which are to be made anew.
    let damaged = Mutex<Set<EntryID>>([])
    /// Whether what is known of all scopes together could not be read when it had changed.
    let isBehind = Atomic<Bool>(false)
    private let errors = LogThrottle()
    private let work = Mutex(Work())
    private let arrivals = DispatchSemaphore(value: 0)

    init(
        _ parts: SemanticCache.Parts, _ indexes: ScopeIndexes, _ evidence: EvidenceBook, _ lives: TagLives,
        _ metrics: CacheMetrics
    ) {
        store = parts.store
        embedder = parts.embedderKey
        self.indexes = indexes
        self.evidence = evidence
        self.lives = lives
        self.metrics = metrics
        clock = parts.clock
        log = parts.log
        budget = Mutex(parts.memoryBudget)
    }

    /// Has a scope in memory, if that takes no longer than a question waits.
    ///
    /// - Returns: whether it is there. The reading goes on where it is not, unless there is no memory for it.
    func holds(_ scope: ScopeID) async -> Bool {
        switch indexes.ask(scope, at: clock.now) {
        case .isHere: return true
        case .isRefused: return false
        case .isRead(let load, let isFirst):
            if isFirst { begin(scope) }
            // One that takes long holds up those who come first, not each anew.
            let end = load.begin + .milliseconds(Limits.scopeWaitMillisecondsMax)
            let isOver = await load.gate.wait(atMost: ContinuousClock.now.duration(to: end))
            if !isOver { metrics.countScopeWait() }
            return isOver && indexes.index(of: scope) != nil
        }
    }

    func note(_ error: any Error) {
        metrics.countStoreError()
        let line = errors.line("what a scope holds could not be read: \(error)", now: clock.now)
        if let line { log.error(line) }
    }

    // MARK: Threads

    private func begin(_ scope: ScopeID) {
        let isThreadWanted = work.withLock { work in
            work.waiting.append(scope)
            guard work.waiting.count > work.idle, work.threads < Limits.scopesReadAtOnceMax else { return false }
            work.threads += 1
            return true
        }
        guard isThreadWanted else {
            arrivals.signal()
            return
        }
        // Where the system gives no thread, it is done on the caller's.
        if BackgroundThread.start({ self.readWaiting(lingers: true) }) != 0 { readWaiting(lingers: false) }
    }

    /// Reads scopes until none is waiting, and then for a while those that come: the thread's connection is kept for them.
    private func readWaiting(lingers: Bool) {
        var reader: ScopeReader?
        while let scope = next(lingers: lingers) {
            do throws(StoreError) {
                if reader == nil { reader = try store.scopeReader() }
                try bring(scope, reader!)
            } catch {
                note(error)
                evidence.remove(scope)
                indexes.giveUp(scope).gate?.open()
            }
        }
    }

    /// - Returns: nil once the thread is to end.
    private func next(lingers: Bool) -> ScopeID? {
        while true {
            let (next, isOver) = work.withLock { work -> (ScopeID?, Bool) in
                if !work.waiting.isEmpty { return (work.waiting.removeFirst(), false) }
                if lingers { work.idle += 1 } else { work.threads -= 1 }
                return (nil, !lingers)
            }
            if next != nil || isOver { return next }
            let isLate = arrivals.wait(timeout: .now() + .seconds(Limits.scopeReaderIdleSecondsMax)) == .timedOut
            let ends = work.withLock { work in
                work.idle -= 1
                guard isLate, work.waiting.isEmpty else { return false }
                work.threads -= 1
                return true
            }
            if ends { return nil }
        }
    }
}
