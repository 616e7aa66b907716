import Support
import Testing

@testable import Store

/// What is remembered of a store is what would be read again.
@Suite struct FreshnessTests {
    private static let one = EntryID(rawValue: 1)
    private static let two = EntryID(rawValue: 2)

    @Test func aCommitConcernsWhatItNames() {
        let freshness = Freshness()
        let start = freshness.commits
        #expect(freshness.holds(Self.one, since: start) && freshness.holds(since: start))
        freshness.note(.nothing)
        freshness.note(.entries([Self.two]))
        #expect(freshness.holds(Self.one, since: start) && freshness.holds(since: start))
        #expect(!freshness.holds(Self.two, since: start))
        let later = freshness.commits
        #expect(freshness.holds(Self.two, since: later))
        freshness.note(.everything)
        #expect(!freshness.holds(Self.one, since: later) && !freshness.holds(since: later))
        #expect(freshness.holds(Self.two, since: freshness.commits))
    }

    @Test func tooManyChangedEntriesAreAll() {
        let freshness = Freshness()
        let start = freshness.commits
        let many = (10..<10 + Int64(Limits.changedEntriesRememberedMax)).map(EntryID.init(rawValue:))
        freshness.note(.entries(Set(many)))
        #expect(freshness.holds(Self.one, since: start))
        freshness.note(.entries([Self.two]))
        #expect(!freshness.holds(Self.one, since: start))
        #expect(freshness.holds(Self.one, since: freshness.commits))
    }

    @Test func reachesAddUp() {
        var reach = Reach.nothing
        reach.add(Self.one)
        reach.formUnion(.entries([Self.two]))
        guard case .entries(let entries) = reach, entries == [Self.one, Self.two] else {
            Issue.record("\(reach)")
            return
        }
        reach.formUnion(.everything)
        reach.add(Self.one)
        guard case .everything = reach else {
            Issue.record("\(reach)")
            return
        }
    }

    @Test(.bothStores) func countersChangeNothingThatIsRemembered() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await store.insert(newEntry("one"))
        let before = store.freshness.commits
        store.record(Call(time: store.clock.now, role: "full", model: "m", purpose: "answer"))
        try await store.add(ledgerBatch(at: store.clock.now))
        _ = try await store.insert(newEntry("two"))
        _ = try await store.addAlias(to: place.entry, text: "uno", key: key("uno"), source: .confirmed)
        try await store.refuse(scope: place.scope, key: key("three"), entry: place.entry)
        #expect(store.freshness.commits > before)
        #expect(store.freshness.holds(place.entry, since: before) && store.freshness.holds(since: before))
        #expect(try await store.setBoundary(place.entry, 0.9))
        #expect(!store.freshness.holds(place.entry, since: before))
        await store.close()
    }

    /// Any writes in any order, of a few entries under a few wordings; after each, all is asked for.
    @Test(.bothStores, arguments: UInt64(1)...4)
    func whatIsRememberedIsWhatIsRead(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let scratch = Scratch()
        let clock = TestClock(1_000)
        let store = try scratch.open(clock: clock.clock)
        try store.learnWordings()
        var world = World(store: store)
        for step in 0..<120 {
            clock.set(1_000 + Int64(step) * 100)
            let write = try await world.write(using: &random)
            try world.check("seed \(seed), step \(step): \(write)")
        }
        await store.close()
    }

    private struct World {
        let store: Store
        var ids: [EntryID] = []
        var aliases: [(id: AliasVectorID, entry: EntryID)] = []
        var records: [EntryRecord] = []
        let texts = (0..<6).map { "question \($0)" }

        mutating func write(using random: inout SplitMix64) async throws -> String {
            let text = texts.randomElement(using: &random)!
            let id = ids.randomElement(using: &random) ?? EntryID(rawValue: 1)
            let number = Int.random(in: 0..<3, using: &random)
            let ends = Int64.random(in: 500...20_000, using: &random)
            switch Int.random(in: 0..<14, using: &random) {
            case 0...3:
                let new = newEntry(
                    text, "answer \(number)", tags: ["t\(number)"], expires: number == 0 ? ends : nil,
                    vector: vector(number))
                let outcome = try await store.insert(new, policy: Bool.random(using: &random) ? .replace : .keep)
                ids.append(outcome.entry)
                return "insert \(text): \(outcome.change)"
            case 4:
                let batch = (0..<2).map { newEntry(texts[$0], "answer \(number)") }
                ids += try await store.insert(batch: batch).map { try $0.get().entry }
                return "insert a batch"
            case 5:
                let change = EntryChange(
                    answer: "edited \(number)", tags: ["e\(number)"], expiry: .at(.init(milliseconds: ends)))
                return "edit \(id): \(try await store.edit(id, change))"
            case 6: return "renew \(id): \(try await store.renew(id, expires: .init(milliseconds: ends)))"
            case 7: return "boundary of \(id): \(try await store.setBoundary(id, Double(number) / 4))"
            case 8:
                let isAdded = try await store.addAlias(to: id, text: text, key: key(text), source: .confirmed)
                let made = NewEntry.Vector(embedder: embedder, components: vector(number))
                if let alias = try await store.addAliasVector(to: id, key: key(text), made) {
                    aliases.append((alias, id))
                }
                return "alias \(text) of \(id): \(isAdded)"
            case 9: return "no aliases of \(id): \(try await store.removeAliases(of: id, source: .confirmed))"
            case 10:
                guard let entry = try store.entry(id) else { return "nothing" }
                let isGone = try await store.removeAlias(scope: entry.scope, key: key(text), of: id)
                return "no alias \(text) of \(id): \(isGone)"
            case 11:
                if let record = try store.record(of: id) { records.append(record) }
                return "forget \(id): \(try await store.forget([id]).count)"
            case 12:
                guard let record = records.randomElement(using: &random) else { return "nothing" }
                return "restore \(record.id): \(try await store.restore(record))"
            default: return "remove what has expired: \(try await store.removeExpired(store.clock.now).count)"
            }
        }

        func check(_ comment: String) throws {
            for text in texts {
                let found = try store.find(tenScope, key: key(text))
                let read = try store.read { (connection) throws(StoreError) -> Found? in
                    guard let scope = try connection.scopeID(tenScope),
                        let wording = try connection.wording(scope: scope, key: key(text)),
                        let entry = try connection.entry(wording.entry)
                    else { return nil }
                    return Found(wording: wording, entry: entry)
                }
                #expect(found?.wording == read?.wording && found?.entry == read?.entry, "\(text) after \(comment)")
            }
            for part in stride(from: 0, to: ids.count, by: Limits.candidatesJudgedMax) {
                let ids = Array(ids[part..<min(part + Limits.candidatesJudgedMax, ids.count)])
                let found = try store.candidates(ids)
                for (id, entry) in zip(ids, found) { #expect(try entry == store.entry(id), "\(id) after \(comment)") }
            }
            for (id, entry) in aliases {
                #expect(try store.aliasText(id, of: entry) == store.aliasText(id), "\(id) after \(comment)")
            }
            let scope = try store.read { (connection) throws(StoreError) in try connection.scopeID(tenScope) }
            #expect(try store.scope(tenScope) == scope, "after \(comment)")
        }
    }
}
