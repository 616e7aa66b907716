import Glibc
import Support
import Testing

@testable import Store

/// One database for each schema version ever released is kept in `Tests/Fixtures/store`, and each must open.
@Suite struct FixtureTests {
    private static var folder: String {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(2)
        return parts.joined(separator: "/") + "/Fixtures/store"
    }

    @Test(arguments: 1...Schema.version) func opensWhatAReleaseWrote(version: Int) async throws {
        let bytes = readFile(FixtureTests.folder + "/v\(version).db")
        try #require(!bytes.isEmpty, "make it: see makesTheFixture")
        let scratch = Scratch()
        writeFile(scratch.database, bytes)
        let store = try scratch.open(clock: TestClock(5_000).clock)
        #expect(
            try store.read { (connection) throws(StoreError) in
                try connection.number("PRAGMA user_version")
            } == Int64(Schema.version))
        #expect(try store.integrityCheck() == [])

        let scope = try #require(try store.scope(tenScope))
        let wording = try #require(try store.wording(scope: scope, key: key("How do I reset the device?")))
        let entry = try #require(try store.entry(wording.entry))
        #expect(entry.answer == "Hold the button for ten seconds.")
        #expect(entry.tags == ["device", "reset"])
        #expect(entry.boundary == 0.875)
        #expect(entry.expires == Timestamp(milliseconds: 9_000_000_000_000))
        #expect(entry.created == Timestamp(milliseconds: 1_000))
        #expect(entry.cost == Money(nanodollars: 56))
        #expect(entry.hits == 2)
        #expect(try store.aliases(of: entry.id).map(\.text) == ["Resetting?"])
        #expect(try store.refused(scope: scope, key: key("How do I start it?")) == [entry.id])
        let words = version >= 4 ? "How do I start it?" : nil
        #expect(try store.refusals(of: entry.id).map(\.text) == [words])
        #expect(try store.feedback(on: entry.id).map(\.comment) == ["thanks"])
        var vectors: [EntryID: [Float]] = [:]
        try store.vectors(embedder) { _, entry, _, components in
            vectors[entry] = components.indices.map { components[$0] }
        }
        #expect(vectors == [entry.id: vector(1)])
        let statistics = try store.statistics()
        #expect([statistics.entries, statistics.hits] == [2, 2])
        try checkLedger(store, version)

        try checkLearned(store, version, EntryPlace(scope: scope, entry: entry.id))
        try checkRecorded(store, version, EntryPlace(scope: scope, entry: entry.id))

        let runs = try store.planRuns(tenant: "acme", limit: 9)
        #expect(runs.map(\.status) == (version >= 3 ? [.failed] : []))
        if let run = runs.first { #expect(try store.planSteps(of: run.id) == [0: #"{"step":"choice"}"#]) }

        // And it can be written to.
        #expect(try await store.insert(newEntry("new")).change == .inserted)
        #expect(
            try await store.insert(newEntry("How do I reset the device?", "Pull the plug.")).change
                == .replaced(entry.id))
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    private static func observation(of place: EntryPlace) -> Observation {
        Observation(
            scope: place.scope, entry: place.entry, source: .verdict, logOdds: 0.5, same: 0.75, propensity: 0.125)
    }

    private static func decision(of place: EntryPlace) -> DecisionRecord {
        DecisionRecord(
            time: Timestamp(milliseconds: 1_900), scope: place.scope, key: key("How do I restart it?"),
            text: "How do I restart it?", action: .miss, propensity: 0.5,
            candidates: [
                DecisionRecord.Candidate(
                    entry: place.entry, similarity: 0.75, logOdds: 0.5, probability: 0.625, lowerBound: 0.5,
                    features: [0.25])
            ])
    }

    private static let tagChanges = TagChanges(
        tenant: "ten", tag: "device", changes: 0.5, exposureSeconds: 60, observations: 2,
        time: Timestamp(milliseconds: 1_900))

    private func checkRecorded(_ store: Store, _ version: Int, _ place: EntryPlace) throws {
        var decisions = try store.decisions(tenant: nil, limit: 9)
        for index in decisions.indices { decisions[index].id = 0 }
        #expect(decisions == (version >= 5 ? [Self.decision(of: place)] : []))
        #expect(try store.tagChanges() == (version >= 5 ? [Self.tagChanges] : []))
    }

    private func checkLearned(_ store: Store, _ version: Int, _ place: EntryPlace) throws {
        var observations: [Observation] = []
        try store.observations { observation, _ in observations.append(observation) }
        #expect(observations == (version >= 4 ? [Self.observation(of: place)] : []))
        var vectors: [EntryID: [Float]] = [:]
        try store.aliasVectors(embedder) { _, entry, alias, components in
            vectors[entry] = components.indices.map { components[$0] }
            #expect((try? store.aliasText(alias)) == "Resetting?")
        }
        #expect(vectors == (version >= 4 ? [place.entry: vector(2)] : [:]))
    }

    private func checkLedger(_ store: Store, _ version: Int) throws {
        let statistics = try store.statistics()
        guard version >= 2 else {
            #expect(statistics.calls == 1 && statistics.spent == Money(nanodollars: 25))
            return
        }
        // The sums, as ledgerBatch has them, and the one call without an origin.
        #expect(statistics.calls == 2 && statistics.spent == Money(nanodollars: 25 + 7))
        let extract = try store.ledger(hours: 0..<1, tenant: nil, label: "ticket")
        #expect(extract.requests.values.map(\.values) == [Array(1...13)])
        #expect(extract.labelCalls.values.map(\.values) == [Array(1...9)])
        #expect(extract.ratings.map(\.subject) == ["ticket=1"])
        #expect(
            try store.requestRow("req_1", tenant: "ten")?.labels == [Label("ticket", "1"), Label("session", "a=b")])
        #expect(try store.requestRow("req_1", tenant: "another") == nil)
    }

    /// Run once before a schema version is released, with `REFRAIN_MAKE_FIXTURE=1`.
    @Test(.enabled(if: unsafe getenv("REFRAIN_MAKE_FIXTURE") != nil)) func makesTheFixture() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(1_000).clock)
        let place = try await store.insert(
            newEntry(
                "How do I reset the device?", "Hold the button for ten seconds.", tags: ["reset", "device"],
                expires: 9_000_000_000_000, vector: vector(1)))
        _ = try await store.insert(newEntry("Is it waterproof?", "No."))
        #expect(
            try await store.addAlias(to: place.entry, text: "Resetting?", key: key("Resetting?"), source: .confirmed))
        _ = try await store.addAliasVector(
            to: place.entry, key: key("Resetting?"), NewEntry.Vector(embedder: embedder, components: vector(2)))
        try await store.record([FixtureTests.observation(of: EntryPlace(scope: place.scope, entry: place.entry))])
        try await keep(FixtureTests.decision(of: EntryPlace(scope: place.scope, entry: place.entry)), in: store)
        try await store.put([FixtureTests.tagChanges])
        try await store.refuse(
            scope: place.scope, key: key("How do I start it?"), entry: place.entry, text: "How do I start it?")
        _ = try await store.setBoundary(place.entry, 0.875)
        try await store.record(
            Feedback(entry: place.entry, verdict: .good, comment: "thanks", time: Timestamp(milliseconds: 2_000)))
        store.record(
            Call(
                time: Timestamp(milliseconds: 1_500), role: "mini", model: "small-1", purpose: "confirm",
                entry: place.entry, promptTokens: 100, completionTokens: 5, cost: Money(nanodollars: 25),
                latencyMilliseconds: 300))
        try await store.add(ledgerBatch(at: Timestamp(milliseconds: 1_600)))
        try await store.add(
            Rating(tenant: "ten", kind: .label, subject: "ticket=1", time: Timestamp(milliseconds: 1_700)))
        let run = try await store.begin(
            PlanRunRow(
                tenant: "acme", plan: "route", created: Timestamp(milliseconds: 1_000), definition: "{}", request: "{}")
        )
        try await store.note(run, position: 0, record: #"{"step":"choice"}"#)
        _ = try await store.change(run, from: [.running], to: .failed, result: "{}")
        for _ in 0..<2 { store.noteHit(place.entry, saved: Money(nanodollars: 56)) }
        await store.close()
        writeFile(FixtureTests.folder + "/v\(Schema.version).db", readFile(scratch.database))
    }
}
