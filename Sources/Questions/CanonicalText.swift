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
        let text = straightened(composed)
        let words = text.unicodeScalars.split(whereSeparator: \.isSpace).map { String(Substring($0)) }
        let sentence = strippingSentenceMarks(words)
        var casing = Casing(of: sentence)
        let folded = sentence.map { casing.folding($0) }.joined(separator: " ")
        // Lower case may compose with what follows it.
        return folded.composed
    }

    private static func straightened(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.compactMap(Typography.straight))).composed
    }

    /// Code and other layouts in which white space and case carry meaning.
    private static func isCode(_ text: String) -> Bool {
        text.trimmingWhiteSpace().utf8.contains { codeSigns.contains($0) }
    }

    private static let codeSigns = Array("\n\t`{}<>\\=;|".utf8)

    /// The words without the marks around the sentence.
    ///
    /// Nothing but punctuation is a question of its own kind: `?` is not the empty text.
    private static func strippingSentenceMarks(_ words: [String]) -> [String] {
        var stripped = words
        while let last = stripped.last {
            // Some write `what is this ?`; any other sign that stands alone is what the question is about.
            if questionMarks.contains(last) {
                stripped.removeLast()
                continue
            }
            let word = withoutEndMarks(last)
            stripped[stripped.count - 1] = word
            if word == last { break }
        }
        if let first = stripped.first { stripped[0] = withoutOpeningMarks(first) }
        return stripped.isEmpty ? words : stripped
    }

    private static let questionMarks: Set<String> = ["?", "？", "؟"]

    /// A word without the punctuation after it: marks after a letter, a digit or a closing sign, not those of `../..`.
    private static func withoutEndMarks(_ word: String) -> String {
        var scalars = Substring(word).unicodeScalars
        while let last = scalars.last, endMarks.contains(last) { scalars.removeLast() }
        guard let last = scalars.last, last.isLetterOrDigit || closingSigns.contains(last) || !last.isASCII else {
            return word
        }
        return String(Substring(scalars))
    }

    private static let endMarks: Set<Unicode.Scalar> = ["?", "!", ".", ",", ":", "…", "？", "！", "。", "؟"]
    private static let closingSigns: Set<Unicode.Scalar> = ["\"", "'", ")", "]", "+", "#", "%", "$"]

    /// A leading point or exclamation mark belongs to the word: `.NET`, `!important`.
    private static func withoutOpeningMarks(_ word: String) -> String {
        let scalars = Substring(word).unicodeScalars.drop { $0 == "¿" || $0 == "¡" }
        return scalars.isEmpty ? word : String(Substring(scalars))
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
