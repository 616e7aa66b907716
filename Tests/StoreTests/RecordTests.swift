import Support
import Testing

@testable import Store

/// Entries put back as they were.
@Suite(.bothStores) struct RecordTests {
    @Test func everythingOfAnEntryComesBack() async throws {
        let scratch = Scratch()
        let clock = TestClock(1_000)
        let store = try scratch.open(clock: clock.clock)
        let place = try await store.insert(
            newEntry("How do I reset it?", "Hold.", tags: ["b", "a"], expires: 9_000_000, vector: vector(1)))
        _ = try await store.addAlias(to: place.entry, text: "Resetting?", key: key("Resetting?"), source: .confirmed)
        try await store.refuse(
            scope: place.scope, key: key("How do I start it?"), entry: place.entry, text: "How do I start it?")
        try await store.record(
            Feedback(entry: place.entry, verdict: .good, comment: "thanks", time: Timestamp(milliseconds: 2_000)))
        let before = try #require(try store.entry(place.entry))
        let record = try #require(try store.record(of: place.entry))
        #expect(record.id == place.entry && record.byteCount > 100)

        // Its scope goes with its last entry, and comes back under another number.
        #expect(try await store.forget([place.entry]).count == 1)
        #expect(try store.scope(tenScope) == nil)
        let outcome = try await store.restore(record)
        let scope = try #require(try store.scope(tenScope))
        #expect(outcome == .restored(scope) && scope != place.scope)

        let after = try #require(try store.entry(place.entry))
        #expect(after.answer == before.answer && after.tags == ["a", "b"] && after.expires == before.expires)
        #expect(after.scope == scope)
        #expect(try store.aliases(of: place.entry).map(\.text) == ["Resetting?"])
        #expect(try store.refusals(of: place.entry).map(\.text) == ["How do I start it?"])
        #expect(try store.refused(scope: scope, key: key("How do I start it?")) == [place.entry])
        #expect(try store.feedback(on: place.entry).map(\.comment) == ["thanks"])
        #expect(try store.vector(of: place.entry, embedder) == vector(1))
        #expect(try store.wording(scope: scope, key: key("Resetting?"))?.entry == place.entry)
        #expect(try store.integrityCheck() == [])
        // Numbers are not used again.
        #expect(try await store.insert(newEntry("Another?")).entry > place.entry)
        await store.close()
    }

    @Test func hitsSinceThenAreKept() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(1_000).clock)
        let place = try await store.insert(newEntry("How?", "So.", vector: vector(1)))
        let record = try #require(try store.record(of: place.entry))
        #expect(try await store.edit(place.entry, EntryChange(answer: "Otherwise.", tags: ["x"])))
        #expect(try store.entry(place.entry)?.answer == "Otherwise.")
        store.noteHit(place.entry, saved: Money(nanodollars: 5))
        await store.close()
        let again = try scratch.open(clock: TestClock(2_000).clock)
        #expect(try await again.restore(record) == .restored(place.scope))
        let entry = try #require(try again.entry(place.entry))
        #expect(entry.answer == "So." && entry.tags == [] && entry.hits == 1)
        #expect(try again.integrityCheck() == [])
        await again.close()
    }

    @Test func aWordingThatLeadsElsewhereStaysThere() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(1_000).clock)
        let place = try await store.insert(newEntry("How?", "So.", vector: vector(1)))
        _ = try await store.addAlias(to: place.entry, text: "In what way?", key: key("In what way?"), source: .manual)
        let record = try #require(try store.record(of: place.entry))
        try await store.forget([place.entry])
        let other = try await store.insert(newEntry("In what way?", "Thus."))
        #expect(try await store.restore(record) == .restored(other.scope))
        #expect(try store.wording(scope: other.scope, key: key("In what way?"))?.entry == other.entry)
        #expect(try store.aliases(of: place.entry) == [])
        try await store.forget([place.entry])
        let third = try await store.insert(newEntry("How?", "Anew."))
        #expect(try await store.restore(record) == .taken(third.entry))
        #expect(try store.entry(place.entry) == nil)
        await store.close()
    }
}
