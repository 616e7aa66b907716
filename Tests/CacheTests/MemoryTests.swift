import Cache
import Store
import Support
import Synchronization
import Testing

@Suite struct MemoryTests {
    private func bench(_ bound: SharedBound, configured: Bool, _ body: (Bench) async throws -> Void) async throws {
        let bench = try Bench(
            memoryBudget: MemoryBudget(bytesMax: configured ? bound.value.withLock { $0.limit } : nil) {
                [bound.value.withLock { $0 }]
            })
        do { try await body(bench) } catch {
            await bench.close()
            throw error
        }
        await bench.close()
    }

    private final class SharedBound: Sendable {
        let value: Mutex<MemoryBudget.Bound>

        init(limit: Int, used: Int, reserve: Int = 0) {
            value = Mutex(MemoryBudget.Bound("a test's limit", limit: limit, used: used, reserve: reserve))
        }

        func use(_ bytes: Int) {
            value.withLock {
                $0 = MemoryBudget.Bound($0.name, limit: $0.limit, used: bytes, reserve: $0.reserve)
            }
        }
    }

    @Test func withoutMemoryNothingIsStoredAndAllElseGoesOn() async throws {
        let bound = SharedBound(limit: 1_000, used: 500, reserve: 100)
        try await bench(bound, configured: false) { bench in
            _ = try await bench.ask("What is stored?")
            bound.use(900)
            let reply = try await bench.ask("What is not?", answer: "It is answered.")
            #expect(reply.answer == "It is answered.")
            #expect(!reply.receipt.isStored)
            #expect(await bench.lookup("What is stored?").receipt.outcome == .exact)
            #expect(bench.cache.metrics.snapshot.memoryRefusals == 1)
            let scope = Bench.query("", "", .init()).scope
            let entry = NewEntry(
                scope: scope, key: SemanticCache.key(of: "a"), question: "a", answer: "b", origin: .imported)
            let refused = await bench.cache.insert([entry], policy: .replace)
            guard case .failure(let error) = refused[0] else { return #expect(Bool(false), "it was stored") }
            #expect(error.code == .noMemory)
            #expect(error.description.contains("a test's limit"))
            bound.use(899)
            #expect(try await bench.ask("What is not?").receipt.isStored)
        }
    }

    @Test func entriesMakeRoomWhereTheSettingsBoundTheMemory() async throws {
        let bound = SharedBound(limit: 1 << 20, used: 0)
        try await bench(bound, configured: true) { bench in
            for number in 0..<200 { _ = try await bench.ask("What is number \(number)?") }
            let before = bench.cache.indexes.count
            #expect(try await bench.cache.evict() == 0)
            bound.use((1 << 20) / 8 * 7 + (10 << 10))
            let gone = try await bench.cache.evict()
            #expect(gone > 0)
            // Not more than a twentieth at once: what the process takes falls late.
            #expect(gone <= before / 20 + 1)
            #expect(bench.cache.indexes.count == before - gone)
            #expect(bench.cache.metrics.snapshot.evicted == gone)
        }
    }

    @Test func entriesDoNotGoForWhatOthersTake() async throws {
        let bound = SharedBound(limit: 1 << 30, used: 1 << 30)
        try await bench(bound, configured: true) { bench in
            bound.use(0)
            for number in 0..<20 { _ = try await bench.ask("What is number \(number)?") }
            bound.use(1 << 30)
            #expect(try await bench.cache.evict() == 0)
            #expect(try bench.store.statistics().entries == 20)
        }
    }

    @Test func aStartWithoutMemoryServesExactWordings() async throws {
        let bound = SharedBound(limit: 1_000, used: 0)
        try await bench(bound, configured: false) { bench in
            _ = try await bench.ask("What is stored?")
            bound.use(1_000)
            let again = SemanticCache(bench.cache.parts)
            #expect(try again.load() == [])
            #expect(again.indexes.count == 0)
            #expect(await again.lookup(Bench.query("What is stored?", "", .init())).receipt.outcome == .exact)
            bound.use(0)
            let third = SemanticCache(bench.cache.parts)
            _ = try third.load()
            #expect(third.indexes.count == 1)
        }
    }
}
