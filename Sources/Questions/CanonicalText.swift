/// The form of a question under which two spellings of the same words are one: the key of the exact match.
///
/// Folded: Unicode composition (NFC), case, white space, typographic quotes and dashes, and the punctuation that ends a
/// sentence. Kept: a text that looks like code, as it is; the case of options, paths and quoted texts (`-r` is not
/// `-R`), and of words that mean something else in capitals (`US`, `Windows`, `Mb`); a sign that stands alone.
/// What is folded is served without a further check, so a rule belongs here only if it cannot change what is asked. A
/// spelling that is kept apart needlessly costs little: the vectors still find it.
package enum CanonicalText {
    package static func of(_ question: String) -> String {
        let composed = question.composed
        if isCode(composed) { return composed.trimmingWhiteSpace() }
        let scalars = Array(straightened(composed).unicodeScalars)
        let sentence = strippingSentenceMarks(scalars.split(whereSeparator: \.isSpace))
        var casing = Casing(of: sentence)
        var folded: [UInt8] = []
        folded.reserveCapacity(composed.utf8.count)
        for (index, word) in sentence.enumerated() {
            if index > 0 { folded.append(UInt8(ascii: " ")) }
            casing.fold(word, into: &folded)
        }
        // Lower case may compose with what follows it.
        return String(decoding: folded, as: UTF8.self).composed
    }

    /// A word, without the cost of a text of its own.
    typealias Word = ArraySlice<Unicode.Scalar>

    private static func straightened(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.compactMap(Typography.straight))).composed
    }

    /// Code and other layouts in which white space and case carry meaning.
    private static func isCode(_ text: String) -> Bool {
        text.trimmingWhiteSpace().utf8.contains { byte in
            switch Unicode.Scalar(byte) {
            case "\n", "\t", "`", "{", "}", "<", ">", "\\", "=", ";", "|": true
            default: false
            }
        }
    }

    /// The words without the marks around the sentence.
    ///
    /// Nothing but punctuation is a question of its own kind: `?` is not the empty text.
    private static func strippingSentenceMarks(_ words: [Word]) -> [Word] {
        var stripped = words
        // Some write `what is this ?`; any other sign that stands alone is what the question is about.
        while let last = stripped.last, last.count == 1, isQuestionMark(last.first!) { stripped.removeLast() }
        guard let last = stripped.last else { return words }
        stripped[stripped.count - 1] = withoutEndMarks(last)
        stripped[0] = withoutOpeningMarks(stripped[0])
        return stripped
    }

    private static func isQuestionMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "?" || scalar == "？" || scalar == "؟"
    }

    /// A word without the punctuation after it: marks after a letter, a digit or a closing sign, not those of `../..`.
    private static func withoutEndMarks(_ word: Word) -> Word {
        var stripped = word
        while let last = stripped.last, isEndMark(last) { stripped.removeLast() }
        guard let last = stripped.last, last.isLetterOrDigit || isClosingSign(last) || !last.isASCII else {
            return word
        }
        return stripped
    }

    private static func isEndMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "?", "!", ".", ",", ":", "…", "？", "！", "。", "؟": true
        default: false
        }
    }

    private static func isClosingSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "'", ")", "]", "+", "#", "%", "$": true
        default: false
        }
    }

    /// A leading point or exclamation mark belongs to the word: `.NET`, `!important`.
    private static func withoutOpeningMarks(_ word: Word) -> Word {
        let opened = word.drop { $0 == "¿" || $0 == "¡" }
        return opened.isEmpty ? word : opened
    }
}

extension String {
    func trimmingWhiteSpace() -> String {
        var scalars = Substring(self).unicodeScalars
        if scalars.first?.isSpace != true, scalars.last?.isSpace != true { return self }
        while let last = scalars.last, last.isSpace { scalars.removeLast() }
        while let first = scalars.first, first.isSpace { scalars.removeFirst() }
        return String(Substring(scalars))
    }
}
