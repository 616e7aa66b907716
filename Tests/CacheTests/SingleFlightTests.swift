import Cache
import Models
import Support
import Synchronization
import Testing

private func waitUntil(_ condition: @Sendable () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .milliseconds(1)) }
}

@Suite struct SingleFlightTests {
    struct Failure: Error {}

    /// Work that waits until it is let go, and counts how often it began.
    final class Gate: Sendable {
        private let state = Mutex<(begun: Int, cancelled: Int, isOpen: Bool)>((0, 0, false))

        var begun: Int { state.withLock { $0.begun } }
        var cancelled: Int { state.withLock { $0.cancelled } }

        func open() { state.withLock { $0.isOpen = true } }

        func pass() async throws -> Int {
            let number = state.withLock { state in
                state.begun += 1
                return state.begun
            }
            while !state.withLock({ $0.isOpen }) {
                do {
                    try await Task.sleep(for: .milliseconds(1))
                } catch {
                    state.withLock { $0.cancelled += 1 }
                    throw error
                }
            }
            return number
        }
    }

    @Test func twoHundredCallersMakeOneCall() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let callers = (0..<200).map { _ in Task { try await flights.run("q") { try await gate.pass() } } }
        await waitUntil { flights.callers == 200 }
        gate.open()
        var results: [(Int, Bool)] = []
        for caller in callers { results.append(try await caller.value) }
        #expect(gate.begun == 1)
        #expect(results.allSatisfy { $0.0 == 1 })
        #expect(results.count { !$0.1 } == 1)
        #expect(flights.count == 0)
    }

    @Test func otherKeysFlyAlone() async throws {
        let flights = SingleFlight<Int, Int>()
        let gate = Gate()
        gate.open()
        for key in 0..<3 { #expect(try await flights.run(key) { try await gate.pass() }.joined == false) }
        #expect(gate.begun == 3)
    }

    @Test func theCallOutlivesTheCallerWhoBeganIt() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let leader = Task { try await flights.run("q") { try await gate.pass() }.0 }
        await waitUntil { gate.begun == 1 }
        let follower = Task { try await flights.run("q") { try await gate.pass() }.0 }
        await waitUntil { flights.callers == 2 }
        leader.cancel()
        gate.open()
        #expect(try await follower.value == 1)
        #expect(gate.begun == 1 && gate.cancelled == 0)
    }

    @Test func whenAllHaveLeftTheCallIsCancelled() async throws {
        let flights = SingleFlight<String, Int>()
        let gate = Gate()
        let callers = (0..<3).map { _ in Task { try await flights.run("q") { try await gate.pass() }.0 } }
        await waitUntil { flights.callers == 3 }
        for caller in callers { caller.cancel() }
        await waitUntil { gate.cancelled == 1 }
        #expect(flights.count == 0)
        for caller in callers {
            await #expect(throws: CancellationError.self) { try await caller.value }
        }
    }

    @Test func aFailedLeaderFailsNobodyElse() async throws {
        let flights = SingleFlight<String, Int>()
        let calls = Mutex(0)
        let gate = Gate()
        let work: @Sendable () async throws -> Int = {
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            _ = try await gate.pass()
            if isFirst { throw Failure() }
            return 42
        }
        let leader = Task { try await flights.run("q", work).0 }
        await waitUntil { gate.begun == 1 }
        let followers = (0..<20).map { _ in Task { try await flights.run("q", work).0 } }
        await waitUntil { flights.callers == 21 }
        gate.open()
        await #expect(throws: Failure.self) { try await leader.value }
        for follower in followers { #expect(try await follower.value == 42) }
    }

    @Test func identicalMissesOfTheCacheMakeOneUpstreamCall() async throws {
        try await withBench { bench in
            let gate = Gate()
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        // Spellings that are one question.
                        let question = index.isMultiple(of: 2) ? "What is a cache?" : "what is a  cache"
                        return try await bench.cache.ask(Bench.query(question, "", .init())) {
                            () throws(ModelError) in
                            do { _ = try await gate.pass() } catch { throw ModelError(.cancelled) }
                            return Bench.completion("it keeps things", cost: Money(nanodollars: 1_000))
                        }
                    }
                }
                await waitUntil { gate.begun > 0 }
                try await Task.sleep(for: .milliseconds(50))
                gate.open()
                return try await group.reduce(into: [Reply]()) { $0.append($1) }
            }
            #expect(gate.begun == 1)
            #expect(replies.allSatisfy { $0.answer == "it keeps things" })
            #expect(replies.count { $0.receipt.cost == Money(nanodollars: 1_000) } == 1)
            #expect(replies.count { $0.receipt.isStored } == 1)
        }
    }
}
