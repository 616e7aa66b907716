/// A word of a question as the guard compares it.
struct Word: Sendable {
    /// As it was written, outer punctuation removed.
    let written: String
    /// In lower case and without accents, which users leave out.
    let lowered: String
    /// In lower case without genitive, points, hyphens and the `.com` of a host: `B.Tech` is `BTech`, `Wi-Fi` `wifi`.
    let key: String
    /// Whether it opens a sentence, where a capital says nothing.
    let opensSentence: Bool

    /// Whether it is made of the letters A to Z alone, as most words are.
    let isPlain: Bool
    let hasDigit: Bool
    let isHyphenated: Bool
    private let entry: Lexicon.Entry?

    init(_ written: String, opensSentence: Bool) {
        self.written = written
        self.opensSentence = opensSentence
        lowered = Word.lowered(written)
        isPlain = written.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
        key = isPlain && lowered != "usa" ? lowered : Word.key(lowered)
        hasDigit = !isPlain && written.utf8.contains { (0x30...0x39).contains($0) }
        isHyphenated = !isPlain && written.utf8.contains(UInt8(ascii: "-"))
        // A genitive is in the lists under its word: `women's`.
        entry = Lexicon.entry(lowered) ?? (isPlain || !lowered.hasEnding("'s") ? nil : Lexicon.entry(key))
    }

    /// What the word lists say of it.
    var facts: Lexicon.Facts? { entry?.facts }

    /// `men` of `men's`, but `it's` as it is.
    var withoutGenitive: String { isPlain || isSmall || !lowered.hasEnding("'s") ? lowered : key }

    var isSmall: Bool { entry?.facts.isSmall == true }

    var isCapitalized: Bool { written.unicodeScalars.first?.isUppercaseLetter == true }

    /// Whether it has no letter or digit: `==`, `&&`.
    var isSign: Bool { !isPlain && !written.unicodeScalars.contains(where: \.isLetterOrDigit) }

    static func key(_ lowered: String) -> String {
        var key = lowered[...]
        if key.hasEnding("'s") { key.removeLast(2) }
        if key.hasEnding(".com") { key.removeLast(4) }
        let plain = key.filter { !".-()".contains($0) }
        return plain == "usa" ? "us" : plain
    }

    /// The words of a straightened text, in order. Signs that carry a meaning (`==`) are words, punctuation is none.
    static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var opensSentence = true
        for piece in text.unicodeScalars.split(whereSeparator: { $0.isSpace }) {
            for part in parts(of: piece) {
                let core = trimmingPunctuation(part)
                if !core.isEmpty {
                    words.append(Word(String(Substring(core)), opensSentence: opensSentence))
                    opensSentence = false
                }
                if endsSentence(part) { opensSentence = true }
            }
        }
        return words
    }

    private static func lowered(_ word: String) -> String {
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

    /// A piece between spaces at the punctuation where a writer forgot the space: `this,that`, `it.What`.
    private static func parts(of piece: Scalars) -> [Scalars] {
        var parts: [Scalars] = []
        var start = piece.startIndex
        var index = piece.startIndex
        while index < piece.endIndex {
            let next = piece.index(after: index)
            if isForgottenSpace(in: piece, after: index) {
                parts.append(piece[start..<next])
                start = next
            }
            index = next
        }
        parts.append(piece[start...])
        return parts
    }

    private static func isForgottenSpace(in piece: Scalars, after index: Scalars.Index) -> Bool {
        let mark = piece[index]
        guard mark == "," || mark == "." || mark == "?" || mark == "!" || mark == "…" || mark == "\"" else {
            return false
        }
        let next = piece.index(after: index)
        guard index > piece.startIndex, next < piece.endIndex else { return false }
        // `Rs.500`, `No.5`
        if mark == ".", piece[next].isASCIIDigit {
            return abbreviations.contains(Substring(piece[..<index]).lowercased())
        }
        guard piece[next].isLetter else { return false }
        let previous = piece[piece.index(before: index)]
        // `it.What` ends a sentence, `wait...what` pauses; `Node.js` and `U.S.A` do neither.
        if mark == "." {
            return previous == "." || previous == "…" || previous.isLowercaseLetter && piece[next].isUppercaseLetter
        }
        return previous.isLetter || previous == "?" || previous == "!"
    }

    private static func endsSentence(_ part: Scalars) -> Bool {
        guard let last = part.last(where: { $0 != "\"" && $0 != "'" && $0 != ")" }) else { return false }
        if last == "?" || last == "!" || last == ":" || last == "…" { return true }
        guard last == "." else { return false }
        // `U.S.`, `e.g.`, `J.` and a few titles end no sentence.
        let letters = part.filter(\.isLetter)
        let isDotted = !letters.isEmpty && letters.count * 2 <= part.count
        return !isDotted && !abbreviations.contains(Substring(part.dropLast()).lowercased())
    }

    private static let abbreviations: Set<String> = [
        "dr", "mr", "mrs", "ms", "vs", "st", "prof", "no", "nr", "vol", "rs", "inc", "jr",
    ]

    private static func trimmingPunctuation(_ word: Scalars) -> Scalars {
        var core = word
        while let last = core.last, isOuter(last), !isCall(core) { core.removeLast() }
        while let first = core.first, isOuter(first), !belongsToNext(first, core.dropFirst().first) {
            core.removeFirst()
        }
        return core.contains(where: \.isLetterOrDigit) ? core : signs(word)
    }

    /// A word of signs alone, when they are more than punctuation.
    private static func signs(_ word: Scalars) -> Scalars {
        var core = word
        while let last = core.last, isMark(last) { core.removeLast() }
        while let first = core.first, isMark(first) { core.removeFirst() }
        let isMeant = core.contains { "=<>+*%^|\\~@#${}".unicodeScalars.contains($0) }
        return isMeant || core.count > 1 && core.allSatisfy { $0 == "&" } ? core : word[word.endIndex...]
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        "?!.,:;…\"'`()[]".unicodeScalars.contains(scalar)
    }

    private static func isOuter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isLetterOrDigit { return false }
        switch scalar {
        // Signs that belong to a word or a number at its edge: C#, C++, 5%, $5, /etc, snake_.
        case "#", "+", "%", "$", "€", "£", "¥", "₹", "°", "/", "_", "@", "=", "<", ">", "|", "^", "\\", "~":
            return false
        default: return true
        }
    }

    private static func isCall(_ word: Scalars) -> Bool {
        word.last == ")" && word.dropLast().last == "(" && word.dropLast(2).last != nil
    }

    /// Signs that open a word: `-r`, `--all`, `-5`, `.NET`, `.5`.
    private static func belongsToNext(_ sign: Unicode.Scalar, _ next: Unicode.Scalar?) -> Bool {
        guard let next else { return false }
        return sign == "-" && (next.isLetterOrDigit || next == "-")
            || sign == "." && (next.isLetterOrDigit || next == "/")
    }

    typealias Scalars = Substring.UnicodeScalarView
}
