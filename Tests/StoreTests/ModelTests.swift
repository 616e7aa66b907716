import Support
import Testing

@testable import Store

/// The store against a dictionary, through random operations and reopenings.
@Suite(.bothStores) struct ModelTests {
    private struct Model {
        struct Entry: Equatable {
            var question: String
            var answer: String
            var tags: [String]
            var expires: Int64?
            var boundary: Double?
            var hasVector: Bool
        }

        var entries: [EntryID: Entry] = [:]
        /// The entry and whether the wording is an alias.
        var wordings: [String: (entry: EntryID, isAlias: Bool)] = [:]
        var refusals: [String: Set<EntryID>] = [:]

        mutating func remove(_ id: EntryID) {
            entries[id] = nil
            wordings = wordings.filter { $0.value.entry != id }
            refusals = refusals.mapValues { $0.subtracting([id]) }
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func randomOperations(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let scratch = Scratch()
        let clock = TestClock(0)
        var store = try scratch.open(clock: clock.clock)
        var model = Model()
        let texts = (0..<12).map { "text \($0)" }
        var known: [EntryID] = []
        for step in 0..<150 {
            clock.set(Int64(step))
            let text = texts.randomElement(using: &random)!
            let id = known.randomElement(using: &random) ?? EntryID(rawValue: 77)
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7:
                let new = newEntry(
                    text, "answer \(Int.random(in: 0..<3, using: &random))",
                    tags: Bool.random(using: &random) ? ["t"] : [],
                    expires: Bool.random(using: &random) ? Int64(step + 40) : nil,
                    vector: Bool.random(using: &random) ? vector(step) : nil)
                let policy: InsertPolicy = Bool.random(using: &random) ? .keep : .replace
                let outcome = try await store.insert(new, policy: policy)
                apply(new, policy, now: Int64(step), outcome, to: &model)
                known.append(outcome.entry)
            case 7..<10:
                let added = try await store.addAlias(to: id, text: text, key: key(text), source: .confirmed)
                #expect(added == (model.entries[id] != nil && model.wordings[text] == nil))
                if added { model.wordings[text] = (id, true) }
            case 10..<12:
                guard let scope = try store.scope(tenScope) else { break }
                try await store.refuse(scope: scope, key: key(text), entry: id)
                if model.entries[id] != nil { model.refusals[text, default: []].insert(id) }
            case 12:
                let removed = try await store.forget([id])
                #expect(removed.map(\.entry) == (model.entries[id] == nil ? [] : [id]))
                model.remove(id)
            case 13:
                let due = model.entries.filter { $0.value.expires.map { $0 <= step } ?? false }.keys.sorted()
                #expect(try await store.removeExpired(Timestamp(milliseconds: Int64(step))).map(\.entry) == due)
                for id in due { model.remove(id) }
            case 14:
                let boundary = Double(step) / 200
                #expect(try await store.setBoundary(id, boundary) == (model.entries[id] != nil))
                model.entries[id]?.boundary = boundary
            case 15:
                try await store.addVectors(embedder, [(id, vector(step))])
                model.entries[id]?.hasVector = true
            case 16:
                let aliases = model.wordings.filter { $0.value.entry == id && $0.value.isAlias }.keys
                #expect(try await store.removeAliases(of: id, source: .confirmed) == aliases.count)
                for alias in aliases { model.wordings[alias] = nil }
            case 17:
                await store.close()
                store = try scratch.open(clock: clock.clock)
            default:
                try check(store, model, texts)
            }
        }
        try check(store, model, texts)
        #expect(try store.integrityCheck() == [])
        #expect(store.corruptRows == 0)
        await store.close()
    }

    private func apply(
        _ new: NewEntry, _ policy: InsertPolicy, now: Int64, _ outcome: InsertOutcome, to model: inout Model
    ) {
        let fresh = Model.Entry(
            question: new.question, answer: new.answer, tags: new.tags, expires: new.expires?.milliseconds,
            boundary: nil, hasVector: new.vector != nil)
        if let wording = model.wordings[new.question], let old = model.entries[wording.entry] {
            let isExpired = old.expires.map { $0 <= now } ?? false
            let isSame = old.answer == new.answer && old.tags == new.tags
            if !isExpired && (isSame || policy == .keep) {
                let renews = isSame && policy == .replace && old.expires != fresh.expires
                #expect(outcome.change == (!isSame ? .kept : renews ? .renewed : .unchanged))
                #expect(outcome.entry == wording.entry)
                if renews { model.entries[wording.entry]!.expires = fresh.expires }
                if !wording.isAlias && fresh.hasVector { model.entries[wording.entry]!.hasVector = true }
                return
            }
            if isExpired || !wording.isAlias {
                #expect(outcome.change == .replaced(wording.entry))
                model.remove(wording.entry)
            } else {
                #expect(outcome.change == .inserted)
            }
        } else {
            #expect(outcome.change == .inserted)
        }
        #expect(model.entries.keys.allSatisfy { $0 < outcome.entry }, "numbers grow")
        model.entries[outcome.entry] = fresh
        model.wordings[new.question] = (outcome.entry, false)
    }

    private func check(_ store: Store, _ model: Model, _ texts: [String]) throws {
        let entries = try store.entries(limit: 1_000)
        let ids = model.entries.keys.sorted()
        #expect(entries.map(\.id) == ids)
        var embedded: Set<EntryID> = []
        try store.vectors(embedder) { scope, entry, expires, _ in
            embedded.insert(entry)
            #expect(expires?.milliseconds == model.entries[entry]?.expires)
        }
        for entry in entries {
            let stored = Model.Entry(
                question: entry.question, answer: entry.answer, tags: entry.tags,
                expires: entry.expires?.milliseconds, boundary: entry.boundary, hasVector: embedded.contains(entry.id))
            #expect(stored == model.entries[entry.id])
        }
        #expect(
            try store.entriesWithoutVector(embedder, limit: 1_000).map(\.place.entry)
                == ids.filter { !embedded.contains($0) })
        let scope = try store.scope(tenScope)
        #expect((scope == nil) == model.entries.isEmpty)
        for text in texts {
            let wording = try scope.flatMap { try store.wording(scope: $0, key: key(text)) }
            #expect(wording?.entry == model.wordings[text]?.entry)
            #expect(wording?.isAlias == model.wordings[text]?.isAlias)
            let refused = try scope.map { try store.refused(scope: $0, key: key(text)) } ?? []
            #expect(refused == model.refusals[text] ?? [])
            // Twice: the second time from memory.
            for _ in 0..<2 {
                let (found, known) = try store.look(tenScope, key: key(text))
                let expected = model.wordings[text]
                #expect(found?.wording == wording && found?.entry.id == expected?.entry)
                #expect(found?.entry.answer == expected.flatMap { model.entries[$0.entry]?.answer })
                #expect(found?.entry.boundary == expected.flatMap { model.entries[$0.entry]?.boundary })
                #expect(known == (found == nil ? refused : nil))
            }
        }
    }
}
