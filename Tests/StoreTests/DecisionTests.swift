import Support
import Testing

@testable import Store

/// Keeps a decision, and waits for it by a write that comes after it.
func keep(_ decision: DecisionRecord, in store: Store) async throws {
    store.keep(decision) { Issue.record("the decision is not kept: \($0)") }
    try await store.removeDecisions(before: Timestamp(milliseconds: 0))
}

@Suite(.bothStores) struct DecisionTests {
    static func decision(
        _ place: InsertOutcome, _ text: String, entries: [EntryID], served: EntryID? = nil
    ) -> DecisionRecord {
        DecisionRecord(
            time: Timestamp(milliseconds: 5_000), scope: place.scope, key: key(text), text: text, action: .confirm,
            propensity: 1, verdict: "same", named: served, served: served, askingCost: Money(nanodollars: 75),
            candidates: entries.enumerated().map { index, entry in
                DecisionRecord.Candidate(
                    entry: entry, similarity: 0.9, logOdds: -0.0, probability: 0.5, lowerBound: 0.25,
                    boundary: index == 0 ? 0.875 : nil, hasConflict: index == 1, isRefused: index == 2, isAsked: true,
                    answerCost: Money(nanodollars: 1_000), askingCost: nil, features: [0.5, Float(index)])
            })
    }

    private static func read(_ store: Store, tenant: String? = nil) throws -> [DecisionRecord] {
        try store.decisions(tenant: tenant, limit: 100)
    }

    @Test func areReadAsTheyWereWritten() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(5_000).clock)
        let place = try await store.insert(newEntry("q"))
        var written = Self.decision(place, "near q", entries: [place.entry, place.entry], served: place.entry)
        try await keep(written, in: store)
        try await store.record(
            DecisionRecord.Audit(entry: place.entry, isRight: false, propensity: 0.25), scope: place.scope,
            key: key("near q"))
        // The first audit counts; one of a wording of which nothing is recorded is passed over.
        for text in ["near q", "unknown"] {
            try await store.record(
                DecisionRecord.Audit(entry: place.entry, isRight: true, propensity: 1), scope: place.scope,
                key: key(text))
        }
        written.id = 1
        written.audit = DecisionRecord.Audit(entry: place.entry, isRight: false, propensity: 0.25)
        #expect(try Self.read(store) == [written])
        #expect(try Self.read(store, tenant: "nobody").isEmpty)
        #expect(try store.decisions(since: Timestamp(milliseconds: 5_001), tenant: nil, limit: 9).isEmpty)
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    /// Those that looked at the entry, and those on its own wordings; what has merely expired is no reason.
    @Test func goWithTheEntryThatIsForgotten() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(5_000).clock)
        let (kept, gone) = (try await store.insert(newEntry("kept")), try await store.insert(newEntry("gone")))
        #expect(
            try await store.addAlias(to: gone.entry, text: "alias", key: key("alias"), source: .confirmed))
        for (text, entries) in [
            ("looked at both", [kept.entry, gone.entry]), ("gone", [kept.entry]), ("alias", [kept.entry]),
            ("other", [kept.entry]),
        ] {
            try await keep(Self.decision(kept, text, entries: entries), in: store)
        }
        try await store.removeExpired(Timestamp(milliseconds: 9))
        #expect(try Self.read(store).count == 4)
        try await store.forget([gone.entry])
        #expect(try Self.read(store).map(\.text) == ["other"])
        try await store.removeDecisions(before: Timestamp(milliseconds: 5_000))
        #expect(try Self.read(store).count == 1)
        try await store.forget(EntryFilter())
        #expect(try Self.read(store).isEmpty)
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func goWithTheirTime() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(5_000).clock)
        let place = try await store.insert(newEntry("q"))
        try await keep(Self.decision(place, "near q", entries: [place.entry]), in: store)
        try await store.removeDecisions(before: Timestamp(milliseconds: 5_001))
        #expect(try Self.read(store).isEmpty)
        await store.close()
    }

    @Test func tagsAreKeptAndForgotten() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(5_000).clock)
        func tag(_ tenant: String, _ tag: String, _ time: Int64) -> TagChanges {
            TagChanges(
                tenant: tenant, tag: tag, changes: 1.5, exposureSeconds: 60, observations: 2,
                time: Timestamp(milliseconds: time))
        }
        try await store.put([tag("a", "prices", 1), tag("b", "prices", 2), tag("a", "hours", 3)])
        try await store.put([tag("a", "prices", 4)])
        #expect(try store.tagChanges() == [tag("b", "prices", 2), tag("a", "hours", 3), tag("a", "prices", 4)])
        try await store.forgetTagChanges("prices", tenant: "a")
        #expect(try store.tagChanges() == [tag("b", "prices", 2), tag("a", "hours", 3)])
        try await store.forgetTagChanges("prices", tenant: nil)
        #expect(try store.tagChanges() == [tag("a", "hours", 3)])
        #expect(try store.integrityCheck() == [])
        await store.close()
    }
}
