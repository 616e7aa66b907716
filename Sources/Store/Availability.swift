import Support
import Synchronization

/// Whether a store's server can be reached, known to all connections to it: while it is down, one of them tries again
/// now and then, and the others fail at once instead of waiting for it each.
final class Availability: Sendable {
    private struct State {
        /// Nil: it was there when last asked.
        var nextTry: ContinuousClock.Instant?
        /// Whether it was ever there: before, its absence is told by whoever opens the store.
        var wasReached = false
        /// Whether it was told that it is away.
        var isTold = false
    }

    private let state = Mutex(State())
    private let down = Atomic<Bool>(false)
    private let refusals = LogThrottle()
    private let log: Log

    init(log: Log) {
        self.log = log
    }

    var isDown: Bool { down.load(ordering: .relaxed) }

    /// Whether a connection may be tried now; whoever may is the only one for a while.
    func mayTry() -> Bool {
        state.withLock { state in
            guard let next = state.nextTry else { return true }
            guard next <= .now else { return false }
            state.nextTry = .now + .milliseconds(Limits.storeRetryMilliseconds)
            return true
        }
    }

    /// - Parameter isServing: whether it is there and takes no further connection, which leaves those that stand.
    func noteFailure(_ error: StoreError, isServing: Bool = false) {
        let isNews = state.withLock { state in
            state.nextTry = .now + .milliseconds(Limits.storeRetryMilliseconds)
            defer { if !isServing { state.isTold = state.wasReached } }
            return state.wasReached && !state.isTold
        }
        if isServing {
            let text = "the store's server takes no further connection, those that stand are used: \(error)"
            if isNews, let line = refusals.line(text, now: WallClock.system.now) { log.error(line) }
            return
        }
        down.store(true, ordering: .relaxed)
        if isNews { log.error("the store's server is away, questions are passed on as misses: \(error)") }
    }

    func noteSuccess() {
        let isNews = state.withLock { state in
            defer { (state.nextTry, state.wasReached, state.isTold) = (nil, true, false) }
            return state.isTold
        }
        down.store(false, ordering: .relaxed)
        if isNews { log.info("the store's server is back") }
    }
}
