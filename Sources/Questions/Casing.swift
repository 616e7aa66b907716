/// Decides word by word, in the order of a sentence, whether the case of its letters means something.
struct Casing {
    /// Whether all of the sentence is in capitals, so that none of them says anything.
    private let isShouted: Bool
    private var opensSentence = true
    private var isQuoted = false

    init(of words: [CanonicalText.Word]) {
        let isSmall = words.contains { $0.contains { $0.isCased && $0.isLowercaseLetter } }
        isShouted = !isSmall && words.count { $0.contains { $0.isCased } } > 2
    }

    /// Adds the next word, in lower case if its case says nothing.
    mutating func fold(_ word: CanonicalText.Word, into folded: inout [UInt8]) {
        let opens = opensSentence
        if let last = word.last { opensSentence = last == "." || last == "?" || last == "!" || last == ":" }
        let wasQuoted = isQuoted
        let quotes = word.count { $0 == "\"" }
        if quotes % 2 == 1 { isQuoted.toggle() }
        let start = folded.count
        for scalar in word {
            if scalar.isASCII { folded.append(UInt8(scalar.value)) } else { folded += String(scalar).utf8 }
        }
        // Most words have nothing to fold.
        if wasQuoted || quotes > 0 || word.allSatisfy({ $0.isASCII && !$0.isUppercaseLetter }) { return }
        let written = String(decoding: folded[start...], as: UTF8.self)
        if Casing.isMarked(written) || hasMeaning(written, opensSentence: opens) { return }
        folded.replaceSubrange(start..., with: written.lowercased().utf8)
    }

    /// Options, paths, addresses, identifiers, file names, characters in single quotes.
    private static func isMarked(_ word: String) -> Bool {
        let scalars = word.unicodeScalars.drop { "([{'".unicodeScalars.contains($0) }
        if let first = scalars.first, "-/$%+#~&*^:".unicodeScalars.contains(first) { return true }
        if word.hasPrefix("'"), word.dropFirst().contains("'") { return true }
        var isAfterLetter = false
        for scalar in scalars {
            if "/_@(".unicodeScalars.contains(scalar) { return true }
            if scalar == ".", isAfterLetter, scalars.last != "." { return true }
            isAfterLetter = scalar.isLetter
        }
        return false
    }

    private func hasMeaning(_ word: String, opensSentence: Bool) -> Bool {
        let isPlain = word.utf8.allSatisfy(\.isPlainLetter)
        let letters = isPlain ? word : String(String.UnicodeScalarView(word.unicodeScalars.filter(\.isLetter)))
        let lowered = letters.lowercased()
        if letters == lowered { return false }
        // `G` and `g` are two quantities; `C++` and `c++` are one language.
        if letters.unicodeScalars.count == 1 {
            return lowered != "a" && lowered != "i" && !word.unicodeScalars.contains { $0 == "+" || $0 == "#" }
        }
        if Casing.units.contains(lowered) { return true }
        if isShouted { return false }
        if letters == letters.uppercased() { return Casing.acronyms.contains(lowered) }
        return !opensSentence && Casing.names.contains(lowered)
    }

    /// Units whose case tells bits from bytes and milli from mega.
    private static let units: Set<String> = [
        "kb", "mb", "gb", "tb", "pb", "kbps", "mbps", "gbps", "tbps", "mw", "mv", "ma", "mpa",
    ]

    /// Common words that are also acronyms.
    private static let acronyms: Set<String> = [
        "aids", "all", "am", "an", "arm", "as", "at", "bit", "can", "car", "cat", "do", "ex", "gas", "go", "hat", "he",
        "in", "is", "it", "led", "let", "lets", "mac", "map", "me", "my", "no", "not", "on", "or", "pet", "pin", "ram",
        "rest", "sad", "san", "sap", "sat", "she", "so", "star", "start", "swift", "to", "us", "war", "was", "we",
        "who",
    ]

    /// Common words that are also the names of something else.
    private static let names: Set<String> = [
        "access", "alexa", "amazon", "apple", "august", "chase", "china", "discover", "echo", "edge", "excel", "gap",
        "go", "guinea", "jersey", "java", "march", "may", "mercury", "nice", "oracle", "outlook", "polish", "python",
        "reading", "ruby", "rust", "safari", "shell", "signal", "slack", "swift", "target", "teams", "turkey", "visa",
        "windows", "word", "zoom",
    ]
}
