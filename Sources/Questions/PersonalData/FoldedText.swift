/// A text as bytes to look for forms in: digits of all scripts and full-width signs as ASCII, invisible characters left
/// out, so that spelling something otherwise does not hide it.
struct FoldedText {
    /// Something found, by positions in `bytes`.
    struct Match {
        let kind: PersonalData.Kind
        let range: Range<Int>
    }

    /// A letter of another script, and any other sign that ASCII has not.
    static let otherLetter: UInt8 = 0xFF
    static let otherSign: UInt8 = 0xFE

    let bytes: [UInt8]
    /// Where each byte's character begins in the original, with the original's length behind; empty: where it is here.
    private let starts: [Int]

    init(_ text: String) {
        var text = text
        let plain = text.withUTF8 { utf8 in unsafe utf8.allSatisfy { $0 < 0x80 } ? unsafe Array(utf8) : nil }
        if let plain {
            bytes = plain
            starts = []
            return
        }
        var bytes: [UInt8] = []
        var starts: [Int] = []
        var offset = 0
        for scalar in text.unicodeScalars {
            if let byte = Self.folded(scalar) {
                bytes.append(byte)
                starts.append(offset)
            }
            offset += UTF8.width(scalar)
        }
        self.bytes = bytes
        self.starts = starts + [offset]
    }

    /// Nil for what cannot be seen.
    private static func folded(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.isASCII { return UInt8(scalar.value) }
        switch scalar.value {
        case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xFE00...0xFE0F: return nil
        case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return UInt8(ascii: " ")
        case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63: return UInt8(ascii: "-")
        case 0x2018, 0x2019: return UInt8(ascii: "'")
        case 0x201C...0x201F: return UInt8(ascii: "\"")
        case 0xFF01...0xFF5E: return UInt8(scalar.value - 0xFEE0)
        case 0xFE6B: return UInt8(ascii: "@")
        default: break
        }
        if scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue {
            return UInt8(ascii: "0") + UInt8(value)
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return nil
        case _ where !scalar.properties.isAlphabetic: return otherSign
        default:
            // Without its accents: `é` is `e`.
            let base = String(scalar).decomposed.unicodeScalars.first!
            return base.isASCII ? UInt8(base.value) : otherLetter
        }
    }

    /// Where something found stands in the original's UTF-8.
    func original(_ range: Range<Int>) -> Range<Int> {
        if starts.isEmpty { return range }
        // Invisible characters before what follows belong to what was found.
        return starts[range.lowerBound]..<starts[range.upperBound]
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The byte at a position; 0 beyond either end.
    subscript(position: Int) -> UInt8 { position >= 0 && position < bytes.count ? bytes[position] : 0 }

    /// The end of the run of bytes from a position on that meet a condition, at most so many.
    func end(from position: Int, atMost count: Int = .max, where isIn: (UInt8) -> Bool) -> Int {
        var end = position
        while end < bytes.count, end - position < count, isIn(bytes[end]) { end += 1 }
        return end
    }

    /// Whether lower-case words stand at a position, in any case.
    func has(_ words: String, at position: Int) -> Bool {
        guard position + words.utf8.count <= bytes.count else { return false }
        return zip(bytes[position...], words.utf8).allSatisfy { $0.lowered == $1 }
    }

    /// The words before a position in lower case, the nearest first, of which three within reach count.
    func wordsBefore(_ position: Int) -> [String] {
        var words: [String] = []
        var end = position
        let reach = max(0, position - 40)
        while words.count < 3 {
            while end > reach, !bytes[end - 1].isLetter { end -= 1 }
            var start = end
            while start > reach, bytes[start - 1].isLetter { start -= 1 }
            if start == end { break }
            words.append(text(start..<end).lowercased())
            end = start
        }
        return words
    }

    /// Whether a word that says what a number is stands before it.
    func isCalled(_ names: Set<String>, at position: Int) -> Bool {
        wordsBefore(position).contains(where: names.contains)
    }
}

extension UInt8 {
    var isUppercase: Bool { (0x41...0x5A).contains(self) }
    /// Of any script.
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) || self == FoldedText.otherLetter }
    var isWord: Bool { isDigit || isLetter }
    var isHex: Bool { isDigit || (0x61...0x66).contains(self | 0x20) && self < 0x80 }
    var lowered: UInt8 { isUppercase ? self | 0x20 : self }
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
    /// Of a digit.
    var digit: Int { Int(self) - 0x30 }
}
