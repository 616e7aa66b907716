import Support
import Testing

@testable import Store

/// What is known of wordings without a read.
@Suite struct KnownWordingsTests {
    /// Before it is complete everything may be there; then what was noted, and little else.
    @Test func whatWasNotedIsKnown() {
        let known = KnownWordings(rows: 20_000)
        let noted = (0..<20_000).map { key("noted \($0)") }
        for key in noted { known.note(key) }
        #expect(known.mayHave(key("new")))
        known.complete()
        #expect(noted.allSatisfy { known.mayHave($0) })
        #expect((0..<20_000).count { known.mayHave(key("new \($0)")) } < 100)
    }

    @Test func rowsOfOtherTablesAreNoWordings() {
        let known = KnownWordings(rows: 0)
        known.complete()
        let row = [Value.integer(1), .blob(key("one").bytes), .integer(1)]
        known.note(row, of: .vectors)
        #expect(!known.mayHave(key("one")))
        known.note(row, of: .refusals)
        #expect(known.mayHave(key("one")))
    }

    /// A flipped bit in a row's head makes its key of another length.
    @Test func aDamagedKeyIsNotLearned() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        for text in ["one", "other"] { _ = try await store.insert(newEntry(text)) }
        try await store.write { (connection) throws(StoreError) in
            try connection.run("PRAGMA ignore_check_constraints = 1")
            try connection.run("UPDATE wordings SET key = x'00' WHERE entry = 1")
        }
        try store.learnWordings()
        #expect(!store.mayKnow(key("new")))
        #expect(try store.find(tenScope, key: key("other"))?.entry.id.rawValue == 2)
        await store.close()
    }

    /// Wordings and refusals from before the store was opened and from after, forgotten ones among them.
    @Test(.bothStores) func aStoreThatHasLearnedFindsTheSame() async throws {
        let scratch = Scratch()
        let first = try scratch.open()
        let before = try await first.insert(newEntry("before"))
        _ = try await first.addAlias(to: before.entry, text: "alias", key: key("alias"), source: .confirmed)
        try await first.refuse(scope: before.scope, key: key("refused"), entry: before.entry)
        await first.close()

        let store = try scratch.open()
        #expect(store.mayKnow(key("new")))
        try store.learnWordings()
        #expect(store.mayKnow(key("new")) == store.isShared)
        let after = try await store.insert(newEntry("after"))
        try await store.refuse(scope: before.scope, key: key("refused later"), entry: after.entry)
        for (text, entry) in [("before", before), ("alias", before), ("after", after)] {
            #expect(try store.find(tenScope, key: key(text))?.entry.id == entry.entry)
        }
        #expect(try store.find(tenScope, key: key("new")) == nil)
        #expect(try store.refused(scope: before.scope, key: key("refused")) == [before.entry])
        #expect(try store.refused(scope: before.scope, key: key("refused later")) == [after.entry])
        #expect(try store.refused(scope: before.scope, key: key("new")).isEmpty)
        _ = try await store.forget([before.entry])
        #expect(try store.find(tenScope, key: key("alias")) == nil)
        let again = try await store.insert(newEntry("before"))
        #expect(try store.find(tenScope, key: key("before"))?.entry.id == again.entry)
        await store.close()
    }
}
