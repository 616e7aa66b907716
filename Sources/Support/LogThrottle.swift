import Synchronization

/// Keeps a fault that befalls every request from filling the log: one line a second, which says how many were left out.
package final class LogThrottle: Sendable {
    private struct State {
        var lastSecond: Int64 = .min
        var leftOut = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The line to log now; nil while there was one this second.
    package func line(_ text: @autoclosure () -> String, now: Timestamp) -> String? {
        let leftOut = state.withLock { state -> Int? in
            guard state.lastSecond != now.seconds else {
                state.leftOut += 1
                return nil
            }
            defer { state = State(lastSecond: now.seconds, leftOut: 0) }
            return state.leftOut
        }
        return leftOut.map { $0 == 0 ? text() : "\(text()) (and \($0) more like it)" }
    }
}
