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
    /// Each word's stem; none where it is the second of a pair only.
    private var singles: [Symbol] = []
    private var pairs: [(stem: Stem, place: Place)] = []
    /// The last place of each stem of a long text; a short one is looked through sooner.
    private var places: [Stem: Place]?

    /// The words of a stem: one, or two.
    private struct Place {
        let first: Int
        var second: Int?
    }

    init(of words: [Word]) {
        singles.reserveCapacity(words.count)
        if words.count > Opposites.wordsLookedThrough { places = [:] }
        for (index, word) in words.enumerated() {
            if index > 0, words[index - 1].form.traits.contains(.mayTurnNext) {
                addTurned(words, at: index)
            } else {
                add(word.form.pole)
            }
            if word.form.traits.contains(.mayPair) { addPairs(words, at: index) }
        }
    }

    /// More words than a question has: to look through them for each would take the square of their number.
    private static let wordsLookedThrough = 64

    private mutating func add(_ pole: Pole) {
        if !pole.opposites.isEmpty, !contains(pole.stem) { poles.append(pole) }
        places?[pole.stem] = Place(first: singles.count)
        singles.append(pole.stem.first)
    }

    private mutating func add(_ pole: Pole, _ first: Int, _ second: Int) {
        if !contains(pole.stem) { poles.append(pole) }
        let place = Place(first: first, second: second)
        places?[pole.stem] = place
        pairs.append((pole.stem, place))
    }

    func contains(_ stem: Stem) -> Bool {
        if let places { return places[stem] != nil }
        return stem.second == .none ? singles.contains(stem.first) : pairs.contains { $0.stem == stem }
    }

    /// The words of a stem that is there, where it stands last.
    func written(_ stem: Stem, _ words: [Word]) -> String? {
        let place: Place? =
            if let places {
                places[stem]
            } else if stem.second == .none {
                singles.lastIndex(of: stem.first).map { Place(first: $0) }
            } else {
                pairs.last { $0.stem == stem }?.place
            }
        return place.map { place in
            words[place.first].lowered + (place.second.map { " " + words[$0].lowered } ?? "")
        }
    }

    // MARK: Words that turn another round

    private static let refusals = ["stop", "quit", "avoid", "stopped", "quitting", "avoiding", "stopping"]

    static func mayTurnNext(_ lowered: String) -> Bool { lowered == "non" || refusals.contains(lowered) }

    private mutating func addTurned(_ words: [Word], at index: Int) {
        let (word, previous) = (words[index], words[index - 1].lowered)
        // `stop smoking` is the opposite of `smoke`, and no smoking.
        if !word.isSmall, word.lowered.hasEnding("ing"), Opposites.refusals.contains(previous) {
            let verb = Symbol(Opposites.stem(word.lowered))
            let pair = Stem(first: Symbol("stop"), second: verb)
            singles.append(.none)
            add(Pole(stem: pair, opposites: [Stem(first: verb)]), index - 1, index)
        } else if previous == "non" {
            add(Opposites.pole(of: "non-" + Opposites.stem(word.facts?.base ?? word.form.withoutGenitive)))
        } else {
            add(word.form.pole)
        }
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
            let second = words[goal].form.loweredSymbol
            let opposite = Stem(first: Symbol(reverse), second: second)
            add(
                Pole(stem: Stem(first: word.form.loweredSymbol, second: second), opposites: [opposite]), index, goal)
        }
        if let reverse = Opposites.particles[word.lowered], index > 0 {
            let verb = words[index - 1].form.stem
            let opposite = Stem(first: verb, second: Symbol(reverse))
            add(
                Pole(stem: Stem(first: verb, second: word.form.loweredSymbol), opposites: [opposite]), index - 1, index)
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
        if stem.utf8.count >= 6, stem.hasEnding("ly") { stem.removeEnding(2) }
        for (suffix, rest) in suffixes where stem.utf8.count >= suffix.utf8.count + rest && stem.hasEnding(suffix) {
            stem.removeEnding(suffix.utf8.count)
            break
        }
        // `stopp` of `stopping`, but not `sell`, `pass`.
        if stem.utf8.count > 3, let last = stem.utf8.last, last == stem.utf8.dropLast().last,
            last != UInt8(ascii: "s"), last != UInt8(ascii: "l")
        {
            stem.removeEnding(1)
        }
        if stem.utf8.count > 3, stem.utf8.last == UInt8(ascii: "e") { stem.removeEnding(1) }
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
