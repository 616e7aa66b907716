import Testing

@testable import Evaluation

@Suite struct SeededGeneratorTests {
    /// SplitMix64's published first numbers for the seed 1234567.
    @Test func theNumbersAreThoseOfSplitMix() {
        var generator = SeededGenerator(rawState: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }

    @Test func aSeedDeterminesAndAPurposeSetsApart() {
        func draws(_ seed: UInt64, _ purpose: UInt64) -> [UInt64] {
            var generator = SeededGenerator(seed: seed, purpose: purpose)
            return (0..<10).map { _ in generator.next() }
        }
        #expect(draws(1, 0) == draws(1, 0))
        #expect(Set([draws(1, 0), draws(2, 0), draws(1, 1), draws(2, 1)]).count == 4)
    }

    @Test func numbersAreWithinTheirBoundsAndEvenlySpread() {
        var generator = SeededGenerator(seed: 3)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7_000 {
            counts[generator.below(7)] += 1
            let unit = generator.unit()
            #expect(unit >= 0 && unit < 1)
        }
        // Five standard deviations of a count of mean 1,000.
        for count in counts { #expect(abs(count - 1_000) < 150) }
    }

    @Test func aShuffleKeepsEveryElement() {
        var generator = SeededGenerator(seed: 4)
        for count in 0..<20 {
            var elements = Array(0..<count)
            generator.shuffle(&elements)
            #expect(elements.sorted() == Array(0..<count))
        }
    }
}
