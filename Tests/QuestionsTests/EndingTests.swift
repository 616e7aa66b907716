import Support
import Testing

@testable import Questions

@Suite struct EndingTests {
    private static let endings = ["s", "es", "ly", "ing", "'s", "n't", ".com", "ss"]

    @Test(arguments: UInt64(1)...4)
    func anEndingIsTheStandardOne(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<2_000 {
            let ending = Self.endings.randomElement(using: &random)!
            // Some end with it, some with a part of it, or with something that joins it.
            let joined = ["", "\u{301}", "\u{600}", "\r", "\u{200D}"].randomElement(using: &random)!
            let part = ending.suffix(Int.random(in: 0...4, using: &random))
            let text = randomText(length: 6, using: &random) + joined + part
            let marked = text + (Bool.random(using: &random) ? "" : "\u{301}")
            #expect(marked.hasEnding(ending) == marked.hasSuffix(ending), "\(marked.debugDescription) \(ending)")
        }
    }
}
