import Cache
import Models
import Store
import Support
import TestEmbedder
import Testing

@Suite struct SemanticCacheTests {
    /// Eleven words; another word in place of one leaves a cosine of 10/11 = 0.909.
    static let question = "how do i set up a mail server on my home machine"
    static let paraphrase = "how do i set up a mail server on my home computer"
    static let same = #"{"same_as":0,"reason":"same"}"#

    @Test func theFirstTimeIsAMissAndTheSecondExact() async throws {
        try await withBench { bench in
            let first = try await bench.ask(Self.question, answer: "use postfix")
            #expect(first.receipt.outcome == .miss && first.receipt.isStored)
            #expect(first.receipt.cost == Money(nanodollars: 4_000_000))
            let second = try await bench.ask("  How do I set up a mail server on my home machine?  ")
            #expect(second.receipt.outcome == .exact)
            #expect(second.answer == "use postfix")
            #expect(second.receipt.entry == first.receipt.entry)
            #expect(second.receipt.saved == Money(nanodollars: 4_000_000) && second.receipt.cost == .zero)
            #expect(bench.answers == 1 && bench.confirmations.isEmpty)
        }
    }

    @Test func aConfirmedParaphraseIsServedAndBecomesAnAlias() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            bench.change { $0.verdict = Self.same }
            let confirmed = try await bench.ask(Self.paraphrase)
            #expect(confirmed.receipt.outcome == .confirmed)
            #expect(confirmed.receipt.verdict?.reason == .same)
            #expect(confirmed.receipt.matched == Self.question)
            #expect(confirmed.receipt.saved == Money(nanodollars: 3_999_900))
            #expect(bench.confirmations == [[Self.question]])
            let alias = try await bench.ask(Self.paraphrase.uppercased())
            #expect(alias.receipt.outcome == .alias)
            #expect(bench.confirmations.count == 1 && bench.answers == 1)
        }
    }

    @Test func aRefusedPairIsNotAskedAgain() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            let first = await bench.lookup(Self.paraphrase)
            #expect(first.receipt.outcome == .miss && first.receipt.verdict?.reason == .different)
            let second = await bench.lookup(Self.paraphrase)
            #expect(second.receipt.outcome == .miss && second.receipt.verdict == nil)
            #expect(second.candidates.map(\.isRefused) == [true])
            #expect(bench.confirmations.count == 1)
        }
    }

    @Test(arguments: [
        #"{"same_as":1,"reason":"same"}"#, #"{"same_as":"0","reason":"same"}"#, #"{"same_as":0,"reason":"different"}"#,
        #"{"same_as":null,"reason":"same"}"#, #"{"same_as":0}"#, #"{"same_as":0,"reason":"same","note":"x"}"#, "yes",
        "",
        #"{"same_as":-1,"reason":"same"}"#, #"{"same_as":0.5,"reason":"same"}"#, #"[0,"same"]"#,
        #"{"same_as":0,"reason":"same"} trailing"#, #"{"same_as":0,"same_as":null,"reason":"same"}"#,
    ])
    func aReplyThatIsNotOfTheSchemaIsANo(reply: String) async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            bench.change { $0.verdict = reply }
            let looked = await bench.lookup(Self.paraphrase)
            #expect(looked.receipt.outcome == .miss && looked.receipt.verdict?.reason == .invalid)
            // It was no verdict, so it is not remembered as one.
            bench.change { $0.verdict = Self.same }
            #expect(await bench.lookup(Self.paraphrase).receipt.outcome == .confirmed)
        }
    }

    @Test func miniOutOfReachIsAMiss() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            bench.change { $0.verdict = nil }
            let reply = try await bench.ask(Self.paraphrase, answer: "anew")
            #expect(reply.receipt.outcome == .miss && reply.receipt.verdict?.reason == .unavailable)
            #expect(reply.answer == "anew")
        }
    }

    @Test func withoutMiniNothingIsServedThatNeedsAConfirmation() async throws {
        try await withBench(hasMini: false) { bench in
            _ = try await bench.ask(Self.question)
            #expect(await bench.lookup(Self.paraphrase).receipt.outcome == .miss)
        }
    }

    /// 17 of 18 words: a cosine of 0.944, enough for the default target without mini.
    @Test(arguments: [
        ("one two three go four five six seven eight nine ten the of and to in it on", true),
        ("one two three go four five six seven eight nine ten the of and to in it not", false),
        ("one two three go four five six seven eight nine ten the of and to in it 7", false),
    ])
    func theJudgeServesNearPairsUnlessTheGuardObjects(asked: String, isServed: Bool) async throws {
        let stored = "one two three go four five six seven eight nine ten the of and to in it at"
        try await withBench(hasMini: false) { bench in
            _ = try await bench.ask(stored)
            let reply = await bench.lookup(asked)
            #expect(abs((reply.receipt.similarity ?? 0) - 17.0 / 18) < 1e-4)
            #expect((reply.receipt.outcome == .judged) == isServed)
            #expect(reply.receipt.conflicts.isEmpty == isServed)
        }
    }

    @Test func aRequestMayTightenTheErrorTargetOnly() async throws {
        let stored = "one two three go four five six seven eight nine ten the of and to in it at"
        let asked = "one two three go four five six seven eight nine ten the of and to in it on"
        try await withBench(hasMini: false) { bench in
            _ = try await bench.ask(stored)
            for (target, isServed) in [(0.0001, false), (0.01, true), (1, true)] {
                var directives = Query.Directives()
                directives.errorTarget = target
                let reply = await bench.cache.lookup(Bench.query(asked, "", directives))
                #expect((reply.receipt.outcome == .judged) == isServed, "target \(target)")
            }
        }
    }

    @Test func noScopeSeesAnother() async throws {
        try await withBench { bench in
            bench.change { $0.verdict = Self.same }
            _ = try await bench.ask(Self.question, scope: "a", answer: "of a")
            let other = await bench.lookup(Self.question, scope: "b")
            #expect(other.receipt.outcome == .miss && other.candidates.isEmpty && other.receipt.similarity == nil)
            _ = try await bench.ask(Self.question, scope: "b", answer: "of b")
            #expect(await bench.lookup(Self.question, scope: "a").answer == "of a")
            #expect(await bench.lookup(Self.paraphrase, scope: "b").answer == "of b")
        }
    }

    @Test func anExpiredAnswerIsNotServed() async throws {
        try await withBench(timeToLiveSeconds: 60) { bench in
            bench.change { $0.verdict = Self.same }
            _ = try await bench.ask(Self.question)
            bench.change { $0.now = $0.now + 59 }
            #expect(await bench.lookup(Self.question).receipt.outcome == .exact)
            bench.change { $0.now = $0.now + 1 }
            #expect(await bench.lookup(Self.question).receipt.outcome == .miss)
            #expect(await bench.lookup(Self.paraphrase).receipt.outcome == .miss)
            #expect(try await bench.cache.removeExpired().count == 1)
            #expect(bench.cache.indexes.count == 0)
        }
    }

    @Test func cacheControlIsObeyed() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question, answer: "old")
            bench.change { $0.now = $0.now + 100 }
            var young = Query.Directives()
            young.maxAgeSeconds = 99
            #expect(await bench.cache.lookup(Bench.query(Self.question, "", young)).receipt.outcome == .miss)
            young.maxAgeSeconds = 100
            #expect(await bench.cache.lookup(Bench.query(Self.question, "", young)).receipt.outcome == .exact)

            var neither = Query.Directives()
            neither.mayRead = false
            neither.mayStore = false
            let unstored = try await bench.ask(Self.question, answer: "new", directives: neither)
            #expect(unstored.answer == "new" && !unstored.receipt.isStored)
            #expect(await bench.lookup(Self.question).answer == "old")

            var anew = Query.Directives()
            anew.mayRead = false
            #expect(try await bench.ask(Self.question, answer: "new", directives: anew).receipt.isStored)
            #expect(await bench.lookup(Self.question).answer == "new")
        }
    }

    @Test(arguments: ["length", "content_filter", "tool_calls"])
    func onlyAnAnswerThatEndedByItselfIsStored(finishReason: String) async throws {
        try await withBench { bench in
            let query = Bench.query(Self.question, "", .init())
            let reply = try await bench.cache.ask(query) { () throws(ModelError) in
                Bench.completion("half an ans", cost: .zero, finishReason: finishReason)
            }
            #expect(reply.answer == "half an ans" && !reply.receipt.isStored)
            #expect(await bench.lookup(Self.question).receipt.outcome == .miss)
        }
    }

    @Test func aFailingEmbedderLeavesExactMatchesAndMisses() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question, answer: "use postfix")
            bench.embedder.fail(true)
            #expect(await bench.lookup(Self.question).receipt.outcome == .exact)
            #expect(try await bench.ask(Self.paraphrase, answer: "anew").answer == "anew")
            #expect(bench.cache.metrics.snapshot.embedderErrors > 0)
            // What was stored meanwhile gets its vector once the embedder is back.
            bench.embedder.fail(false)
            #expect(try await bench.cache.embedMissing() == 1)
            #expect(bench.cache.indexes.count == 2)
        }
    }

    @Test func forgettingTakesEverythingThatFollowed() async throws {
        try await withBench { bench in
            let stored = try await bench.ask(Self.question)
            bench.change { $0.verdict = Self.same }
            _ = try await bench.ask(Self.paraphrase)
            #expect(try await bench.cache.forget([stored.receipt.entry!]) == [stored.receipt.entry!])
            #expect(await bench.lookup(Self.question).receipt.outcome == .miss)
            #expect(await bench.lookup(Self.paraphrase).receipt.outcome == .miss)
            #expect(bench.cache.indexes.count == 0)
        }
    }

    @Test func badFeedbackRevokesTheAliasesAndTheJudgesTrust() async throws {
        let stored = "one two three go four five six seven eight nine ten the of and to in it at"
        let near = "one two three go four five six seven eight nine ten the of and to in it on"
        try await withBench(hasMini: false) { bench in
            let entry = try await bench.ask(stored).receipt.entry!
            _ = try await bench.store.addAlias(
                to: entry, text: "alias", key: SemanticCache.key(of: "alias"), source: .confirmed)
            #expect(await bench.lookup("alias").receipt.outcome == .alias)
            #expect(await bench.lookup(near).receipt.outcome == .judged)
            let bad = Feedback(entry: entry, verdict: .bad, time: Timestamp(milliseconds: 1_800_000_000_000))
            #expect(try await bench.cache.feedback(bad))
            #expect(await bench.lookup("alias").receipt.outcome == .miss)
            #expect(await bench.lookup(near).receipt.outcome == .miss)
            #expect(await bench.lookup(stored).receipt.outcome == .exact)
        }
    }

    @Test func aRestartBringsTheVectorsBack() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            let reopened = SemanticCache(bench.cache.parts)
            #expect(try reopened.load().isEmpty)
            #expect(reopened.indexes.count == 1)
            bench.change { $0.verdict = Self.same }
            #expect(await reopened.lookup(Bench.query(Self.paraphrase, "", .init())).receipt.outcome == .confirmed)
        }
    }

    @Test func anotherEmbedderSeesNoVectorOfThisOneUntilItHasMadeItsOwn() async throws {
        try await withBench { bench in
            _ = try await bench.ask(Self.question)
            bench.change { $0.verdict = Self.same }
            var parts = bench.cache.parts
            parts.embedder = WordEmbedder(name: "other words", dimension: 32)
            let changed = SemanticCache(parts)
            #expect(try changed.load().isEmpty)
            #expect(changed.indexes.count == 0)
            #expect(await changed.lookup(Bench.query(Self.question, "", .init())).receipt.outcome == .exact)
            #expect(await changed.lookup(Bench.query(Self.paraphrase, "", .init())).receipt.outcome == .miss)
            #expect(try await changed.embedMissing() == 1)
            #expect(await changed.lookup(Bench.query(Self.paraphrase, "", .init())).receipt.outcome == .confirmed)
            // The first one's vectors are still there for a way back.
            let back = SemanticCache(bench.cache.parts)
            _ = try back.load()
            #expect(back.indexes.count == 1)
        }
    }

    @Test func onlyAStoredWordingIsAnsweredImmediately() async throws {
        try await withBench { bench in
            let query = Bench.query(Self.question, "", .init())
            #expect(bench.cache.immediately(query)?.answer == nil)
            _ = try await bench.ask(Self.question, answer: "use postfix")
            #expect(bench.cache.immediately(query)?.answer == "use postfix")
            #expect(bench.cache.immediately(Bench.query(Self.paraphrase, "", .init()))?.answer == nil)
            var directives = Query.Directives()
            directives.mayRead = false
            #expect(bench.cache.immediately(Bench.query(Self.question, "", directives))?.answer == nil)
            // One miss and one hit, each counted once: what is left to the longer way is counted there.
            #expect(bench.cache.metrics.snapshot.requests == [.miss: 1, .exact: 1])
        }
    }

    @Test func whatARequestRecallsIsAUseAndNoRequest() async throws {
        try await withBench { bench in
            #expect(bench.cache.recall(Bench.query(Self.question, "", .init())) == nil)
            _ = try await bench.ask(Self.question, answer: "use postfix")
            #expect(bench.cache.recall(Bench.query(Self.question, "", .init())) == "use postfix")
            #expect(bench.cache.recall(Bench.query(Self.paraphrase, "", .init())) == nil)
            #expect(bench.cache.metrics.snapshot.requests == [.miss: 1])
            let store = bench.cache.parts.store
            func uses() throws -> Int { try store.entries(after: EntryID(rawValue: 0), limit: 1)[0].hits }
            while try uses() == 0 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try uses() == 1)
        }
    }

    @Test func aRepeatedImportEmbedsNothing() async throws {
        try await withBench { bench in
            let new = NewEntry(
                scope: Bench.query("", "", .init()).scope, key: SemanticCache.key(of: Self.question),
                question: Self.question, answer: "a", tags: ["x"], origin: .imported)
            #expect(try await bench.cache.insert([new], policy: .replace)[0].get().change == .inserted)
            let embedded = bench.embedder.calls
            #expect(try await bench.cache.insert([new], policy: .replace)[0].get().change == .unchanged)
            #expect(bench.embedder.calls == embedded)
            var other = new
            other.answer = "b"
            #expect(try await bench.cache.insert([other], policy: .keep)[0].get().change == .kept)
            #expect(await bench.lookup(Self.question).answer == "a")
            _ = try await bench.cache.insert([other], policy: .replace)[0].get()
            #expect(await bench.lookup(Self.question).answer == "b")
            #expect(bench.cache.indexes.count == 1)
        }
    }
}
