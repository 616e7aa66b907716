/// A part of a question that stands for itself: a quoted text, code in backticks, a path, an option, an address, a
/// file name, an identifier, an operator.
struct Literal: Hashable, Sendable {
    let text: String
    /// Whether case counts: not for quoted texts and names of files, which users write in any case.
    let isExact: Bool
    /// Its words in the form in which they are compared; none for a quoted sign.
    let words: [String]

    /// Literals examined of one text: each is looked for among all words of the other, and no question has so many.
    private static let literalsMax = 64

    static func all(in text: String, _ words: [Word]) -> [Literal] {
        var all = quoted(in: text)
        for word in words where !word.isPlain {
            if let literal = literal(word) { all.append(literal) }
        }
        return Array(all.prefix(literalsMax))
    }

    /// Whether a text has the literal, marked or as plain words: `apt` is there in "what is apt".
    func isMentioned(in reading: Guard.Reading) -> Bool {
        let isMarked = reading.literals.contains {
            $0.isExact == isExact && $0.words == words && (!words.isEmpty || $0.text == text)
        }
        if isMarked { return true }
        if words.isEmpty { return reading.text.contains(text) }
        guard reading.words.count >= words.count else { return false }
        return (0...reading.words.count - words.count).contains { start in
            words.indices.allSatisfy { index in
                let word = reading.words[start + index]
                return words[index] == (isExact ? word.written : word.key)
            }
        }
    }

    private init(_ text: String, isExact: Bool, words: [Word]) {
        self.text = text
        self.isExact = isExact
        self.words = words.map { isExact ? $0.written : $0.key }
    }

    private static func literal(_ word: Word) -> Literal? {
        if isExact(word) { return Literal(word.written, isExact: true, words: [word]) }
        let isOperator = word.isSign || isCalculation(word.written)
        if isOperator { return Literal(word.written, isExact: true, words: [word]) }
        return isNamed(word.written) ? Literal(word.written, isExact: false, words: [word]) : nil
    }

    /// Options, paths, variables, addresses, identifiers.
    private static func isExact(_ word: Word) -> Bool {
        let scalars = word.written.unicodeScalars
        guard let first = scalars.first, let second = scalars.dropFirst().first else { return false }
        switch first {
        case "-": return second.isLetter || second == "-"
        case "$": return second.isLetter || second == "_"
        case "/", "~": return true
        case "@": return second.isLetter
        default: break
        }
        return scalars.dropFirst().contains { $0 == "_" || $0 == "@" } || isAddress(word.written)
    }

    /// `https://…`
    private static func isAddress(_ word: String) -> Bool {
        word.utf8.contains(UInt8(ascii: ":")) && word.contains("://")
    }

    /// `2*3`: digits on both sides of an operator.
    private static func isCalculation(_ word: String) -> Bool {
        var previous: Unicode.Scalar?
        var hasOperator = false
        for scalar in word.unicodeScalars {
            if "+*^=".unicodeScalars.contains(scalar), previous?.isLetter == false { hasOperator = true }
            if hasOperator, !scalar.isLetter, scalar.isLetterOrDigit { return true }
            previous = scalar
        }
        return false
    }

    /// Files, hosts, languages, calls: `main.c`, `Node.js`, `.bashrc`, `C++`, `map()`.
    private static func isNamed(_ word: String) -> Bool {
        if word.hasSuffix("()") { return true }
        guard let first = word.unicodeScalars.first, word.unicodeScalars.contains(where: \.isLetter) else {
            return false
        }
        if let last = word.unicodeScalars.last, last == "+" || last == "#" { return first.isLetter }
        if first == ".", word.utf8.count > 1 { return true }
        // A point inside a word, unless it is a version (`v1.2`) or an abbreviation (`e.g`, `U.S.-based`).
        guard first.isLetter, word.utf8.contains(UInt8(ascii: ".")) else { return false }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, parts.allSatisfy({ $0.first?.isLetter == true }) else { return false }
        return parts.contains { $0.count > 1 && $0.allSatisfy(\.isLetter) }
    }

    /// What stands between double quotes or backticks.
    private static func quoted(in text: String) -> [Literal] {
        var found: [Literal] = []
        for quote in [UInt8(ascii: "\""), UInt8(ascii: "`")] where text.utf8.contains(quote) {
            var rest = text.utf8[...]
            while found.count < literalsMax, let start = rest.firstIndex(of: quote) {
                let inner = rest[rest.index(after: start)...]
                guard let end = inner.firstIndex(of: quote) else { break }
                let pieces = Substring(inner[..<end]).unicodeScalars.split(whereSeparator: \.isSpace)
                let quoted = pieces.map { String(Substring($0)) }.joined(separator: " ")
                rest = inner[inner.index(after: end)...]
                if quoted.isEmpty { continue }
                found.append(Literal(quoted, isExact: quote == UInt8(ascii: "`"), words: Word.words(of: quoted)))
            }
        }
        return found
    }
}
