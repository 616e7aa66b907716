/// The words of a question that have an opposite.
struct Opposites: Sendable {
    /// A stem, or a pair of them: `to X` and `from X`, `log in` and `log out`.
    struct Stem: Hashable, Sendable {
        let first: Symbol
        var second = Symbol.none
    }

    /// A stem, and those that mean the opposite.
    struct Pole: Sendable {
        let stem: Stem
        let opposites: [Stem]
    }

    /// The stems that have opposites, each once.
    private(set) var poles: [Pole] = []
    /// Every word and every pair, in order.
    private var all: [(stem: Stem, words: Words)] = []
    /// The last place of each stem of a long text; a short one is looked through sooner.
    private var places: [Stem: Int]?

    /// Where the one or two words of a stem stand.
    private struct Words {
        let first: Int
        var second: Int?
    }

    init(of words: [Word]) {
        all.reserveCapacity(words.count + 2)
        if words.count > Opposites.wordsLookedThrough { places = [:] }
        for (index, word) in words.enumerated() {
            let turns = index > 0 && words[index - 1].form.traits.contains(.mayTurnNext)
            if turns, let pole = Opposites.turned(word, by: words[index - 1]) {
                add(pole.pole, pole.isPair ? Words(first: index - 1, second: index) : Words(first: index))
                if pole.isPair { continue }
            } else {
                add(word.form.pole, Words(first: index))
            }
            if word.form.traits.contains(.mayPair) { addPairs(words, at: index) }
        }
    }

    /// More words than a question has: to look through them for each would take the square of their number.
    private static let wordsLookedThrough = 64

    private mutating func add(_ pole: Pole, _ words: Words) {
        if !pole.opposites.isEmpty, !contains(pole.stem) { poles.append(pole) }
        places?[pole.stem] = all.count
        all.append((pole.stem, words))
    }

    private func place(of stem: Stem) -> Int? {
        if let places { return places[stem] }
        return all.lastIndex { $0.stem == stem }
    }

    func contains(_ stem: Stem) -> Bool { place(of: stem) != nil }

    /// The words of a stem that is there, where it stands last.
    func written(_ stem: Stem, _ words: [Word]) -> String? {
        place(of: stem).map { place in
            let (first, second) = (all[place].words.first, all[place].words.second)
            return words[first].lowered + (second.map { " " + words[$0].lowered } ?? "")
        }
    }

    // MARK: Words that turn another round

    private static let refusals = ["stop", "quit", "avoid", "stopped", "quitting", "avoiding", "stopping"]

    static func mayTurnNext(_ lowered: String) -> Bool { lowered == "non" || refusals.contains(lowered) }

    private static func turned(_ word: Word, by previous: Word) -> (pole: Pole, isPair: Bool)? {
        // `stop smoking` is the opposite of `smoke`, and no smoking.
        if !word.isSmall, word.lowered.hasEnding("ing"), refusals.contains(previous.lowered) {
            let verb = Symbol(stem(word.lowered))
            return (Pole(stem: Stem(first: Symbol("stop"), second: verb), opposites: [Stem(first: verb)]), true)
        }
        guard previous.lowered == "non" else { return nil }
        return (pole(of: "non-" + stem(word.facts?.base ?? word.form.withoutGenitive)), false)
    }

    // MARK: Pairs

    /// Prepositions of opposite direction; opposites only before the same word, for `to` is more often no direction.
    private static let directions = ["to": "from", "from": "to", "into": "from"]

    /// Opposites only after the same verb, for `in` is more often a place.
    private static let particles = ["in": "out", "out": "in"]

    static func mayPair(_ lowered: String) -> Bool { directions[lowered] != nil || particles[lowered] != nil }

    private mutating func addPairs(_ words: [Word], at index: Int) {
        let word = words[index]
        if let reverse = Opposites.directions[word.lowered], let goal = Opposites.goal(words, after: index) {
            let symbol = words[goal].form.loweredSymbol
            add(
                Pole(
                    stem: Stem(first: word.form.loweredSymbol, second: symbol),
                    opposites: [Stem(first: Symbol(reverse), second: symbol)]),
                Words(first: index, second: goal))
        }
        if let reverse = Opposites.particles[word.lowered], index > 0 {
            let verb = words[index - 1].form.stem
            add(
                Pole(
                    stem: Stem(first: verb, second: word.form.loweredSymbol),
                    opposites: [Stem(first: verb, second: Symbol(reverse))]),
                Words(first: index - 1, second: index))
        }
    }

    private static func goal(_ words: [Word], after index: Int) -> Int? {
        let articles = ["a", "an", "the", "my"]
        return words[(index + 1)...].firstIndex { !articles.contains($0.lowered) }
    }

    // MARK: Stems

    /// A stem with its opposites.
    static func pole(of stem: String) -> Pole {
        let opposites = (table[stem] ?? []) + withoutPrefix(stem)
        return Pole(stem: Stem(first: Symbol(stem)), opposites: opposites.map { Stem(first: Symbol($0)) })
    }

    /// `unlock` is the opposite of `lock`, whatever the word is.
    private static func withoutPrefix(_ stem: String) -> [String] {
        guard stem.utf8.count >= 6, let first = stem.utf8.first, "udn".utf8.contains(first) else { return [] }
        for prefix in ["un", "dis", "non-", "non"] where stem.hasPrefix(prefix) {
            let rest = stem.dropFirst(prefix.count)
            return rest.utf8.count >= 4 ? [String(rest)] : []
        }
        return []
    }

    /// A word without its inflection, crude but the same for both sides: `enabling`, `enabled`, `enables` → `enabl`.
    static func stem(_ word: String) -> String {
        guard word.utf8.count > 3 else { return word }
        var stem = word[...]
        // `ly` of `safely`, not of `early`, and then what is left of `dangerously`.
        if stem.utf8.count >= 6, stem.hasEnding("ly") { stem.removeLast(2) }
        for (suffix, rest) in suffixes where stem.utf8.count >= suffix.utf8.count + rest && stem.hasEnding(suffix) {
            stem.removeLast(suffix.count)
            break
        }
        // `stopp` of `stopping`, but not `sell`, `pass`.
        if stem.utf8.count > 3, let last = stem.utf8.last, last == stem.utf8.dropLast().last,
            last != UInt8(ascii: "s"), last != UInt8(ascii: "l")
        {
            stem.removeLast()
        }
        if stem.utf8.count > 3, stem.utf8.last == UInt8(ascii: "e") { stem.removeLast() }
        return String(stem)
    }

    /// Endings, and how many letters must be left before them.
    private static let suffixes: [(String, Int)] = [("ing", 3), ("ed", 3), ("es", 3), ("s", 3)]

    private static let table: [String: [String]] = {
        var table: [String: Set<String>] = [:]
        for (left, right) in AntonymPairs.all {
            table[stem(left), default: []].insert(stem(right))
            table[stem(right), default: []].insert(stem(left))
        }
        return table.mapValues { $0.sorted() }
    }()
}
