import Support
import Synchronization

/// Makes one call for many callers who want the same at the same time.
///
/// The call runs in a task of its own: a caller that leaves harms nobody, and when all have left the call is cancelled.
package final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Flight {
        let number: Int
        let task: Task<Value, any Error>
        var callers: Int
    }

    private struct State {
        var flights: [Key: Flight] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs `work`, or waits for the call of that key that is under way.
    ///
    /// A call that another caller began and that failed is tried once more by one of those who waited for it.
    ///
    /// - Returns: the value, and whether another caller's call made it.
    package func run(_ key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> (
        Value, joined: Bool
    ) {
        let (flight, joined) = board(key, work)
        do {
            return (try await wait(for: flight, key), joined)
        } catch  where joined && !Task.isCancelled {
            let (retry, joinedRetry) = board(key, work)
            return (try await wait(for: retry, key), joinedRetry)
        }
    }

    /// Calls under way.
    package var count: Int { state.withLock { $0.flights.count } }

    /// Callers who wait for them.
    package var callers: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.callers } } }

    private func board(_ key: Key, _ work: @escaping @Sendable () async throws -> Value) -> (Flight, joined: Bool) {
        state.withLock { state in
            if let flight = state.flights[key] {
                state.flights[key]!.callers += 1
                return (flight, true)
            }
            state.lastNumber += 1
            let number = state.lastNumber
            let task = Task(executorPreference: WaitingExecutor.current) {
                defer { self.land(key, number) }
                return try await work()
            }
            let flight = Flight(number: number, task: task, callers: 1)
            state.flights[key] = flight
            return (flight, false)
        }
    }

    private func wait(for flight: Flight, _ key: Key) async throws -> Value {
        try await withTaskCancellationHandler {
            try await flight.task.value
        } onCancel: {
            leave(flight, key)
        }
    }

    /// The call is over: whoever comes now makes a new one.
    private func land(_ key: Key, _ number: Int) {
        state.withLock { state in
            if state.flights[key]?.number == number { state.flights[key] = nil }
        }
    }

    private func leave(_ flight: Flight, _ key: Key) {
        let isEmpty = state.withLock { state in
            guard state.flights[key]?.number == flight.number else { return false }
            state.flights[key]!.callers -= 1
            guard state.flights[key]!.callers == 0 else { return false }
            state.flights[key] = nil
            return true
        }
        if isEmpty { flight.task.cancel() }
    }
}
