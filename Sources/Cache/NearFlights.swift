import Questions
import Store
import Support
import Synchronization

/// Questions on their way to a model, so that one close to them waits for their answer instead of asking as well.
///
/// Who leads never waits, so nobody waits for each other. A question lands whether or not its call succeeded: who waited
/// then looks for the answer as for any other, and goes on if it is not there.
final class NearFlights: Sendable {
    /// A question under way.
    struct Ticket: Hashable, Sendable {
        let scope: ScopeKey
        let number: Int
    }

    enum Boarding: Sendable {
        /// No question close to this one is under way: it is now, until it lands.
        case leads(Ticket)
        /// One is.
        case follows(Ticket)
        /// One has landed since the question was looked up, perhaps with its answer.
        case missed
    }

    private struct Flight {
        let number: Int
        let vector: [Float]
        let reading: Guard.Reading
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private struct State {
        var flights: [ScopeKey: [Flight]] = [:]
        var lastNumber = 0
        /// Those that landed last, and after how many others.
        var landed: [(scope: ScopeKey, flight: Flight, landing: Int)] = []
        var landings = 0

        mutating func nextNumber() -> Int {
            lastNumber += 1
            return lastNumber
        }
    }

    private let state = Mutex(State())
    private let similarityMin: Float

    /// - Parameter similarityMin: the cosine similarity from which on, without a conflict, a question is close.
    init(similarityMin: Double) {
        self.similarityMin = Float(similarityMin)
    }

    /// Questions under way.
    var count: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.count } } }

    /// Questions that wait for them.
    var waiting: Int { state.withLock { $0.flights.values.joined().reduce(0) { $0 + $1.waiters.count } } }

    /// How many have landed; to be noted before a question is looked up.
    var landings: Int { state.withLock { $0.landings } }

    /// - Parameters:
    ///   - landings: as noted before the question was looked up.
    ///   - mayFollow: whether the question may wait; otherwise it leads at once.
    func board(
        _ scope: ScopeKey, _ vector: [Float], _ reading: Guard.Reading, since landings: Int, mayFollow: Bool
    ) -> Boarding {
        state.withLock { state in
            let missed = state.landed.filter { $0.landing > landings && $0.scope == scope }.map(\.flight)
            if mayFollow, closest(missed, vector, reading) != nil { return .missed }
            if mayFollow, let number = closest(state.flights[scope] ?? [], vector, reading) {
                return .follows(Ticket(scope: scope, number: number))
            }
            let number = state.nextNumber()
            state.flights[scope, default: []].append(Flight(number: number, vector: vector, reading: reading))
            return .leads(Ticket(scope: scope, number: number))
        }
    }

    private func closest(_ flights: [Flight], _ vector: [Float], _ reading: Guard.Reading) -> Int? {
        let near = flights.map { (flight: $0, similarity: NearFlights.dot($0.vector, vector)) }
            .filter { $0.similarity >= similarityMin && reading.conflicts(with: $0.flight.reading).isEmpty }
        return near.max { $0.similarity < $1.similarity }?.flight.number
    }

    private static func dot(_ left: [Float], _ right: [Float]) -> Float {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The call is over: whoever waited for it goes on.
    func land(_ ticket: Ticket) {
        let waiters = state.withLock { state in
            guard let index = state.flights[ticket.scope]?.firstIndex(where: { $0.number == ticket.number }) else {
                return [CheckedContinuation<Void, Never>]()
            }
            var flight = state.flights[ticket.scope]!.remove(at: index)
            if state.flights[ticket.scope]!.isEmpty { state.flights[ticket.scope] = nil }
            let waiters = Array(flight.waiters.values)
            flight.waiters = [:]
            state.landings += 1
            state.landed.append((ticket.scope, flight, state.landings))
            if state.landed.count > Limits.landedFlightsKeptMax { state.landed.removeFirst() }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until a question lands, the time is over, or this task is cancelled.
    func wait(for ticket: Ticket, atMost time: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.landing(of: ticket) }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
    }

    private func landing(of ticket: Ticket) async {
        let number = state.withLock { $0.nextNumber() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Task.isCancelled,
                        let index = state.flights[ticket.scope]?.firstIndex(where: { $0.number == ticket.number })
                    else { return true }
                    state.flights[ticket.scope]![index].waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let index = state.flights[ticket.scope]?.firstIndex(where: { $0.number == ticket.number }) else {
                    return nil
                }
                return state.flights[ticket.scope]![index].waiters.removeValue(forKey: number)
            }
            waiter?.resume()
        }
    }
}
