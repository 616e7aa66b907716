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
    }

    let all: [Name]
    private let words: [Word]
    /// Every word, its parts around hyphens and slashes, and both without genitive and points.
    private let vocabulary: Set<String>

    /// Names examined of one text: each is looked for among all words of the other, and no question has so many.
    private static let namesMax = 64

    init(of words: [Word]) {
        self.words = words
        vocabulary = Names.vocabulary(of: words)
        let inner = words.indices.filter { !words[$0].opensSentence }
        let capitalized = inner.filter { words[$0].isCapitalized }
        let isHeadline = capitalized.count * 2 > inner.count && inner.count >= 3
        all = isHeadline ? [] : Array(capitalized.lazy.compactMap { Names.name(words, at: $0) }.prefix(Names.namesMax))
    }

    /// Whether a name of another text stands here, in any case, as plural or adjective, in one word or two.
    func mention(_ name: Name) -> Bool {
        if name.spellsSmallWord {
            return words.contains { $0.key == name.key && Names.isAcronym($0.written) }
                || name.key == "us" && !vocabulary.isDisjoint(with: Names.american)
        }
        if vocabulary.contains(name.key) { return true }
        if Names.american.contains(name.key), words.contains(where: { $0.key == "us" && Names.isAcronym($0.written) }) {
            return true
        }
        let parts = Names.parts(of: name.written.lowercased())
        // `TOEFL/IELTS` is about either.
        if parts.count > 1, name.written.contains("/"),
            parts.contains(where: { vocabulary.contains(Word.key(String($0))) })
        {
            return true
        }
        if parts.count > 1, parts.allSatisfy({ vocabulary.contains(Word.key(String($0))) }) { return true }
        if vocabulary.contains(where: { Names.isInflection($0, name.key) || Misspelling.isLikely($0, name.key) }) {
            return true
        }
        return words.indices.dropLast().contains { index in
            name.key.hasPrefix(words[index].lowered) && name.key == words[index].lowered + words[index + 1].lowered
        }
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
        return Name(
            index: index, written: word.written, key: word.key, isAcronym: isAcronym(word.written),
            spellsSmallWord: spellsSmallWord)
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
    private static let american: Set<String> = ["america", "american", "americans"]

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

    private static func vocabulary(of words: [Word]) -> Set<String> {
        var vocabulary = Set<String>(minimumCapacity: words.count * 2)
        for word in words {
            vocabulary.insert(word.key)
            if word.isPlain { continue }
            // `iphone` of `iphone6`.
            if word.hasDigit {
                vocabulary.insert(String(Substring(word.lowered.unicodeScalars.prefix(while: \.isLetter))))
            }
            let parts = parts(of: word.lowered)
            if parts.count > 1 { for part in parts { vocabulary.insert(Word.key(String(part))) } }
        }
        return vocabulary
    }

    private static func parts(of lowered: String) -> [Substring] {
        guard lowered.utf8.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }) else { return [] }
        return lowered.split { $0 == "-" || $0 == "/" }
    }
}
