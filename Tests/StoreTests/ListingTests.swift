import Support
import Testing

@testable import Store

@Suite(.bothStores) struct ListingTests {
    private func filled(_ scratch: Scratch) async throws -> Store {
        let store = try scratch.open(clock: TestClock().clock)
        let other = ScopeKey(tenant: "two", name: "chat", digest: Digest(of: "model"))
        let entries = [
            newEntry("How do I reset?", "Press 100%", tags: ["device"], created: 10),
            newEntry("Where is it?", "Under the RESET key", tags: ["device", "place"], created: 20, expires: 500),
            newEntry("Who?", "Nobody", created: 30, expires: 2_000_000),
            newEntry("How do I reset?", "Ask", tags: ["place"], scope: other, created: 40),
        ]
        for outcome in await store.insert(batch: entries) { _ = try outcome.get() }
        return store
    }

    @Test(
        arguments: [
            (EntryFilter(), [1, 2, 3, 4]),
            (EntryFilter(tenant: "ten"), [1, 2, 3]),
            (EntryFilter(tenant: "none"), []),
            (EntryFilter(scopeName: "chat"), [4]),
            (EntryFilter(tag: "place"), [2, 4]),
            (EntryFilter(tag: "plac"), []),
            (EntryFilter(olderThan: Timestamp(milliseconds: 30)), [1, 2]),
            (EntryFilter(text: "reset"), [1, 2, 4]),
            (EntryFilter(text: "0%"), [1]),
            (EntryFilter(text: "_"), []),
            (EntryFilter(tenant: "ten", scopeName: "faq", tag: "device", text: "reset"), [1, 2]),
            (
                EntryFilter(
                    tenant: "ten", scopeName: "faq", tag: "device", olderThan: Timestamp(milliseconds: 20), text: "how"),
                [1]
            ),
        ] as [(EntryFilter, [Int64])])
    func filtersListAndForgetTheSame(filter: EntryFilter, expected: [Int64]) async throws {
        let scratch = Scratch()
        let store = try await filled(scratch)
        for limit in 1...5 {
            var listed: [Int64] = []
            while true {
                let after = listed.last.map(EntryID.init(rawValue:))
                let page = try store.entries(filter, after: after, limit: limit)
                listed += page.map(\.id.rawValue)
                if page.count < limit { break }
            }
            #expect(listed == expected)
        }
        #expect(try await store.forget(filter).map(\.entry.rawValue) == expected)
        #expect(try store.entries(limit: 9).map(\.id.rawValue) == [1, 2, 3, 4].filter { !expected.contains($0) })
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func forgettingLeavesNothingThatRefersToTheEntry() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await store.insert(newEntry("q", tags: ["t"], vector: vector(1)))
        #expect(try await store.addAlias(to: place.entry, text: "p", key: key("p"), source: .manual))
        try await store.refuse(scope: place.scope, key: key("x"), entry: place.entry)
        try await store.record(Feedback(entry: place.entry, verdict: .bad, time: Timestamp(milliseconds: 1)))
        store.noteHit(place.entry, saved: .zero)
        _ = try await store.setBoundary(place.entry, 0.9)
        try await store.forget([place.entry, EntryID(rawValue: 99)])
        let rows = try store.read { (connection) throws(StoreError) in
            var rows: [String: Int64] = [:]
            for table in Table.all { rows[table.name] = try connection.number("SELECT count(*) FROM \(table.name)") }
            return rows.filter { $0.value > 0 }
        }
        #expect(rows == ["embedders": 1, "totals": 2])
        await store.close()
    }

    @Test func forgetsInStepsBeyondOneCommit() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let count = Limits.removalsPerCommitMax * 2 + 1
        let new = (0..<count).map { newEntry("question \($0)") }
        for outcome in await store.insert(batch: new) { _ = try outcome.get() }
        #expect(try await store.forget(EntryFilter()).count == count)
        #expect(try store.statistics().entries == 0)
        #expect(try store.statistics().scopes == 0)
        await store.close()
    }

    @Test func removesWhatHasExpired() async throws {
        let scratch = Scratch()
        let store = try await filled(scratch)
        #expect(try await store.removeExpired(Timestamp(milliseconds: 499)) == [])
        #expect(try await store.removeExpired(Timestamp(milliseconds: 500)).map(\.entry.rawValue) == [2])
        #expect(try await store.removeExpired(Timestamp(milliseconds: 9_000_000)).map(\.entry.rawValue) == [3])
        #expect(try store.entries(limit: 9).map(\.id.rawValue) == [1, 4])
        await store.close()
    }

    @Test func vectorsComeInOrderAndOnlyOfTheirEmbedder() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let other = EmbedderKey(name: "test", dimension: 4)
        var ids: [EntryID] = []
        for index in 0..<5 {
            let entry = newEntry(
                "q\(index)", expires: index == 2 ? 9_000_000_000_000 : nil, vector: index == 3 ? nil : vector(index))
            ids.append(try await store.insert(entry).entry)
        }
        #expect(try store.entriesWithoutVector(embedder, limit: 9).map(\.place.entry) == [ids[3]])
        #expect(try store.entriesWithoutVector(embedder, limit: 9).map(\.question) == ["q3"])
        #expect(try store.entriesWithoutVector(other, limit: 2).map(\.place.entry) == Array(ids[..<2]))
        #expect(try store.entriesWithoutVector(other, after: ids[1], limit: 9).map(\.place.entry) == Array(ids[2...]))

        // Later than its successors, and again for one that has one; the one that does not exist is passed over.
        try await store.addVectors(
            embedder, [(ids[3], vector(3)), (ids[0], vector(100)), (EntryID(rawValue: 99), vector(1))])
        try await store.addVectors(other, [(ids[4], vector(4, dimension: 4))])
        var found: [(EntryID, [Float])] = []
        var ends: [Timestamp?] = []
        let dropped = try store.vectors(embedder) { _, entry, expires, components in
            found.append((entry, components.indices.map { components[$0] }))
            ends.append(expires)
        }
        #expect(dropped == [])
        #expect(found.map(\.0) == ids)
        #expect(found.map(\.1) == [100, 1, 2, 3, 4].map { vector($0) })
        #expect(ends.map { $0 != nil } == [false, false, true, false, false])
        var others: [EntryID] = []
        try store.vectors(other) { _, entry, _, _ in others.append(entry) }
        #expect(others == [ids[4]])
        try store.vectors(EmbedderKey(name: "none", dimension: 8)) { _, _, _, _ in
            Issue.record("a vector of an embedder that made none")
        }
        let error = await #expect(throws: StoreError.self) {
            try await store.addVectors(embedder, [(ids[0], vector(0)), (ids[1], [1, 1, 1, 1, 1, 1, 1, 1])])
        }
        #expect(error?.code == .invalid)
        await store.close()
    }
}
