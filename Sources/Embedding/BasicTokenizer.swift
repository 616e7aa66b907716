@_spi(_Unicode) import Swift

/// BERT's basic tokenizer: cleans a text, strips accents, lowers case and splits at spaces and punctuation.
///
/// Scalars go in one by one, words come out. What it does to each scalar is what the `BertNormalizer` and the
/// `BertPreTokenizer` of Hugging Face's tokenizers do, whose Unicode tables are of certain versions (`BertUnicode`).
struct BasicTokenizer {
    /// A word, normalised.
    struct Word {
        /// UTF-8, cut after `scalarsMax` scalars.
        fileprivate(set) var bytes: [UInt8] = []
        /// How many scalars it has, those cut off included.
        fileprivate(set) var scalars = 0

        /// Scalars beyond which WordPiece does not look at a word.
        static let scalarsMax = 100

        fileprivate mutating func append(_ scalar: Unicode.Scalar) {
            scalars += 1
            guard scalars <= Word.scalarsMax else { return }
            if scalar.isASCII {
                bytes.append(UInt8(scalar.value))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }

    private var word = Word()
    /// Combining marks that wait for canonical order, each with its class above its value.
    private var marks: [UInt64] = []

    mutating func read(_ scalar: Unicode.Scalar, _ take: (Word) -> Void) {
        if BertUnicode.isDropped(scalar) { return }
        if scalar.properties.isWhitespace { return endWord(take) }
        guard !scalar.isASCII else { return emit(scalar, take) }
        let isIdeograph = BertUnicode.isIdeograph(scalar)
        if isIdeograph { endWord(take) }
        if BertUnicode.isDecomposed(scalar) {
            for part in String(Character(scalar))._nfd { order(part, take) }
        } else {
            order(scalar, take)
        }
        if isIdeograph { endWord(take) }
    }

    /// Ends the word begun; the next scalar starts a new one.
    mutating func endWord(_ take: (Word) -> Void) {
        emitMarks(take)
        guard word.scalars > 0 else { return }
        take(word)
        word.bytes.removeAll(keepingCapacity: true)
        word.scalars = 0
    }

    /// Puts combining marks into canonical order (Unicode 3.11, D109) and drops those that are accents.
    private mutating func order(_ scalar: Unicode.Scalar, _ take: (Word) -> Void) {
        let combiningClass = BertUnicode.combiningClass(scalar)
        if combiningClass > 0 {
            // The sort must keep marks of one class in their order, so that the position is part of the key.
            marks.append(UInt64(combiningClass) << 56 | UInt64(marks.count) << 24 | UInt64(scalar.value))
        } else {
            emitMarks(take)
            if !BertUnicode.isAccent(scalar) { emit(scalar, take) }
        }
    }

    private mutating func emitMarks(_ take: (Word) -> Void) {
        guard !marks.isEmpty else { return }
        marks.sort()
        let ordered = marks
        marks.removeAll(keepingCapacity: true)
        for mark in ordered {
            let scalar = Unicode.Scalar(UInt32(mark & 0xFF_FFFF))!
            if !BertUnicode.isAccent(scalar) { emit(scalar, take) }
        }
    }

    private mutating func emit(_ scalar: Unicode.Scalar, _ take: (Word) -> Void) {
        emitMarks(take)
        if BertUnicode.isPunctuation(scalar) {
            endWord(take)
            word.append(scalar)
            endWord(take)
        } else if scalar.isASCII {
            word.append(scalar.properties.isUppercase ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
        } else {
            for lowered in scalar.properties.lowercaseMapping.unicodeScalars { word.append(lowered) }
        }
    }
}
