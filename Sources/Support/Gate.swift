import Synchronization

/// Something that happens once, and that many wait for.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var lastNumber = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Lets go on whoever waits, and whoever comes later.
    package func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Those who wait.
    package var waiting: Int { state.withLock { $0.waiters.count } }

    /// Waits until it is open, whether or not the task is cancelled.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.isOpen { return true }
                state.lastNumber += 1
                state.waiters[state.lastNumber] = continuation
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits until it is open, the time is over, or the task is cancelled.
    ///
    /// - Returns: whether it is open.
    package func wait(atMost time: Duration) async -> Bool {
        if state.withLock({ $0.isOpen }) { return true }
        if time <= .zero { return false }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.opening() }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
        return state.withLock { $0.isOpen }
    }

    private func opening() async {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
