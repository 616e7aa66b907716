import Models
import Store
import Support
import Testing

@testable import Cache

/// Shadow mode: decided as ever, served never.
@Suite struct ShadowTests {
    private static let question = "how do I install the mail server on a small machine"
    private static let paraphrase = "how do I set up the mail server on a small machine"
    private static let same = #"{"same_as":0,"reason":"same"}"#

    private static var shadow: Query.Directives {
        var directives = Query.Directives()
        directives.isShadow = true
        return directives
    }

    @Test func saysWhatWouldHaveBeenServedAndServesTheModelsAnswer() async throws {
        try await withBench { bench in
            func ask(_ question: String, _ answer: String) async throws -> Receipt {
                let reply = try await bench.ask(question, answer: answer, directives: Self.shadow)
                #expect(reply.answer == answer && reply.receipt.outcome == .miss)
                #expect(reply.receipt.saved ?? .zero <= .zero, "nothing is saved")
                return reply.receipt
            }
            let first = try await ask(Self.question, "first")
            #expect(first.shadow?.outcome == .miss && first.shadow?.entry == nil && first.isStored)
            let again = try await ask(Self.question, "second")
            #expect(again.shadow?.outcome == .exact && again.shadow?.entry == first.entry && !again.isStored)
            #expect(again.entry == nil && again.shadow?.wouldSave == Money(nanodollars: 4_000_000))
            bench.change { $0.verdict = Self.same }
            let near = try await ask(Self.paraphrase, "third")
            #expect(near.shadow?.outcome == .confirmed && near.verdict?.reason == .same)
            #expect(near.matched == Self.question)
            #expect(near.shadow?.wouldSave == Money(nanodollars: 3_999_900))
            #expect(near.cost == Money(nanodollars: 4_000_100) && near.saved == Money(nanodollars: -100))
            #expect(try await ask(Self.paraphrase, "fourth").shadow?.outcome == .alias)
            #expect(bench.answers == 4 && bench.confirmations.count == 1)

            let counted = bench.cache.metrics.snapshot
            #expect(counted.requests == [.miss: 4])
            #expect(counted.shadow == [.miss: 1, .exact: 1, .confirmed: 1, .alias: 1])
            #expect(counted.shadowWouldSaveNanodollars == 11_999_900 && counted.savedNanodollars == -100)
            #expect(counted.expectedWrong == 0 && counted.shadowExpectedWrong > 0)
            // What was learned and stored serves once shadow mode ends.
            let live = try await bench.ask(Self.paraphrase)
            #expect(live.receipt.outcome == .alias && live.answer == "first" && live.receipt.shadow == nil)
        }
    }

    @Test func noWayServes() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            let query = Bench.query(Self.question, "", Self.shadow)
            #expect(bench.cache.immediately(query) == nil)
            let looked = await bench.cache.lookup(query)
            #expect(looked.answer == nil && looked.receipt.outcome == .miss && looked.receipt.shadow?.outcome == .exact)
            await #expect(throws: ModelError.self) {
                try await bench.cache.ask(query) { () throws(ModelError) in throw ModelError(.unreachable) }
            }
        }
    }

    /// As without a cache: each makes its own call.
    @Test func identicalRequestsAtTheSameTimeShareNoCall() async throws {
        try await withBench { bench in
            let gate = AsyncStream<Void>.makeStream()
            let began = AsyncStream<Void>.makeStream()
            let query = Bench.query(Self.question, "", Self.shadow)
            let asked = (0..<2).map { number in
                Task {
                    try await bench.cache.ask(query) { () throws(ModelError) in
                        began.continuation.yield()
                        for await _ in gate.stream { break }
                        return Bench.completion("answer \(number)", cost: .zero)
                    }
                }
            }
            var underWay = began.stream.makeAsyncIterator()
            for _ in 0..<2 { await underWay.next() }
            gate.continuation.finish()
            for (number, task) in asked.enumerated() {
                let reply = try await task.value
                #expect(reply.answer == "answer \(number)" && !reply.receipt.isCollapsed)
            }
        }
    }

    @Test func theRequestsOwnDirectivesHold() async throws {
        try await withBench { bench in
            var directives = Self.shadow
            directives.mayStore = false
            #expect(try await bench.ask(Self.question, directives: directives).receipt.shadow?.outcome == .miss)
            #expect(try bench.store.statistics().entries == 0)
            directives.mayStore = true
            #expect(try await bench.ask(Self.question, answer: "old", directives: directives).receipt.isStored)
            directives.mayRead = false
            let fresh = try await bench.ask(Self.question, answer: "new", directives: directives)
            #expect(fresh.receipt.shadow?.outcome == .miss && fresh.receipt.isStored)
            #expect(try await bench.ask(Self.question).answer == "new")
        }
    }

    @Test func anExpiredAnswerIsRenewedByTheOneThatWasMade() async throws {
        try await withBench(timeToLiveSeconds: 100) { bench in
            var parts = bench.cache.parts
            parts.staleSeconds = 10
            let cache = SemanticCache(parts)
            let query = Bench.query(Self.question, "", Self.shadow)
            func ask(_ answer: String) async throws -> Reply {
                try await cache.ask(query) { () throws(ModelError) in Bench.completion(answer, cost: .zero) }
            }
            _ = try await ask("old")
            bench.change { $0.now = $0.now + 102 }
            let stale = try await ask("another")
            #expect(stale.answer == "another" && stale.receipt.shadow?.outcome == .exact && !stale.receipt.isStale)
            while cache.metrics.snapshot.renewedOther == 0 || cache.renewals.count > 0 {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(await cache.lookup(Bench.query(Self.question, "", .init())).answer == "another")
        }
    }
}
