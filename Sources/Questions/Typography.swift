/// Characters that a keyboard, a phone or a word processor writes differently for the same purpose.
enum Typography {
    /// The plain form of a typographic quote or dash; nil for a character without width that only guides layout.
    static func straight(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "\u{200B}", "\u{2060}", "\u{FEFF}", "\u{00AD}": nil  // zero-width space, word joiner, mark, soft hyphen
        case "\u{2018}", "\u{2019}", "\u{02BC}", "\u{2032}": "'"
        case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2033}": "\""
        case "\u{2010}"..."\u{2015}", "\u{2212}": "-"
        default: scalar
        }
    }
}

/// Properties with a short way for ASCII: the tables behind `properties` cost more than all else in a reading.
extension Unicode.Scalar {
    var isSpace: Bool { isASCII ? value == 0x20 || (9...13).contains(value) : properties.isWhitespace }

    var isLetter: Bool {
        isASCII ? (0x61...0x7A).contains(value | 0x20) : properties.isAlphabetic
    }

    var isCased: Bool { isASCII ? isLetter : properties.isCased }

    var isLetterOrDigit: Bool {
        isLetter || (isASCII ? (0x30...0x39).contains(value) : properties.numericType != nil)
    }

    var isASCIIDigit: Bool { (0x30...0x39).contains(value) }

    var isLowercaseLetter: Bool { isASCII ? (0x61...0x7A).contains(value) : properties.isLowercase }

    var isUppercaseLetter: Bool { isASCII ? (0x41...0x5A).contains(value) : properties.isUppercase }
}

/// Properties of a byte of UTF-8.
extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    /// Of ASCII.
    var isPlainLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
}
