/// The proper names of a question, and the words under which another question's names may be found in it.
///
/// A name is a capitalised word inside a sentence, unless the sentence capitalises as a headline does. Small words in
/// capitals (`NOT`) are emphasis, months, weekdays and units belong to numbers.
struct Names: Sendable {
    struct Name: Hashable, Sendable {
        let index: Int
        let written: String
        let key: String
        /// Whether it could be an acronym: two to six capitals.
        let isAcronym: Bool
        /// Whether small letters make another word of it: `US`.
        let spellsSmallWord: Bool
        let keySymbol: Symbol
        /// The keys of its parts around hyphens and slashes; none where it is one.
        let parts: [Symbol]
        let hasSlash: Bool
    }

    let all: [Name]
    private let words: [Word]
    /// The parts of words around hyphens and slashes, and their letters before a digit; without genitive and points.
    private let parts: [String]
    private let partSymbols: [Symbol]

    /// Names examined of one text: each is looked for among all words of the other, and no question has so many.
    private static let namesMax = 64

    init(of words: [Word]) {
        self.words = words
        parts = words.lazy.filter { !$0.isPlain }.flatMap { Names.parts(of: $0) }
        partSymbols = parts.map { Symbol($0) }
        var (inner, capitalized) = (0, 0)
        for word in words where !word.opensSentence {
            inner += 1
            capitalized += word.isCapitalized ? 1 : 0
        }
        let isHeadline = capitalized * 2 > inner && inner >= 3
        var all: [Name] = []
        if !isHeadline, capitalized > 0 {
            for index in words.indices where words[index].isCapitalized && !words[index].opensSentence {
                if all.count < Names.namesMax, let name = Names.name(words, at: index) { all.append(name) }
            }
        }
        self.all = all
    }

    /// Whether a name of another text stands here, in any case, as plural or adjective, in one word or two.
    func mention(_ name: Name) -> Bool {
        if name.spellsSmallWord {
            return words.contains { $0.form.keySymbol == name.keySymbol && Names.isAcronym($0.written) }
                || name.key == "us" && Names.american.contains { knows($0) }
        }
        if knows(name.keySymbol) { return true }
        let isAmerican = Names.american.contains(name.keySymbol)
        if isAmerican, words.contains(where: { $0.key == "us" && Names.isAcronym($0.written) }) { return true }
        // `TOEFL/IELTS` is about either.
        if name.hasSlash, name.parts.contains(where: { knows($0) }) { return true }
        if !name.parts.isEmpty, name.parts.allSatisfy({ knows($0) }) { return true }
        if words.contains(where: { Names.isVariant($0.key, name.key) })
            || parts.contains(where: { Names.isVariant($0, name.key) })
        {
            return true
        }
        return words.indices.dropLast().contains { index in
            let first = words[index].lowered
            return Names.mayBeginAlike(first, name.key) && name.key.hasPrefix(first)
                && name.key == first + words[index + 1].lowered
        }
    }

    private func knows(_ key: Symbol) -> Bool {
        words.contains { $0.form.keySymbol == key } || partSymbols.contains(key)
    }

    /// The indices of the words here whose initials an acronym of another text spells.
    func expansion(of acronym: Name) -> Range<Int>? {
        let letters = Array(acronym.key.unicodeScalars)
        return words.indices.lazy.compactMap { match(letters[...], from: $0) }.first
    }

    private func match(_ letters: ArraySlice<Unicode.Scalar>, from start: Int) -> Range<Int>? {
        var index = start
        for letter in letters {
            // Small words may be skipped: `WHO`, and the `of` in `BOE`, Bank of England.
            while index > start, index < words.count, words[index].lowered.unicodeScalars.first != letter,
                words[index].isSmall
            {
                index += 1
            }
            guard index < words.count, words[index].lowered.unicodeScalars.first == letter else { return nil }
            index += 1
        }
        return start..<index
    }

    private static func name(_ words: [Word], at index: Int) -> Name? {
        let word = words[index]
        let spellsSmallWord = acronyms.contains(word.key) && isAcronym(word.written)
        if word.isSmall, !spellsSmallWord { return nil }
        if common.contains(word.key) || Calendar.isRangeEnd(words, at: index) { return nil }
        if Calendar.day(words, at: index) != nil || word.facts?.unit != nil { return nil }
        let parts = word.isPlain ? [] : Names.pieces(of: word.written.lowercased())
        return Name(
            index: index, written: word.written, key: word.key, isAcronym: isAcronym(word.written),
            spellsSmallWord: spellsSmallWord, keySymbol: word.form.keySymbol,
            parts: parts.count > 1 ? parts.map { Symbol(Word.key(String($0))) } : [],
            hasSlash: parts.count > 1 && word.written.contains("/"))
    }

    private static func isAcronym(_ written: String) -> Bool {
        let letters = written.unicodeScalars.filter { $0 != "." }
        return (2...6).contains(letters.count) && letters.allSatisfy(\.isUppercaseLetter)
    }

    /// Those that name nothing in particular.
    private static let common: Set<String> = [
        "pc", "tv", "diy", "ok", "faq", "id", "cv", "asap", "aka", "best", "top", "new",
    ]

    /// Other words for `US`.
    private static let american = ["america", "american", "americans"].map { Symbol($0) }

    /// Those that spell a small word, by their key.
    private static let acronyms = ["us", "it", "who"]

    /// Plurals and the adjectives that only add an ending: `Indian` and `India`, `Googles` and `Google`.
    private static func isInflection(_ left: String, _ right: String) -> Bool {
        let (short, long) = left.utf8.count < right.utf8.count ? (left, right) : (right, left)
        let added = long.utf8.count - short.utf8.count
        guard added > 0, added <= 3, long.hasPrefix(short) else { return false }
        if long.hasEnding("s"), added == 1 { return true }
        return short.utf8.count >= 4 && endings.contains(String(long.suffix(added)))
    }

    private static let endings: Set<String> = ["s", "es", "n", "an", "ns", "ans", "ian", "ese", "ish", "i", "is", "ic"]

    /// Whether two words are forms of one, or one a slip of the other.
    private static func isVariant(_ word: String, _ name: String) -> Bool {
        mayBeginAlike(word, name) && (isInflection(word, name) || Misspelling.isLikely(word, name))
    }

    /// Whether one of two texts may be the beginning of the other.
    private static func mayBeginAlike(_ left: String, _ right: String) -> Bool {
        guard let first = left.utf8.first, let other = right.utf8.first else { return true }
        return first == other
    }

    private static func parts(of word: Word) -> [String] {
        // `iphone` of `iphone6`.
        let letters = word.hasDigit ? [String(Substring(word.lowered.unicodeScalars.prefix(while: \.isLetter)))] : []
        let pieces = pieces(of: word.lowered)
        return letters + (pieces.count > 1 ? pieces.map { Word.key(String($0)) } : [])
    }

    private static func pieces(of lowered: String) -> [Substring] {
        guard lowered.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }) else { return [] }
        return lowered.split { $0 == "-" || $0 == "/" }
    }
}
