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
    }

    private let state = Mutex(State())
    private let down = Atomic<Bool>(false)
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

    func noteFailure(_ error: StoreError) {
        let isNews = state.withLock { state in
            defer { state.nextTry = .now + .milliseconds(Limits.storeRetryMilliseconds) }
            return state.nextTry == nil && state.wasReached
        }
        down.store(true, ordering: .relaxed)
        if isNews { log.error("the store's server is away, questions are passed on as misses: \(error)") }
    }

    func noteSuccess() {
        let isNews = state.withLock { state in
            defer { (state.nextTry, state.wasReached) = (nil, true) }
            return state.nextTry != nil && state.wasReached
        }
        down.store(false, ordering: .relaxed)
        if isNews { log.info("the store's server is back") }
    }
}
