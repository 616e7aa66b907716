/// The words of a question that have an opposite.
struct Opposites: Sendable {
    /// Every word by its stem, and as pairs: `to X` and `from X`, `log in` and `log out`.
    let words: [String: String]
    /// The stems that have opposites, and these.
    let poles: [(stem: String, opposites: [String])]

    init(of words: [Word]) {
        var all: [String: String] = [:]
        var poles: [(stem: String, opposites: [String])] = []
        func add(_ stem: String, _ written: String, _ opposites: [String]) {
            guard all.updateValue(written, forKey: stem) == nil, !opposites.isEmpty else { return }
            poles.append((stem, opposites))
        }
        for (index, word) in words.enumerated() {
            // `stop smoking` is the opposite of `smoke`, and no smoking.
            if index > 0, !word.isSmall, word.lowered.hasEnding("ing"),
                Opposites.refusals.contains(words[index - 1].lowered)
            {
                let verb = Opposites.stem(word.lowered)
                add("stop " + verb, words[index - 1].lowered + " " + word.lowered, [verb])
                continue
            }
            let isDenied = index > 0 && words[index - 1].lowered == "non"
            let stem = (isDenied ? "non-" : "") + Opposites.stem(word.facts?.base ?? word.withoutGenitive)
            add(stem, word.lowered, (Opposites.table[stem] ?? []) + Opposites.withoutPrefix(stem))
            guard word.isSmall else { continue }
            if let reverse = Opposites.directions[word.lowered], let goal = Opposites.goal(words, after: index) {
                add(word.lowered + " " + goal, word.lowered + " " + goal, [reverse + " " + goal])
            }
            if let reverse = Opposites.particles[word.lowered], index > 0 {
                let verb = Opposites.stem(words[index - 1].facts?.base ?? words[index - 1].lowered) + " "
                add(verb + word.lowered, words[index - 1].lowered + " " + word.lowered, [verb + reverse])
            }
        }
        self.words = all
        self.poles = poles
    }

    private static let refusals = ["stop", "quit", "avoid", "stopped", "quitting", "avoiding", "stopping"]

    /// Prepositions of opposite direction; opposites only before the same word, for `to` is more often no direction.
    private static let directions = ["to": "from", "from": "to", "into": "from"]

    /// Opposites only after the same verb, for `in` is more often a place.
    private static let particles = ["in": "out", "out": "in"]

    private static func goal(_ words: [Word], after index: Int) -> String? {
        let articles = ["a", "an", "the", "my"]
        return words[(index + 1)...].first { !articles.contains($0.lowered) }?.lowered
    }

    /// `unlock` is the opposite of `lock`, whatever the word is.
    private static func withoutPrefix(_ stem: String) -> [String] {
        guard stem.utf8.count >= 6 else { return [] }
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
