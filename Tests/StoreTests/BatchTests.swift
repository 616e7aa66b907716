import Support
import Synchronization
import Testing

@testable import Store

/// What is stored together becomes what it would have become one by one.
@Suite(.bothStores) struct BatchTests {
    private let texts = (0..<9).map { "text \($0)" }
    private let scopes = [
        tenScope, ScopeKey(tenant: "ten", name: "other", digest: Digest(of: "model")),
        ScopeKey(tenant: "another", name: "faq", digest: Digest(of: "model")),
    ]

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func aBatchIsItsEntriesInOrder(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let scratches = [Scratch(), Scratch()]
        let clock = TestClock(0)
        let stores = try scratches.map { try $0.open(clock: clock.clock) }
        for step in 0..<8 {
            clock.set(Int64(step))
            let batch = (0..<Int.random(in: 1...20, using: &random)).map { _ in new(step, &random) }
            let policy: InsertPolicy = Bool.random(using: &random) ? .keep : .replace
            let together = await stores[0].insert(batch: batch, policy: policy)
            var singly: [Result<InsertOutcome, StoreError>] = []
            for new in batch { singly += await stores[1].insert(batch: [new], policy: policy) }
            #expect(together.map(outcome) == singly.map(outcome))
            for store in stores { try await disturb(store, together, seed: seed &+ UInt64(step)) }
            #expect(try contents(stores[0]) == contents(stores[1]))
        }
        #expect(try stores[0].integrityCheck() == stores[1].integrityCheck(), "the same wordings are damaged")
        for store in stores { await store.close() }
    }

    /// An entry that may be there already, or be alike, or break a limit.
    private func new(_ step: Int, _ random: inout SplitMix64) -> NewEntry {
        var new = newEntry(
            texts.randomElement(using: &random)!, "answer \(Int.random(in: 0..<3, using: &random))",
            tags: ["a", "b", "a"].filter { _ in Bool.random(using: &random) },
            scope: scopes.randomElement(using: &random)!,
            expires: [nil, nil, Int64(step) + 2].randomElement(using: &random)!,
            vector: Bool.random(using: &random) ? vector(step) : nil)
        if Int.random(in: 0..<8, using: &random) == 0 { new.vector?.components[0] += 1 }
        return new
    }

    /// Gives an entry an alias and damages a wording, the same in each store.
    private func disturb(
        _ store: Store, _ outcomes: [Result<InsertOutcome, StoreError>], seed: UInt64
    ) async throws {
        var random = SplitMix64(seed: seed)
        let stored = outcomes.compactMap { try? $0.get() }
        guard let some = stored.randomElement(using: &random) else { return }
        let text = texts.randomElement(using: &random)!
        _ = try await store.addAlias(to: some.entry, text: text, key: key(text), source: .manual)
        let damaged = key(texts.randomElement(using: &random)!)
        try await store.write { (connection) throws(StoreError) in
            try connection.run(
                "UPDATE wordings SET created = created + 1 WHERE scope = ?1 AND key = ?2",
                [.integer(some.scope.rawValue), .blob(damaged.bytes)])
        }
    }

    private func outcome(_ result: Result<InsertOutcome, StoreError>) -> String {
        switch result {
        case .success(let outcome): "\(outcome)"
        case .failure(let error): "\(error.code)"
        }
    }

    private func contents(_ store: Store) throws -> [String] {
        var lines = try store.entries(limit: 1_000).map { "\($0)" }
        try store.vectors(embedder) {
            lines.append("vector of \($1) in \($0) until \(String(describing: $2)): \($3[0])")
        }
        for scope in scopes {
            guard let id = try store.scope(scope) else { continue }
            lines += try texts.map {
                "\($0) in \(id): \(String(describing: try store.wording(scope: id, key: key($0))))"
            }
        }
        return lines.sorted()
    }

    /// Has the store refuse an entry for a reason that only shows in the database.
    private func refuse(_ question: String, in store: Store) async throws {
        try await store.write { (connection) throws(StoreError) in
            switch connection.dialect {
            case .sqlite:
                try connection.run(
                    """
                    CREATE TRIGGER refusal BEFORE INSERT ON entries WHEN NEW.question = '\(question)'
                    BEGIN SELECT RAISE(ABORT, 'refused'); END
                    """)
            case .postgres: try connection.run("ALTER TABLE entries ADD CHECK (question <> '\(question)')")
            }
        }
    }

    @Test func oneThatTheDatabaseRefusesFailsAlone() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        try await refuse("no", in: store)
        let words = ["one", "no", "two", "one", "no", "three"]
        let outcomes = await store.insert(batch: words.map { newEntry($0, vector: vector(1)) })
        #expect(outcomes.map { try? $0.get().change } == [.inserted, nil, .inserted, .unchanged, nil, .inserted])
        #expect(try store.entries(limit: 9).map(\.question).sorted() == ["one", "three", "two"])
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func callersWhoseEntriesShareACommitFailAlone() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        try await refuse("no", in: store)
        let gate = Gate()
        let words = ["one", "no", "two", "three"]
        let changes = await withTaskGroup(of: (Int, InsertOutcome.Change?).self) { group in
            for (index, word) in words.enumerated() {
                group.addTask {
                    await gate.wait()
                    return (index, try? await store.insert(newEntry(word)).change)
                }
            }
            gate.open()
            var changes = [InsertOutcome.Change?](repeating: nil, count: words.count)
            for await (index, change) in group { changes[index] = change }
            return changes
        }
        #expect(changes == [.inserted, nil, .inserted, .inserted])
        await store.close()
    }

    @Test func insertsNextToEachOtherAreOneStep() {
        func inserting(_ count: Int) -> Write {
            let insertion = Insertion(new: newEntry("q"), policy: .keep, now: .init(milliseconds: 1))
            return Write(inserting: Array(repeating: insertion, count: count), done: { _, _ in }, fail: { _ in })
        }
        let other = Write(work: { _ in {} }, fail: { _ in })
        let most = Limits.insertsPerCommitMax
        let cases: [(writes: [Write], steps: [Int])] = [
            ([], []), ([other, other], [1, 1]), ([inserting(1), inserting(2), inserting(3)], [3]),
            ([inserting(1), other, inserting(1), inserting(1)], [1, 1, 2]),
            ([inserting(most), inserting(1), inserting(most - 1), inserting(1)], [1, 2, 1]),
        ]
        for (writes, steps) in cases { #expect(Write.steps(of: writes).map(\.count) == steps) }
    }

    @Test func rowsGoInFewStatements() {
        let cases: [(rows: Int, parts: [Int])] = [
            (0, []), (1, [1]), (10, [8, 2]), (64, [64]), (199, [64, 64, 64, 4, 2, 1]),
        ]
        for (rows, parts) in cases { #expect(RowList.parts(Array(0..<rows)).map(\.count) == parts) }
        #expect(RowList.sql(2, columns: 2, from: 1) == "(?3, ?4), (?5, ?6)")
        #expect(RowList.sql(1, columns: 2) { "\($0):\($1)" } == "(0:?1, 1:?2)")
    }
}
