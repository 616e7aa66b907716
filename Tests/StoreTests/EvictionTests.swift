import Support
import Testing

@testable import Store

/// Which entries go first when there is no room.
@Suite struct EvictionTests {
    private struct Row {
        var cost: Int64?
        var hits: Int64 = 0
        /// Seconds since it was made, and since it was used last.
        var age: Int64
        var idle: Int64?
        var isImported = false
    }

    private static let now: Int64 = 1_000_000_000

    private static func add(_ row: Row, _ name: String, to store: Store) async throws -> EntryID {
        var new = newEntry(name, created: now - row.age * 1_000)
        new.cost = row.cost.map { Money(nanodollars: $0) }
        if row.isImported { new.origin = .imported }
        let id = try await store.insert(new).entry
        if row.hits > 0 {
            let note = HitNote(
                hits: row.hits, lastHit: Timestamp(milliseconds: now - (row.idle ?? row.age) * 1_000), saved: .zero)
            try await store.write { (connection) throws(StoreError) in try connection.add([id: note]) }
        }
        return id
    }

    /// The first goes before the second.
    @Test(
        .bothStores,
        arguments: [
            (Row(cost: 100, age: 60), Row(cost: 200, age: 60)),
            (Row(cost: 100, age: 60), Row(cost: 100, age: 30)),
            (Row(cost: 100, hits: 1, age: 60), Row(cost: 100, hits: 5, age: 60)),
            (Row(cost: 100, hits: 3, age: 600, idle: 500), Row(cost: 100, hits: 3, age: 600, idle: 5)),
            // A dear answer that nobody asks for any more goes before a cheap one that is in use.
            (Row(cost: 1_000, hits: 1, age: 9_000, idle: 9_000), Row(cost: 100, hits: 20, age: 9_000, idle: 100)),
            // A price that is not known is a middling one: here 150.
            (Row(cost: 100, age: 60), Row(cost: nil, age: 60)), (Row(cost: nil, age: 60), Row(cost: 200, age: 60)),
            // What a person put in goes last.
            (Row(cost: 900, hits: 9, age: 1), Row(cost: 1, age: 9_000, isImported: true)),
        ])
    private func ranks(first: Row, second: Row) async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(Self.now).clock)
        for (index, cost) in [100, 200].enumerated() {
            _ = try await Self.add(
                Row(cost: Int64(cost), hits: 99, age: 1, isImported: true), "other \(index)", to: store)
        }
        let later = try await Self.add(second, "second", to: store)
        let sooner = try await Self.add(first, "first", to: store)
        let ids = try store.leastValuable(4, now: Timestamp(milliseconds: Self.now))
        #expect(try #require(ids.firstIndex(of: sooner)) < #require(ids.firstIndex(of: later)))
        await store.close()
    }

    @Test(.bothStores) func aTenantsOwnGoForIt() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        var other = tenScope
        other.tenant = "other"
        for index in 0..<5 { _ = try await store.insert(newEntry("q\(index)", scope: index < 3 ? tenScope : other)) }
        #expect(try store.tenants(withMoreThan: 2) == ["ten": 3] && store.tenants(withMoreThan: 3) == [:])
        let ids = try store.leastValuable(10, of: "other", now: Timestamp(milliseconds: Self.now))
        #expect(try Set(ids.map { try store.entry($0)?.question }) == ["q3", "q4"])
        #expect(try store.extent().entries == 5 && store.extent().bytes > 0)
        await store.close()
    }

    /// Questions by Zipf's law, of which the popular ones change, at answers' prices that differ.
    private struct Stream {
        private var random = SplitMix64(seed: 7)
        private var names = Array(0..<3_000)
        private var next = 3_000
        private var prices: [Int: Int64] = [:]
        private let cumulative: [Double]

        init() {
            var sum = 0.0
            cumulative = (1...3_000).map { rank in
                sum += 1 / Double(rank)
                return sum
            }
        }

        mutating func draw() -> (question: Int, price: Int64) {
            if Int.random(in: 0..<20, using: &random) == 0 {
                names[Int.random(in: 0..<50, using: &random)] = next
                next += 1
            }
            let point = Double.random(in: 0..<cumulative.last!, using: &random)
            let question = names[cumulative.firstIndex { $0 > point }!]
            let price = prices[question] ?? 100 * Int64(1 << Int.random(in: 0..<6, using: &random))
            prices[question] = price
            return (question, price)
        }
    }

    private static let room = 200
    private static let requests = 4_000

    /// What is saved by keeping those used last.
    private static func savedByRecency() -> Int64 {
        var stream = Stream()
        var lastUse: [Int: Int] = [:]
        var saved: Int64 = 0
        for time in 0..<requests {
            let (question, price) = stream.draw()
            if lastUse[question] != nil { saved += price }
            lastUse[question] = time
            if lastUse.count > room {
                for (old, _) in lastUse.sorted(by: { $0.value < $1.value }).prefix(room / 20) { lastUse[old] = nil }
            }
        }
        return saved
    }

    @Test func whatIsKeptSavesMoreThanWhatWasUsedLast() async throws {
        let scratch = Scratch()
        let clock = TestClock(0)
        let store = try scratch.open(clock: clock.clock)
        var stream = Stream()
        var ids: [Int: EntryID] = [:]
        var saved: Int64 = 0
        for time in 0..<Self.requests {
            let now = Int64(time) * 1_000
            clock.set(now)
            let (question, price) = stream.draw()
            if let id = ids[question] {
                saved += price
                let note = HitNote(hits: 1, lastHit: Timestamp(milliseconds: now), saved: .zero)
                try await store.write { (connection) throws(StoreError) in try connection.add([id: note]) }
                continue
            }
            var new = newEntry("question \(question)", created: now)
            new.cost = Money(nanodollars: price)
            ids[question] = try await store.insert(new).entry
            if ids.count > Self.room {
                let gone = Set(try store.leastValuable(Self.room / 20, now: Timestamp(milliseconds: now)))
                try await store.forget(Array(gone))
                ids = ids.filter { !gone.contains($0.value) }
            }
        }
        let byRecency = Self.savedByRecency()
        #expect(Double(saved) > 1.05 * Double(byRecency), "\(saved) against \(byRecency)")
        #expect(try store.extent().entries == ids.count)
        await store.close()
    }
}
