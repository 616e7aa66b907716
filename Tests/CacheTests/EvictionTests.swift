import Search
import Store
import Support
import Testing

@testable import Cache

@Suite struct EvictionTests {
    @Test(arguments: [
        (Capacity(), 1_000, 1_000, 0), (Capacity(entriesMax: 100), 100, 1, 0), (Capacity(entriesMax: 100), 101, 1, 6),
        (Capacity(entriesMax: 1), 3, 1, 2), (Capacity(bytesMax: 1_000), 10, 1_000, 0),
        (Capacity(bytesMax: 1_000), 100, 2_000, 53), (Capacity(bytesMax: 1), 3, 1_000, 3),
        (Capacity(bytesMax: 1), 0, 1_000, 0), (Capacity(entriesMax: 100, bytesMax: 1_000), 101, 2_000, 54),
    ])
    func surplus(capacity: Capacity, entries: Int, bytes: Int, expected: Int) {
        #expect(capacity.surplus(entries: entries, bytes: bytes) == expected)
    }

    /// Whatever is done, the indexes hold the vectors of exactly the entries that are stored.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func indexAndStoreNeverDisagree(seed: UInt64) async throws {
        let bench = try Bench(
            hasMini: false, timeToLiveSeconds: 500, capacity: Capacity(entriesMax: 25, tenantEntriesMax: 20))
        var random = SplitMix64(seed: seed)
        let words = ["red", "blue", "door", "house", "key", "open", "paint", "sell", "why", "where", "bolt", "hinge"]
        for step in 0..<150 {
            bench.change { $0.now = $0.now + Int64.random(in: 0..<20, using: &random) }
            let question = (0..<4).map { _ in words.randomElement(using: &random)! }.joined(separator: " ")
            let scope = Bool.random(using: &random) ? "a" : "b"
            let stored = try bench.store.entries(EntryFilter(), after: nil, limit: 1_000)
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<7: _ = try await bench.ask(question, scope: scope, answer: "answer \(step)")
            case 7:
                var directives = Query.Directives()
                directives.mayRead = false
                _ = try await bench.ask(
                    stored.randomElement(using: &random)?.question ?? question, scope: scope, directives: directives)
            case 8: if let entry = stored.randomElement(using: &random) { _ = try await bench.cache.forget([entry.id]) }
            case 9: _ = try await bench.cache.removeExpired()
            case 10:
                if let entry = stored.randomElement(using: &random) {
                    _ = try await bench.cache.feedback(
                        Feedback(entry: entry.id, verdict: .bad, time: Timestamp(milliseconds: 0)))
                }
            default:
                _ = try await bench.cache.evict()
                #expect(try bench.store.extent().entries <= 20)
            }
            try check(bench)
        }
        #expect(bench.cache.metrics.snapshot.evicted > 0)
        await bench.close()
    }

    private func check(_ bench: Bench) throws {
        let stored = try bench.store.entries(EntryFilter(), after: nil, limit: 1_000)
        #expect(bench.cache.indexes.count == stored.count)
        var vectors = 0
        _ = try bench.store.vectors(bench.cache.embedderKey) { scope, entry, _, vector in
            vectors += 1
            let found = bench.cache.indexes.index(of: scope)?.search(vector, floor: 0.999, limit: 50) ?? []
            #expect(found.contains { $0.id == entry.rawValue })
        }
        #expect(vectors == stored.count)
    }
}
