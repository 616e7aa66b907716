/// A word of a question as the guard compares it.
struct Word: Sendable {
    let form: Form
    /// Whether it opens a sentence, where a capital says nothing.
    let opensSentence: Bool

    /// As it was written, outer punctuation removed.
    var written: String { form.written }
    /// In lower case and without accents, which users leave out.
    var lowered: String { form.lowered }
    /// In lower case without genitive, points, hyphens and the `.com` of a host: `B.Tech` is `BTech`, `Wi-Fi` `wifi`.
    var key: String { form.key }
    /// Whether it is made of the letters A to Z alone, as most words are.
    var isPlain: Bool { form.isPlain }
    var hasDigit: Bool { form.hasDigit }
    var isHyphenated: Bool { form.isHyphenated }
    var isSmall: Bool { form.traits.contains(.isSmall) }
    var isCapitalized: Bool { form.traits.contains(.isCapitalized) }

    /// What the word lists say of it.
    var facts: Lexicon.Facts? { form.entry?.facts }

    /// Whether it has no letter or digit: `==`, `&&`.
    var isSign: Bool { !isPlain && !written.unicodeScalars.contains(where: \.isLetterOrDigit) }

    static func key(_ lowered: String) -> String {
        var key = lowered[...]
        if key.hasEnding("'s") { key.removeEnding(2) }
        if key.hasEnding(".com") { key.removeEnding(4) }
        let isWhole = !key.utf8.contains { ".-()".utf8.contains($0) }
        let plain = isWhole ? String(key) : withoutMarks(key)
        return plain == "usa" ? "us" : plain
    }

    private static func withoutMarks(_ key: Substring) -> String {
        guard key.utf8.allSatisfy({ $0 < 0x80 }) else { return key.filter { !".-()".contains($0) } }
        return String(decoding: key.utf8.filter { !".-()".utf8.contains($0) }, as: UTF8.self)
    }

    static func lowered(_ word: String) -> String {
        let lowered = word.lowercased()
        if lowered.utf8.allSatisfy({ $0 < 0x80 }) { return lowered }
        let marks: ClosedRange<Unicode.Scalar> = "\u{300}"..."\u{36F}"
        let decomposed = lowered.decomposed.unicodeScalars.filter { !marks.contains($0) }
        return String(String.UnicodeScalarView(decomposed))
    }

    /// Typographic quotes and dashes as the keyboard's, characters without width left out.
    static func straightened(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.compactMap(Typography.straight)))
    }
}
