/// A word of a question as the guard compares it.
struct Word: Hashable, Sendable {
    /// As it was written, outer punctuation removed.
    let written: String
    /// In lower case.
    let lowered: String
    /// Whether it opens a sentence, where a capital says nothing.
    let opensSentence: Bool

    /// The words of a text, in order. Typographic apostrophes count as straight ones.
    static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var opensSentence = true
        for piece in text.unicodeScalars.split(whereSeparator: { $0.properties.isWhitespace }) {
            let straight = String.UnicodeScalarView(piece.map { $0 == "\u{2019}" ? "'" : $0 })
            let core = trimmingPunctuation(straight)
            if !core.isEmpty {
                words.append(Word(written: core, lowered: core.lowercased(), opensSentence: opensSentence))
                opensSentence = false
            }
            if let last = straight.last, last == "." || last == "?" || last == "!" || last == ":" {
                opensSentence = true
            }
        }
        return words
    }

    private static func trimmingPunctuation(_ word: String.UnicodeScalarView) -> String {
        // Signs that belong to a word or a number at its edges: C#, C++, -r, $5, 5%, .NET, /etc.
        let kept: Set<Unicode.Scalar> = ["#", "+", "%", "$", "€", "£", "°", "/", "_", "@"]
        func isOuter(_ scalar: Unicode.Scalar) -> Bool {
            !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil || kept.contains(scalar))
        }
        var core = Substring(String(word)).unicodeScalars
        while let last = core.last, isOuter(last) { core.removeLast() }
        while let first = core.first, isOuter(first), !(first == "-" && core.count > 1), first != "." {
            core.removeFirst()
        }
        return core.allSatisfy(isOuter) ? "" : String(core)
    }
}
