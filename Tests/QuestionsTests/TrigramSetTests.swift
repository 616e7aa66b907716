import Support
import Testing

@testable import Questions

@Suite struct TrigramSetTests {
    /// The same by the standard library's sets.
    private static func model(_ pieces: [String], bytesMax: Int) -> Set<[UInt8]> {
        let bytes = Array(pieces.joined(separator: " ").utf8.prefix(bytesMax))
        return Set(bytes.indices.dropLast(2).map { Array(bytes[$0...$0 + 2]) })
    }

    @Test(arguments: UInt64(1)...6) func sharesWhatTheModelShares(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let bytesMax = [1, 3, 16, 512].randomElement(using: &random)!
            let texts = (0..<2).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    Bool.random(using: &random)
                        ? ["", "a", "ab", "the", "then", "\0\0\0"].randomElement(using: &random)!
                        : randomText(length: 20, using: &random)
                }
            }
            let sets = texts.map { TrigramSet(of: $0, bytesMax: bytesMax) }
            let models = texts.map { Self.model($0, bytesMax: bytesMax) }
            for (set, model) in zip(sets, models) { #expect(set.count == model.count) }
            #expect(sets[0].sharedCount(with: sets[1]) == models[0].intersection(models[1]).count, "\(texts)")
        }
    }

    @Test func aLongTextIsCutOff() {
        let set = TrigramSet(of: [String(repeating: "abc", count: 1_000)] + (0..<500).map(String.init), bytesMax: 512)
        #expect(set.count == 3)
    }
}
