import Foundation

/// The form of a question under which two spellings of the same words are one: the key of the exact match.
///
/// Folded: Unicode composition (NFC), case, white space, typographic quotes and dashes, and the punctuation around the
/// sentence. Kept: everything in a text that looks like code, the case of command-line options and paths (`-r` is not
/// `-R`), and that of an acronym which spells a common word (`US` is not `us`). What is folded is served without a
/// further check, so a rule belongs here only if it cannot change what is asked.
package enum CanonicalText {
    package static func of(_ question: String) -> String {
        let text = composed(question)
        if isCode(text) { return text.trimmingWhiteSpace() }
        let words = text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map { String($0) }
        let isShouted = !text.unicodeScalars.contains(where: \.properties.isLowercase)
        let folded = words.map { folding($0, isShouted: isShouted) }.joined(separator: " ")
        let stripped = strippingSentenceMarks(folded)
        // Nothing but punctuation is a question of its own kind: `?` is not the empty text.
        return stripped.isEmpty ? folded : stripped
    }

    private static func composed(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            switch scalar {
            case "\u{200B}", "\u{FEFF}", "\u{00AD}": break  // zero-width space, byte order mark, soft hyphen
            case "\u{2018}", "\u{2019}", "\u{02BC}", "\u{2032}": scalars.append("'")
            case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2033}": scalars.append("\"")
            case "\u{2010}"..."\u{2015}", "\u{2212}": scalars.append("-")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Code and other layouts in which white space and case carry meaning.
    private static func isCode(_ text: String) -> Bool {
        text.trimmingWhiteSpace().unicodeScalars.contains { scalar in
            switch scalar {
            case "\n", "\t", "`", "{", "}", "<", ">", "\\", "=", ";", "|": true
            default: false
            }
        }
    }

    private static func folding(_ word: String, isShouted: Bool) -> String {
        let keepsCase =
            word.hasPrefix("-") || word.hasPrefix("/") || word.hasPrefix("$")
            || word.unicodeScalars.contains { "_@()".unicodeScalars.contains($0) }
        if keepsCase { return word }
        let lowered = word.lowercased()
        if !isShouted, word != lowered {
            let letters = String(word.unicodeScalars.filter(\.properties.isAlphabetic))
            if letters == letters.uppercased(), wordsThatAcronymsSpell.contains(letters.lowercased()) { return word }
        }
        return lowered
    }

    private static func strippingSentenceMarks(_ text: String) -> String {
        let marks: Set<Unicode.Scalar> = ["?", "!", ".", ",", ":", "…", "？", "！", "。", "¿", "¡", "؟", " "]
        var scalars = Substring(text).unicodeScalars
        while let last = scalars.last, marks.contains(last) { scalars.removeLast() }
        // A leading full stop belongs to the word: `.NET`, `.bashrc`.
        while let first = scalars.first, marks.contains(first), first != "." { scalars.removeFirst() }
        return String(scalars)
    }

    /// Common words that are also acronyms: for these the case decides what is meant.
    private static let wordsThatAcronymsSpell: Set<String> = [
        "aids", "all", "am", "an", "arm", "as", "at", "bit", "car", "cat", "do", "ex", "gas", "go", "hat", "he", "in",
        "is", "it", "led", "let", "lets", "map", "me", "my", "no", "on", "or", "pet", "pin", "ram", "rest", "sad",
        "san",
        "sap", "sat", "she", "so", "star", "start", "swift", "to", "us", "war", "was", "we", "who",
    ]
}

extension String {
    func trimmingWhiteSpace() -> String {
        var scalars = Substring(self).unicodeScalars
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        return String(scalars)
    }
}
