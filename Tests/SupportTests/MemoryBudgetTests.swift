import Support
import Testing

@Suite struct MemoryBudgetTests {
    @Test func readsWhatTheProcessTakes() {
        let usage = MemoryBudget.usage()
        #expect(usage.resident > 1 << 20)
        #expect(usage.addresses >= usage.resident)
        #expect(usage.anonymous > 0 && usage.anonymous <= usage.resident)
        #expect(usage.data > 0)
    }

    @Test func theTightestBoundIsTheOneWithTheLeastRoom() throws {
        let wide = MemoryBudget.Bound("wide", limit: 1_000, used: 100, reserve: 0)
        let narrow = MemoryBudget.Bound("narrow", limit: 2_000, used: 1_500, reserve: 200)
        #expect(MemoryBudget { [wide, narrow] }.tightest == narrow)
        #expect(narrow.room == 300)
        #expect(MemoryBudget { [] }.tightest == nil)
        let configured = try #require(MemoryBudget(bytesMax: 1).tightest)
        #expect(configured.room < 0)
        #expect(MemoryBudget(bytesMax: 1).isConfigured)
        #expect(!MemoryBudget().isConfigured)
    }
}
