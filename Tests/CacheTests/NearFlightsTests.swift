import Models
import Store
import Support
import Synchronization
import TestEmbedder
import Testing

@testable import Cache
@testable import Questions

private func waitUntil(_ condition: @Sendable () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .milliseconds(1)) }
}

/// Who waits for whom.
@Suite struct NearFlightsTests {
    private let scope = ScopeKey(tenant: "t", name: "", digest: Digest(of: ""))
    private let flights = NearFlights(similarityMin: 0.8)

    private func board(
        _ text: String, _ vector: [Float], in scope: ScopeKey? = nil, since landings: Int = .max, mayFollow: Bool = true
    ) -> NearFlights.Boarding {
        flights.board(
            scope ?? self.scope, vector, Guard.Reading(text), since: landings, mayFollow: mayFollow)
    }

    private func ticket(_ boarding: NearFlights.Boarding) throws -> NearFlights.Ticket {
        guard case .leads(let ticket) = boarding else {
            Issue.record("it does not lead")
            throw CancellationError()
        }
        return ticket
    }

    @Test func onlyOneCloseToItFollows() throws {
        let leader = try ticket(board("how do I cancel", [1, 0]))
        guard case .follows(leader) = board("how can I cancel", [0.9, 0.436]) else {
            Issue.record("a close one leads")
            return
        }
        _ = try ticket(board("how do I pay", [0.6, 0.8]))
        _ = try ticket(board("how do I cancel 2", [1, 0]))
        _ = try ticket(board("how do I cancel", [1, 0], in: ScopeKey(tenant: "u", name: "", digest: Digest(of: ""))))
        _ = try ticket(board("how could I cancel", [1, 0], mayFollow: false))
        #expect(flights.count == 5)
        flights.land(leader)
        flights.land(leader)
        #expect(flights.count == 4)
    }

    @Test func whoWasLookedUpTooEarlyIsToldSo() throws {
        let before = flights.landings
        flights.land(try ticket(board("how do I cancel", [1, 0])))
        guard case .missed = board("how can I cancel", [1, 0], since: before) else {
            Issue.record("it was not told")
            return
        }
        _ = try ticket(board("how do I pay", [0, 1], since: before))
        _ = try ticket(board("how could I cancel", [1, 0], since: flights.landings))
        _ = try ticket(board("how may I cancel", [1, 0], since: before, mayFollow: false))
    }

    @Test func whoWaitsGoesOnWhenItLands() async throws {
        let leader = try ticket(board("how do I cancel", [1, 0]))
        let waiters = (0..<50).map { _ in Task { await flights.wait(for: leader, atMost: .seconds(600)) } }
        await waitUntil { flights.waiting == 50 }
        flights.land(leader)
        for waiter in waiters { await waiter.value }
        #expect(flights.waiting == 0)
        // One that has landed is not waited for.
        await flights.wait(for: leader, atMost: .seconds(600))
    }

    @Test func whoWaitsGoesOnWhenTheTimeIsOver() async throws {
        let leader = try ticket(board("how do I cancel", [1, 0]))
        await flights.wait(for: leader, atMost: .milliseconds(1))
        #expect(flights.waiting == 0 && flights.count == 1)
    }

    @Test func whoLeavesWaitsNoMore() async throws {
        let leader = try ticket(board("how do I cancel", [1, 0]))
        let waiter = Task { await flights.wait(for: leader, atMost: .seconds(600)) }
        await waitUntil { flights.waiting == 1 }
        waiter.cancel()
        await waiter.value
        #expect(flights.waiting == 0 && flights.count == 1)
    }
}

/// Questions close to each other, asked of the cache at once.
@Suite struct NearDuplicateTests {
    private static let stem = "how do i set up a mail server on my home "
    private static let same = #"{"same_as":0,"reason":"same"}"#

    /// Calls of full that wait until they are let go.
    private final class Full: Sendable {
        private let state = Mutex<(calls: [String], isOpen: Bool, failsOnce: Bool)>(([], false, false))

        var calls: [String] { state.withLock { $0.calls } }

        func open(failingOnce: Bool = false) {
            state.withLock { ($0.isOpen, $0.failsOnce) = (true, failingOnce) }
        }

        func answer(_ question: String, holds: Bool = true) async throws(ModelError) -> Completion {
            state.withLock { $0.calls.append(question) }
            while holds, !state.withLock({ $0.isOpen }) {
                do { try await Task.sleep(for: .milliseconds(1)) } catch { throw ModelError(.cancelled) }
            }
            let fails = state.withLock { state in
                defer { state.failsOnce = false }
                return state.failsOnce
            }
            if fails { throw ModelError(.unreachable) }
            return Bench.completion("answer to " + question, cost: Money(nanodollars: 4_000_000))
        }
    }

    private func withCache(
        waitSeconds: Int = 600, _ body: (SemanticCache, Full, Bench) async throws -> Void
    ) async throws {
        try await withBench { bench in
            var parts = bench.cache.parts
            parts.waitSeconds = waitSeconds
            try await body(SemanticCache(parts), Full(), bench)
        }
    }

    private func ask(_ cache: SemanticCache, _ full: Full, _ word: String, holds: Bool = true) -> Task<Reply, any Error>
    {
        let question = Self.stem + word
        return Task {
            try await cache.ask(Bench.query(question, "", .init())) { () throws(ModelError) in
                try await full.answer(question, holds: holds)
            }
        }
    }

    @Test func theyMakeOneCall() async throws {
        try await withCache { cache, full, bench in
            bench.change { $0.verdict = Self.same }
            let leader = ask(cache, full, "machine")
            await waitUntil { full.calls.count == 1 }
            let followers = ["computer", "hardware", "premises", "box"].map { ask(cache, full, $0) }
            await waitUntil { cache.near.waiting == 4 }
            full.open()
            let first = try await leader.value
            #expect(first.receipt.outcome == .miss && first.receipt.latency.wait == nil)
            for follower in followers {
                let reply = try await follower.value
                #expect(reply.answer == first.answer)
                #expect(reply.receipt.outcome == .confirmed && reply.receipt.latency.wait != nil)
            }
            #expect(full.calls.count == 1)
            #expect(cache.near.count == 0)
            #expect(bench.embedder.calls == 5, "no question is embedded twice")
        }
    }

    @Test func whatIsNotTheSameMakesItsOwnCall() async throws {
        try await withCache { cache, full, _ in
            let leader = ask(cache, full, "machine")
            await waitUntil { full.calls.count == 1 }
            let follower = ask(cache, full, "computer")
            await waitUntil { cache.near.waiting == 1 }
            full.open()
            _ = try await leader.value
            #expect(try await follower.value.answer == "answer to \(Self.stem)computer")
            #expect(full.calls.count == 2)
        }
    }

    @Test func aFailedLeaderFailsNobodyElse() async throws {
        try await withCache { cache, full, bench in
            bench.change { $0.verdict = Self.same }
            let leader = ask(cache, full, "machine")
            await waitUntil { full.calls.count == 1 }
            let followers = ["computer", "box", "hardware"].map { ask(cache, full, $0) }
            await waitUntil { cache.near.waiting == 3 }
            full.open(failingOnce: true)
            await #expect(throws: ModelError.self) { try await leader.value }
            var answers = Set<String>()
            for follower in followers { answers.insert(try await follower.value.answer ?? "") }
            #expect(answers.count == 1, "one of them led the others")
            #expect(full.calls.count == 2)
        }
    }

    @Test func atItsOwnDeadlineItMakesItsOwnCall() async throws {
        try await withCache(waitSeconds: 1) { cache, full, _ in
            let leader = ask(cache, full, "machine")
            await waitUntil { full.calls.count == 1 }
            let reply = try await ask(cache, full, "computer", holds: false).value
            #expect(reply.answer == "answer to \(Self.stem)computer")
            full.open()
            _ = try await leader.value
        }
    }

    @Test(arguments: [("machine 2", 600), ("computer", 0)])
    func thereIsNoWait(word: String, waitSeconds: Int) async throws {
        try await withCache(waitSeconds: waitSeconds) { cache, full, _ in
            let leader = ask(cache, full, "machine")
            await waitUntil { full.calls.count == 1 }
            let other = ask(cache, full, word)
            await waitUntil { full.calls.count == 2 }
            full.open()
            _ = try await (leader.value, other.value)
        }
    }
}
