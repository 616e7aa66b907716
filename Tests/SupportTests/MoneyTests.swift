import Testing

@testable import Support

@Suite struct MoneyTests {
    @Test func sumsAreExact() {
        var sum = Money.zero
        for _ in 0..<1_000_000 { sum += Money(nanodollars: 100) }
        #expect(sum == Money(nanodollars: 100_000_000))
        #expect(sum.dollars == 0.1)
        #expect(sum - sum == .zero)
        #expect(Money(nanodollars: 3) + Money(nanodollars: -5) == Money(nanodollars: -2))
    }

    @Test func amountsHaveAnOrder() {
        #expect(Money(nanodollars: -1) < .zero)
        #expect(Money.zero < Money(nanodollars: 1))
        #expect(!(Money.zero < .zero))
    }
}
