import Support
import Testing

@testable import Questions

@Suite struct SymbolTests {
    private static let words = [
        "", "a", "b", "ab", "ba", "a\0", "\0", "\0\0", "fifteen letters", "sixteen  letters", "sixteen  letterz",
        "caf\u{E9}", "cafe", "\u{D55C}\u{AD6D}", String(repeating: "x", count: 15), String(repeating: "x", count: 16),
        String(repeating: "x", count: 17), String(repeating: "é", count: 7), String(repeating: "é", count: 8),
    ]

    @Test(arguments: words) func twoWordsHaveTwoSymbols(word: String) {
        for other in Self.words { #expect((Symbol(word) == Symbol(other)) == (word == other), "\(other)") }
        #expect(Symbol(word) != .none)
    }

    @Test(arguments: ["caf\u{E9}", "\u{D55C}\u{AD6D}", "\u{1E9B}\u{323} and more letters"])
    func aLetterMayBeComposedEitherWay(word: String) {
        #expect(Symbol(word.composed) == Symbol(word.decomposed))
    }

    @Test(arguments: UInt64(1)...3) func symbolsHaveAnOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = (0..<100).map { _ in randomText(length: 20, using: &random) }
        let sorted = words.map { Symbol($0) }.sorted()
        #expect(words.shuffled(using: &random).map { Symbol($0) }.sorted() == sorted)
        #expect(Set(sorted).count == Set(words).count)
    }
}
