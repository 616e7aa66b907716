extension Word {
    /// The words of a straightened text, in order. Signs that carry a meaning (`==`) are words, punctuation is none.
    static func words(of text: String) -> [Word] {
        var reader = WordReader()
        reader.read(text)
        return reader.words
    }
}

/// Takes a text apart into words.
private struct WordReader {
    private(set) var words: [Word] = []
    private var opensSentence = true

    typealias Scalars = Substring.UnicodeScalarView

    mutating func read(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            for piece in text.unicodeScalars.split(whereSeparator: { $0.isSpace }) { read(piece) }
            return
        }
        // A word takes about five letters and a space.
        words.reserveCapacity(bytes.count / 5 + 1)
        let forms = Lexicon.forms
        var start = 0
        while start < bytes.count {
            if WordReader.isSpace(bytes[start]) {
                start += 1
            } else if let end = readSimple(bytes, from: start, forms) {
                start = end
            } else {
                let end = bytes[start...].firstIndex(where: WordReader.isSpace) ?? bytes.count
                let utf8 = text.utf8
                let first = utf8.index(utf8.startIndex, offsetBy: start)
                read(text[first..<utf8.index(first, offsetBy: end - start)].unicodeScalars)
                start = end
            }
        }
    }

    // MARK: Most words

    /// Reads letters and digits, hyphens and apostrophes between them, and the marks of a sentence after them.
    ///
    /// - Returns: where that ends; nil when what stands there is anything else, and has to be looked at sign by sign.
    private mutating func readSimple(_ bytes: [UInt8], from start: Int, _ forms: [Symbol: Word.Form]) -> Int? {
        var end = start
        var packed = Symbol.Packed()
        while end < bytes.count, WordReader.isInner(bytes[end]) {
            if end - start < Symbol.bytesMax { packed.append(bytes[end]) }
            end += 1
        }
        var next = end
        while next < bytes.count, WordReader.isMark(bytes[next]) { next += 1 }
        guard next == bytes.count || WordReader.isSpace(bytes[next]), end > start,
            WordReader.isLetterOrDigit(bytes[start]), WordReader.isLetterOrDigit(bytes[end - 1])
        else { return nil }
        let known = end - start <= Symbol.bytesMax ? forms[packed.symbol] : nil
        let form = known ?? Word.Form(String(decoding: bytes[start..<end], as: UTF8.self))
        words.append(Word(form: form, opensSentence: opensSentence))
        let last = bytes[next - 1]
        opensSentence = last == UInt8(ascii: "?") || last == UInt8(ascii: "!") || last == UInt8(ascii: ":")
        return next
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { byte.isPlainLetter || byte.isDigit }

    private static func isInner(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "-")
    }

    /// Marks that end a word whatever it is; a point may belong to it.
    private static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: ";"): true
        default: false
        }
    }

    // MARK: Any words

    /// Reads a piece between spaces.
    private mutating func read(_ piece: Scalars) {
        for part in WordReader.parts(of: piece) {
            let core = WordReader.trimmingPunctuation(part)
            if !core.isEmpty {
                words.append(Word(form: Word.Form(String(Substring(core))), opensSentence: opensSentence))
                opensSentence = false
            }
            if WordReader.endsSentence(part) { opensSentence = true }
        }
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
}
