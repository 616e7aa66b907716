import HTTPClient
import Support
import Synchronization

/// Keeps calls from an upstream that is down: each would cost its caller the whole wait, and the upstream its recovery.
///
/// After so many failures in a row no call is made for some seconds; then one, and its success lets all through again.
final class CircuitBreaker: Sendable {
    private struct State {
        var failures = 0
        /// No call before it; nil lets all through.
        var closedUntil: Timestamp?
    }

    private let state = Mutex(State())
    private let failuresMax: Int
    private let pauseSeconds: Int64

    init(failuresMax: Int = Limits.upstreamFailuresMax, pauseSeconds: Int = Limits.upstreamPauseSeconds) {
        self.failuresMax = failuresMax
        self.pauseSeconds = Int64(pauseSeconds)
    }

    /// Asks for leave to make a call. Leave during a pause's end is for one caller: the pause begins again with it.
    ///
    /// - Returns: nil for leave, or the seconds until it makes sense to ask again.
    func secondsToWait(now: Timestamp) -> Int? {
        state.withLock { state in
            guard let until = state.closedUntil else { return nil }
            let wait = (until.milliseconds - now.milliseconds + 999) / 1_000
            // A clock that was set back must not prolong the pause.
            if wait > 0, wait <= pauseSeconds { return Int(wait) }
            state.closedUntil = now + pauseSeconds
            return nil
        }
    }

    /// Notes how a call went.
    ///
    /// - Returns: whether it begins a pause.
    func note(isFailure: Bool, now: Timestamp) -> Bool {
        state.withLock { state in
            guard isFailure else {
                state = State()
                return false
            }
            state.failures += 1
            guard state.failures >= failuresMax else { return false }
            let isNews = state.closedUntil == nil
            state.closedUntil = now + pauseSeconds
            return isNews
        }
    }
}

extension TryFailure {
    /// Whether it says that the upstream is down, rather than something of this one call.
    var isOutage: Bool? {
        switch self {
        case .response(let status, _, _): (500...599).contains(status) && status != 501
        case .transport(let error):
            switch error.kind {
            case .cannotConnect, .timedOut, .tls, .cut: true
            case .cancelled, .closed, .tooLarge, .invalidURL, .invalidHeader, .other: nil
            }
        }
    }
}
