import Synchronization

/// What callers leave for the transfer thread, and how they wake it.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case start(Order)
        /// Ends the transfer if it still runs; unknown numbers are transfers that have ended already.
        case cancel(id: Int)
        /// The consumer of a stream has room again.
        case resume(id: Int)
    }

    private enum Phase {
        case open, closing, ended
    }

    private struct State {
        var phase = Phase.open
        var messages: [Message] = []
        var lastID = 0
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    let multi: MultiHandle
    private let state = Mutex(State())

    init(multi: MultiHandle) {
        self.multi = multi
    }

    func nextID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Leaves a message; an order that comes after closing is answered at once.
    func post(_ message: Message) {
        let isOpen = state.withLock { state in
            guard state.phase == .open else { return false }
            state.messages.append(message)
            return true
        }
        if isOpen {
            multi.wakeUp()
        } else if case .start(let order) = message {
            order.continuation.resume(returning: .failure(HTTPClientError(.closed)))
        }
    }

    /// Everything left since the last time, and whether more can come.
    ///
    /// Both at once: one wake-up may stand for several calls, so that what is not seen now is not announced again.
    func take() -> (messages: [Message], isOpen: Bool) {
        state.withLock { state in
            defer { state.messages = [] }
            return (state.messages, state.phase == .open)
        }
    }

    /// Asks the thread to end, without waiting.
    func close() {
        state.withLock { state in
            if state.phase == .open { state.phase = .closing }
        }
        multi.wakeUp()
    }

    /// Returns when the thread has ended.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.phase != .ended { state.waitingForEnd.append(continuation) }
                return state.phase == .ended
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Called by the thread as its last act.
    func markEnded() {
        let waiting = state.withLock { state in
            state.phase = .ended
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }
}
