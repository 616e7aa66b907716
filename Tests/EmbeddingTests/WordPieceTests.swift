import Foundation
import Support
import Testing

@testable import Embedding

@Suite struct WordPieceTests {
    @Test func idsAreTheReferencesForEveryText() throws {
        let tokenizer = try Reference.model().tokenizer
        #expect(Reference.texts.count >= 300)
        for (number, reference) in Reference.texts.enumerated() {
            #expect(
                tokenizer.encode(reference.text) == reference.ids,
                "line \(number + 1): \(reference.text.debugDescription)")
        }
    }

    /// Every code point there is, a block of 4,096 at a time, by the digest of its words.
    @Test func everyScalarIsTreatedAsTheReferenceTreatsIt() throws {
        let lines = try String(contentsOf: Reference.folder.appending(path: "scalars.txt"), encoding: .utf8)
            .split(separator: "\n")
        #expect(lines.count == 0x110000 >> 12)
        for line in lines {
            let fields = line.split(separator: " ")
            let block = UInt32(fields[0], radix: 16)!
            var words: [UInt8] = []
            var tokenizer = BasicTokenizer()
            func take(_ word: BasicTokenizer.Word) { words += word.bytes + [0x20] }
            for scalar in (block << 12..<(block + 1) << 12).compactMap({ Unicode.Scalar($0) }) {
                for part in ["x", scalar, "y", " "] { tokenizer.read(part, take) }
            }
            tokenizer.endWord(take)
            #expect(Digest(of: words).hex.prefix(16) == fields[1], "block \(fields[0])000")
        }
    }

    static let vocabulary = try! Vocabulary(
        Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\na\n##a\ne\u{301}\né\n##\n##é\n,\n".utf8),
        path: "vocab.txt")

    @Test(arguments: [
        ("unaffable", [2, 5, 6, 7, 3]),
        ("UNAFFABLE", [2, 5, 6, 7, 3]),
        ("unaffablex", [2, 1, 3]),
        ("affable", [2, 1, 3]),
        ("aaa a", [2, 8, 9, 9, 8, 3]),
        ("a,a", [2, 8, 14, 8, 3]),
        ("", [2, 3]),
        ("[SEP]", [2, 3, 3]),
        ("a[MASK]a", [2, 8, 4, 8, 3]),
        // Accents are stripped: neither spelling of é is ever looked up.
        ("é", [2, 1, 3]),
    ])
    func wordsAreCutIntoTheLongestPieces(_ text: String, _ ids: [Int32]) {
        #expect(WordPiece(vocabulary: Self.vocabulary).encode(text) == ids)
    }

    @Test func spellingsThatStringsHoldForEqualAreDifferentPieces() {
        #expect(Self.vocabulary.longestPiece(Array("é".utf8)[...], continues: false)?.id == 11)
        #expect(Self.vocabulary.longestPiece(Array("e\u{301}".utf8)[...], continues: false)?.id == 10)
        #expect(Self.vocabulary.longestPiece(Array("é".utf8)[...], continues: true)?.id == 13)
    }

    @Test func aTextIsCutAt256Tokens() {
        let ids = WordPiece(vocabulary: Self.vocabulary).encode(String(repeating: "a ", count: 10_000))
        #expect(ids == [2] + [Int32](repeating: 8, count: 254) + [3])
        let pieces = WordPiece(vocabulary: Self.vocabulary).encode(
            String(repeating: "a ", count: 253) + "unaffable")
        #expect(pieces.suffix(3) == [8, 5, 3])
        #expect(pieces.count == 256)
    }

    @Test func manyMarksOnOneLetterTakeNoQuadraticTime() {
        let marks = String(repeating: "\u{301}\u{323}", count: 500_000)
        #expect(WordPiece(vocabulary: Self.vocabulary).encode("a" + marks + " a") == [2, 8, 8, 3])
    }

    @Test func aVocabularyWithoutItsMarkersIsRefused() {
        let error = #expect(throws: EmbeddingError.self) { try Vocabulary(Array("[PAD]\n[UNK]\na\n".utf8), path: "/v") }
        #expect(error?.kind == .modelDamaged)
        #expect(error?.description.contains("/v") == true)
    }
}
