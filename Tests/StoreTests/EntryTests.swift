import Support
import Testing

@testable import Store

@Suite(.bothStores) struct EntryTests {
    @Test func keepsEveryField() async throws {
        let scratch = Scratch()
        let clock = TestClock()
        let store = try scratch.open(clock: clock.clock)
        let question = "What is \u{0}in “it”? 🦉"
        let new = newEntry(question, "", tags: ["b", "a", "b"], expires: 2_000_000)
        let outcome = try await store.insert(new)
        #expect(outcome.change == .inserted)
        #expect(try store.scope(tenScope) == outcome.scope)
        #expect(try store.scopeKey(outcome.scope) == tenScope)
        let expected = Entry(
            id: outcome.entry, scope: outcome.scope, question: question, answer: "", tags: ["a", "b"],
            origin: .model, model: "full-1", promptTokens: 12, completionTokens: 34, cost: Money(nanodollars: 56),
            created: Timestamp(milliseconds: 1_000_000), expires: Timestamp(milliseconds: 2_000_000), boundary: nil,
            hits: 0, lastHit: nil)
        #expect(try store.entry(outcome.entry) == expected)
        #expect(
            try store.wording(scope: outcome.scope, key: key(question))
                == Wording(entry: outcome.entry, isAlias: false, text: question))
        await store.close()
        let reopened = try scratch.open()
        #expect(try reopened.entry(outcome.entry) == expected)
        await reopened.close()
    }

    @Test func keepsScopesApart() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        var others = [tenScope, tenScope, tenScope]
        others[0].tenant = "other"
        others[1].name = "other"
        others[2].digest = Digest(of: "other")
        let first = try await store.insert(newEntry("q", "mine"))
        for (index, scope) in others.enumerated() {
            #expect(try store.scope(scope) == nil)
            let other = try await store.insert(newEntry("q", "theirs \(index)", scope: scope))
            #expect(other.change == .inserted)
            #expect(other.scope != first.scope)
        }
        #expect(try store.entry(first.entry)?.answer == "mine")
        #expect(try store.statistics().scopes == 4)
        await store.close()
    }

    @Test func aScopeGoesWithItsLastEntryAndItsNumberIsNotUsedAgain() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let first = try await store.insert(newEntry("q"))
        #expect(try await store.forget([first.entry]) == [EntryPlace(scope: first.scope, entry: first.entry)])
        #expect(try store.scope(tenScope) == nil)
        let second = try await store.insert(newEntry("q"))
        #expect(second.scope > first.scope)
        #expect(second.entry > first.entry)
        await store.close()
    }

    /// What was there, what comes, the policy, and what happens.
    @Test(
        arguments: [
            ("same answer", "a", ["t"], nil, InsertPolicy.replace, "unchanged", "a"),
            ("same answer, kept", "a", ["t"], nil, .keep, "unchanged", "a"),
            ("another answer", "b", ["t"], nil, .replace, "replaced", "b"),
            ("another answer, kept", "b", ["t"], nil, .keep, "kept", "a"),
            ("other tags", "a", ["u"], nil, .replace, "replaced", "a"),
            ("other tags, kept", "a", ["u"], nil, .keep, "kept", "a"),
            ("another end", "a", ["t"], Int64(9_000_000), .replace, "renewed", "a"),
            ("another end, kept", "a", ["t"], 9_000_000, .keep, "unchanged", "a"),
        ] as [(String, String, [String], Int64?, InsertPolicy, String, String)])
    func knownWording(
        what: String, answer: String, tags: [String], expires: Int64?, policy: InsertPolicy, change: String,
        served: String
    ) async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock().clock)
        let old = try await store.insert(newEntry("q", "a", tags: ["t"], vector: vector(1)))
        #expect(try await store.addAlias(to: old.entry, text: "q2", key: key("q2"), source: .manual))
        let outcome = try await store.insert(
            newEntry("q", answer, tags: tags, expires: expires, vector: vector(2)), policy: policy)
        let isReplaced = change == "replaced"
        let expected: InsertOutcome.Change =
            switch change {
            case "replaced": .replaced(old.entry)
            case "kept": .kept
            case "renewed": .renewed
            default: .unchanged
            }
        #expect(outcome.change == expected)
        #expect((outcome.entry == old.entry) == !isReplaced)
        #expect(outcome.scope == old.scope)
        let entry = try #require(try store.entry(outcome.entry))
        #expect(entry.answer == served)
        #expect(entry.expires?.milliseconds == (change == "renewed" || isReplaced ? expires : nil))
        #expect((try store.entry(old.entry) == nil) == isReplaced)
        #expect(try store.wording(scope: old.scope, key: key("q"))?.entry == outcome.entry)
        #expect(try store.wording(scope: old.scope, key: key("q2"))?.entry == (isReplaced ? nil : old.entry))
        var vectors: [EntryID: (Timestamp?, [Float])] = [:]
        try store.vectors(embedder) { vectors[$1] = ($2, $3.indices.map { [components = $3] in components[$0] }) }
        #expect(vectors.count == 1)
        #expect(vectors[outcome.entry]?.0 == entry.expires)
        #expect(vectors[outcome.entry]?.1 == vector(isReplaced ? 2 : 1))
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func anExpiredEntryDoesNotStandInTheWay() async throws {
        let scratch = Scratch()
        let clock = TestClock()
        let store = try scratch.open(clock: clock.clock)
        let old = try await store.insert(newEntry("q", expires: 1_000_100))
        clock.set(1_000_100)
        let new = try await store.insert(newEntry("q", expires: 1_000_200), policy: .keep)
        #expect(new.change == .replaced(old.entry))
        await store.close()
    }

    @Test func anAliasIsTakenByAnAnswerOfItsOwn() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let old = try await store.insert(newEntry("q", "a"))
        #expect(try await store.addAlias(to: old.entry, text: "p", key: key("p"), source: .confirmed))
        #expect(try await store.insert(newEntry("p", "a")).change == .unchanged)
        #expect(try await store.insert(newEntry("p", "b"), policy: .keep).change == .kept)
        let new = try await store.insert(newEntry("p", "b"))
        #expect(new.change == .inserted)
        #expect(try store.wording(scope: old.scope, key: key("p"))?.entry == new.entry)
        #expect(try store.wording(scope: old.scope, key: key("p"))?.isAlias == false)
        #expect(try store.wording(scope: old.scope, key: key("q"))?.entry == old.entry)
        await store.close()
    }

    /// A text may be found to ask the same while a bad verdict comes in.
    @Test func aVerdictKeepsOutWhatWasConfirmedBefore() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let id = try await store.insert(newEntry("q")).entry
        let known = try #require(try store.entry(id))
        try await store.setBoundary(id, 2)
        let isAdded = try await store.addAlias(
            to: id, text: "p", key: key("p"), source: .confirmed, unlessJudgedSince: known)
        #expect(!isAdded)
        #expect(try store.aliases(of: id) == [])
        let now = try #require(try store.entry(id))
        #expect(
            try await store.addAlias(to: id, text: "p", key: key("p"), source: .confirmed, unlessJudgedSince: now))
        await store.close()
    }

    @Test func aliasesAreListedTakenAndRemoved() async throws {
        let scratch = Scratch()
        let clock = TestClock()
        let store = try scratch.open(clock: clock.clock)
        let first = try await store.insert(newEntry("q"))
        let second = try await store.insert(newEntry("r"))
        #expect(try await store.addAlias(to: first.entry, text: "q2", key: key("q2"), source: .confirmed))
        clock.set(1_000_001)
        #expect(try await store.addAlias(to: first.entry, text: "q3", key: key("q3"), source: .manual))
        #expect(try await !store.addAlias(to: second.entry, text: "q2", key: key("q2"), source: .manual), "taken")
        #expect(try await !store.addAlias(to: second.entry, text: "q", key: key("q"), source: .manual), "a question")
        #expect(try await !store.addAlias(to: EntryID(rawValue: 99), text: "z", key: key("z"), source: .manual), "gone")
        #expect(
            try store.aliases(of: first.entry) == [
                Alias(text: "q2", created: Timestamp(milliseconds: 1_000_000), source: .confirmed),
                Alias(text: "q3", created: Timestamp(milliseconds: 1_000_001), source: .manual),
            ])
        #expect(try store.statistics().aliases == 2)
        #expect(try await store.removeAliases(of: first.entry, source: .confirmed) == 1)
        #expect(try await store.removeAliases(of: first.entry, source: .confirmed) == 0)
        #expect(try store.wording(scope: first.scope, key: key("q2")) == nil)
        #expect(try store.aliases(of: first.entry).map(\.text) == ["q3"])
        await store.close()
    }

    @Test func refusalsAreRememberedUntilTheEntryGoes() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let first = try await store.insert(newEntry("q"))
        let second = try await store.insert(newEntry("r"))
        for _ in 0..<2 { try await store.refuse(scope: first.scope, key: key("x"), entry: first.entry) }
        try await store.refuse(scope: first.scope, key: key("x"), entry: second.entry)
        try await store.refuse(scope: first.scope, key: key("x"), entry: EntryID(rawValue: 99))
        try await store.refuse(scope: ScopeID(rawValue: 99), key: key("x"), entry: first.entry)
        #expect(try store.refused(scope: first.scope, key: key("x")) == [first.entry, second.entry])
        #expect(try store.refused(scope: first.scope, key: key("y")) == [])
        #expect(try store.statistics().refusals == 2)
        try await store.forget([first.entry])
        #expect(try store.refused(scope: first.scope, key: key("x")) == [second.entry])
        await store.close()
    }

    @Test func boundaryFeedbackAndHitsFollowTheEntry() async throws {
        let scratch = Scratch()
        let clock = TestClock()
        let store = try scratch.open(clock: clock.clock)
        let entry = try await store.insert(newEntry("q")).entry
        for boundary in [0.93, -0.0, nil, 1.5] as [Double?] {
            #expect(try await store.setBoundary(entry, boundary))
            #expect(try store.entry(entry)?.boundary == boundary)
        }
        #expect(try await !store.setBoundary(EntryID(rawValue: 99), 0.5))
        let verdicts = [
            Feedback(entry: entry, verdict: .good, time: Timestamp(milliseconds: 5)),
            Feedback(entry: entry, verdict: .bad, comment: "no", time: Timestamp(milliseconds: 4)),
        ]
        for verdict in verdicts { #expect(try await store.record(verdict)) }
        var gone = verdicts[0]
        gone.entry = EntryID(rawValue: 99)
        #expect(try await !store.record(gone))
        #expect(try store.feedback(on: entry) == verdicts)

        for hit in 1...3 {
            clock.set(2_000_000 + Int64(hit))
            store.noteHit(entry, saved: Money(nanodollars: 7))
        }
        store.noteHit(EntryID(rawValue: 99), saved: Money(nanodollars: 100))
        // Hits go with the next commit.
        _ = try await store.insert(newEntry("other"))
        _ = try await store.insert(newEntry("another"))
        #expect(try store.entry(entry)?.hits == 3)
        #expect(try store.entry(entry)?.lastHit == Timestamp(milliseconds: 2_000_003))
        store.noteHit(entry, saved: Money(nanodollars: 7))
        await store.close()

        let reopened = try scratch.open()
        #expect(try reopened.entry(entry)?.hits == 4)
        var statistics = try reopened.statistics()
        #expect(statistics.hits == 5)
        #expect(statistics.saved == Money(nanodollars: 128))
        #expect([statistics.goodFeedback, statistics.badFeedback] == [1, 1])
        try await reopened.forget([entry])
        statistics = try reopened.statistics()
        #expect(statistics.hits == 5, "the total outlives the entry")
        #expect([statistics.goodFeedback, statistics.badFeedback] == [0, 0])
        await reopened.close()
    }

    @Test func hitsAreWrittenWithoutAnyOtherWrite() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let entry = try await store.insert(newEntry("q")).entry
        store.noteHit(entry, saved: .zero)
        while try store.entry(entry)?.hits != 1 { try await Task.sleep(for: .milliseconds(20)) }
        await store.close()
    }

    @Test func theLedgerCountsAndSums() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        for cost in [Money(nanodollars: 5), nil, Money(nanodollars: 6)] {
            store.record(
                Call(
                    time: Timestamp(milliseconds: 1), role: "mini", model: "m", purpose: "confirm",
                    entry: EntryID(rawValue: 1_000), promptTokens: 1, cachedTokens: 2, completionTokens: 3,
                    reasoningTokens: 4, cost: cost, latencyMilliseconds: 5, status: "timeout"))
        }
        _ = try await store.insert(newEntry("q"))
        let statistics = try store.statistics()
        #expect(statistics.calls == 3)
        #expect(statistics.spent == Money(nanodollars: 11))
        #expect(statistics.unrecordedCalls == 0)
        #expect(statistics.databaseBytes + statistics.logBytes > 0)
        await store.close()
        store.record(Call(time: Timestamp(milliseconds: 1), role: "mini", model: "m", purpose: "confirm"))
        #expect(store.unrecordedCalls == 1)
    }

    @Test(arguments: [
        ("question", newEntry(String(repeating: "x", count: Limits.questionBytesMax + 1))),
        ("answer", newEntry("q", String(repeating: "x", count: Limits.answerBytesMax + 1))),
        ("tags", newEntry("q", tags: (0...Limits.tagsPerEntryMax).map { "\($0)" })),
        ("tag", newEntry("q", tags: [String(repeating: "x", count: Limits.tagBytesMax + 1)])),
        (
            "scope",
            newEntry(
                "q",
                scope: ScopeKey(
                    tenant: "t", name: String(repeating: "x", count: Limits.scopeNameBytesMax + 1), digest: key("")))
        ),
        ("short vector", newEntry("q", vector: vector(1, dimension: 7))),
        ("long vector", newEntry("q", vector: vector(1, dimension: 9))),
        ("zero", newEntry("q", vector: [Float](repeating: 0, count: 8))),
        ("not unit", newEntry("q", vector: vector(1).map { $0 * 1.01 })),
        ("NaN", newEntry("q", vector: [.nan] + vector(1).dropFirst())),
        ("infinity", newEntry("q", vector: [.infinity] + vector(1).dropFirst())),
    ])
    func refusesWhatBreaksALimit(what: String, new: NewEntry) async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let error = await #expect(throws: StoreError.self) { try await store.insert(new) }
        #expect(error?.code == .invalid)
        let batch = await store.insert(batch: [newEntry("before"), new, newEntry("after")])
        #expect(batch.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try store.statistics().entries == 2)
        await store.close()
    }

    @Test func aliasTextsHaveTheQuestionsLimit() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let entry = try await store.insert(newEntry("q")).entry
        let long = String(repeating: "x", count: Limits.questionBytesMax + 1)
        let error = await #expect(throws: StoreError.self) {
            try await store.addAlias(to: entry, text: long, key: key(long), source: .manual)
        }
        #expect(error?.code == .invalid)
        await store.close()
    }
}
