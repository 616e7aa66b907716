import Support
import Testing

@testable import Questions

@Suite struct NormalizationTests {
    @Test(arguments: [
        ("plain", "plain", "plain"), ("", "", ""), ("cafe\u{301}", "caf\u{E9}", "cafe\u{301}"),
        // The marks' order is the standard's, not the writer's.
        ("q\u{307}\u{323}", "q\u{323}\u{307}", "q\u{323}\u{307}"),
        // Ångström's sign is the letter; a fullwidth letter is not the plain one.
        ("\u{212B}", "\u{C5}", "A\u{30A}"), ("\u{FF21}", "\u{FF21}", "\u{FF21}"),
        // Hangul composes by rule, a composition exclusion does not compose.
        ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}", "\u{1112}\u{1161}\u{11AB}"),
        ("\u{958}", "\u{915}\u{93C}", "\u{915}\u{93C}"), ("a\u{0}e\u{301}", "a\u{0}\u{E9}", "a\u{0}e\u{301}"),
        ("\u{1F469}\u{200D}\u{1F52C}", "\u{1F469}\u{200D}\u{1F52C}", "\u{1F469}\u{200D}\u{1F52C}"),
    ])
    func isTheStandards(_ text: String, _ composed: String, _ decomposed: String) {
        #expect(Array(text.composed.unicodeScalars) == Array(composed.unicodeScalars))
        #expect(Array(text.decomposed.unicodeScalars) == Array(decomposed.unicodeScalars))
    }

    /// Swift compares strings by canonical equivalence, with tables of its own.
    @Test(arguments: UInt64(1)...4) func agreesWithSwift(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let text = randomText(length: 40, using: &random)
            #expect(text.composed == text && text.decomposed == text, "\(text.debugDescription)")
            #expect(text.decomposed.composed.utf8.elementsEqual(text.composed.utf8))
            #expect(text.composed.decomposed.utf8.elementsEqual(text.decomposed.utf8))
        }
    }
}
