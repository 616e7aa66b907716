import Support
import Testing

@testable import Cache

/// Mini is asked only where what is saved is more than it costs, its time included.
@Suite struct LatencyPriceTests {
    /// An answer of $0.01 that is the right one with P = 0.5, at $0.001 for asking.
    @Test(arguments: [(0, 1), (0.0039, 1), (0.0041, 0)])
    func waitingHasItsPrice(waiting: Double, asked: Int) {
        let options: [(probability: Double, answer: Money?)] = [(0.5, Money(nanodollars: 10_000_000))]
        let worth = Economics.worthAsking(options, waiting: waiting) { _ in Money(nanodollars: 1_000_000) }
        #expect(worth == asked)
    }

    @Test func whereAPriceIsUnknownSoIsThatOfWaiting() {
        #expect(Economics.worthAsking([(0.5, nil)], waiting: 100) { _ in nil } == 1)
    }

    @Test func mostIsSavedByAsManyAsPay() {
        let options: [(probability: Double, answer: Money?)] = [0.5, 0.3, 0.001].map {
            ($0, Money(nanodollars: 10_000_000))
        }
        let asking: (Int) -> Money? = { Money(nanodollars: Int64(1_000_000 + 100_000 * $0)) }
        #expect(Economics.worthAsking(options, waiting: 0, asking: asking) == 2)
    }

    @Test func theCacheCountsTheTimeThatMiniTakes() async throws {
        try await withBench { bench in
            var parts = bench.cache.parts
            #expect(bench.cache.priceOfWaiting == 0)
            parts.economics = Economics(Bench.prices, latencyPrice: 0.5)
            let cache = SemanticCache(parts)
            #expect(cache.priceOfWaiting == 0.5, "a second is assumed")
            var receipt = Receipt(.miss)
            receipt.latency.confirm = 200
            cache.metrics.record(receipt)
            #expect(abs(cache.priceOfWaiting - 0.1) < 1e-6)
        }
    }
}
