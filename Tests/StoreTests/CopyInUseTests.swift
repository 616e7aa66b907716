import Support
import TestPostgres
import Testing

@testable import Store

/// Copying a store that changes meanwhile.
@Suite(.enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct CopyInUseTests {
    static let kinds: [StoreKind] = [.sqlite, .postgres]

    @Test(arguments: kinds) func whatHasChangedIsFollowed(from kind: StoreKind) async throws {
        let (source, target) = (CopyPlace(kind), CopyPlace(kind == .sqlite ? .postgres : .sqlite))
        try await source.fill()
        let live = try source.open()
        let first = try await target.follow(source)
        #expect(!first.isFinished)
        #expect(first.copied == first.rows && first.rows > 20)
        #expect(#expect(throws: StoreError.self) { try target.open() }?.code == .unfinishedCopy)

        // An entry made anew under another number, one edited, one whose alias goes to another, and sums that grow.
        _ = try await live.insert(newEntry("question 2", "another", tags: ["new"], vector: vector(2)), policy: .replace)
        #expect(try await live.edit(EntryID(rawValue: 3), EntryChange(answer: "better")))
        _ = try await live.insert(newEntry("alias", "its own", vector: vector(21)), policy: .replace)
        try await live.add(ledgerBatch(at: Timestamp(milliseconds: 3_600_000)))
        live.noteHit(EntryID(rawValue: 1), saved: Money(nanodollars: 1))
        // A scope that goes with its last entry, and comes back under another number.
        let lonely = ScopeKey(tenant: "ten", name: "other", digest: Digest(of: "model"))
        let alone = try await live.insert(newEntry("alone", scope: lonely, vector: vector(30)))
        let second = try await target.follow(source)
        #expect(!second.isFinished && second.changed > 0 && second.removed > 0)
        try await live.forget([alone.entry])
        _ = try await live.insert(newEntry("alone", "again", scope: lonely, vector: vector(31)))
        await live.close()

        let last = try await target.follow(source)
        #expect(last.isFinished && last.leftBehind == 0)
        let contents = try await target.contents()
        #expect(try await source.contents() == contents)
        #expect(contents.findings == [])
    }

    @Test func nothingNewIsNothingDone() async throws {
        let (source, target) = (CopyPlace(.sqlite), CopyPlace(.postgres))
        try await source.fill()
        let live = try source.open()
        _ = try await target.follow(source)
        await live.close()
        let report = try await target.follow(source)
        #expect(report.isFinished)
        #expect((report.copied, report.changed, report.removed, report.lastPass) == (0, 0, 0, 0))
    }

    /// Random changes before each step of several copies, the last of which has the source to itself.
    @Test(arguments: kinds, 1...3 as ClosedRange<UInt64>)
    func randomChanges(from kind: StoreKind, seed: UInt64) async throws {
        let other: StoreKind = kind == .sqlite ? .postgres : .sqlite
        let (source, target) = (CopyPlace(kind), CopyPlace(seed % 2 == 0 ? kind : other))
        var random = SplitMix64(seed: seed)
        let live = try source.open()
        for _ in 0..<60 { try await change(live, &random) }
        for _ in 0..<3 {
            let report = try await target.follow(source) { (_) async throws(StoreError) in
                for _ in 0..<2 { try await change(live, &random) }
            }
            #expect(!report.isFinished)
            for _ in 0..<10 { try await change(live, &random) }
        }
        await live.close()
        let report = try await target.follow(source)
        #expect(report.isFinished && report.leftBehind == 0)
        let contents = try await target.contents()
        #expect(try await source.contents() == contents)
        #expect(contents.findings == [])
    }

    private func change(_ store: Store, _ random: inout SplitMix64) async throws(StoreError) {
        let number = Int.random(in: 0..<20, using: &random)
        let (text, time) = ("text \(number)", Timestamp(milliseconds: Int64(number) * 1_800_000))
        let name = ["", "faq", "Ä"].randomElement(using: &random)!
        let scope = ScopeKey(tenant: "ten", name: name, digest: Digest(of: "model"))
        let entry = try store.entries(limit: 100).randomElement(using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4:
            let tags = Bool.random(using: &random) ? ["t", "Ä \(number)"] : []
            _ = try await store.insert(
                newEntry(text, "answer \(random.next() % 3)", tags: tags, scope: scope, vector: vector(number)),
                policy: Bool.random(using: &random) ? .replace : .keep)
        case 4, 5: if let entry { try await store.forget([entry.id]) }
        case 6, 7:
            guard let entry else { break }
            _ = try await store.addAlias(to: entry.id, text: text, key: key(text), source: .confirmed)
            let vector = NewEntry.Vector(embedder: embedder, components: vector(number))
            _ = try await store.addAliasVector(to: entry.id, key: key(text), vector)
        case 8: if let entry { _ = try await store.removeAliases(of: entry.id, source: .confirmed) }
        case 9: try await store.add(ledgerBatch(at: time))
        case 10:
            guard let entry else { break }
            store.noteHit(entry.id, saved: Money(nanodollars: 1))
            try await store.refuse(scope: entry.scope, key: key(text), entry: entry.id, text: text)
        default: try await store.add(Rating(tenant: "t", kind: .label, subject: text, time: time))
        }
    }
}
