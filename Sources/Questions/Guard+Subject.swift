extension Guard {
    /// The same sentence but for what follows a preposition: symptoms of flu, symptoms of measles.
    ///
    /// A word that differs elsewhere is more often another way to say the same; there it is a feature of the judge's.
    static func subject(_ left: Reading, _ right: Reading) -> Conflict? {
        // The parts that both have are taken from the text that comes first.
        guard left.text.utf8.lexicographicallyPrecedes(right.text.utf8) else {
            return otherSubject(right, left)?.mirrored
        }
        return otherSubject(left, right)
    }

    private static func otherSubject(_ left: Reading, _ right: Reading) -> Conflict? {
        let (question, candidate) = (left.words[...], right.words[...])
        let start = commonCount(question, candidate)
        let end = commonCount(question.dropFirst(start).reversed(), candidate.dropFirst(start).reversed())
        let onlyLeft = question.dropFirst(start).dropLast(end)
        let onlyRight = candidate.dropFirst(start).dropLast(end)
        guard isSubject(onlyLeft), isSubject(onlyRight), !saysTheSame(onlyLeft, onlyRight) else { return nil }
        let shared = question.prefix(start) + question.suffix(end)
        guard shared.count(where: { !$0.isSmall }) >= 1 else { return nil }
        guard let opener = question.prefix(start).last(where: { !determiners.contains($0.lowered) }),
            opener.facts?.opensSubject == true
        else { return nil }
        // `to` before a verb opens nothing: `the best way to mediate`.
        let isDetermined = [question.prefix(start).last, onlyLeft.first, onlyRight.first].contains {
            $0.map { determiners.contains($0.lowered) } == true
        }
        guard opener.lowered != "to" || isDetermined else { return nil }
        return Conflict(.subject, question: [written(onlyLeft)], candidate: [written(onlyRight)])
    }

    static let subjectOpeners = ["of", "in", "for", "at", "with", "near", "about", "by", "on", "from", "to", "without"]

    private static let determiners = ["a", "an", "the", "my", "your", "his", "her", "our", "their", "its", "this"]

    /// Words of what a question is about, at most.
    private static let subjectWordsMax = 3

    private static func isSubject(_ words: ArraySlice<Word>) -> Bool {
        words.count <= subjectWordsMax && words.contains { !$0.isSmall }
    }

    private static func commonCount(_ left: some Sequence<Word>, _ right: some Sequence<Word>) -> Int {
        var count = 0
        for (one, other) in zip(left, right) {
            guard sayTheSame(one, other) else { break }
            count += 1
        }
        return count
    }

    private static func saysTheSame(_ left: ArraySlice<Word>, _ right: ArraySlice<Word>) -> Bool {
        let content = left.filter { !$0.isSmall }
        let other = right.filter { !$0.isSmall }
        // Numbers have been compared by their values.
        if (content + other).contains(where: \.hasDigit) || content.map(\.key).sorted() == other.map(\.key).sorted() {
            return true
        }
        if content.map(\.key).joined() == other.map(\.key).joined() { return true }
        return content.count == other.count && zip(content, other).allSatisfy(sayTheSame)
    }

    /// Whether two words are the same but for an ending, a slip of the finger, or a synonym.
    static func sayTheSame(_ left: Word, _ right: Word) -> Bool {
        if left.form.keySymbol == right.form.keySymbol { return true }
        let (traits, others) = (left.form.traits, right.form.traits)
        let slash: Character = "/"
        if traits.contains(.hasSlash) || others.contains(.hasSlash) {
            let parts = Set(left.lowered.split(separator: slash))
            if !parts.isDisjoint(with: right.lowered.split(separator: slash)) { return true }
        }
        if traits.contains(.hasAlternatives), others.contains(.hasAlternatives),
            let alternatives = left.facts?.alternatives, let others = right.facts?.alternatives,
            alternatives.contains(where: others.contains)
        {
            return true
        }
        if let synonym = left.form.entry?.facts.synonym, synonym == right.form.entry?.facts.synonym { return true }
        if left.key.utf8.count >= commonLettersMin, right.key.utf8.count >= commonLettersMin,
            left.key.utf8.prefix(commonLettersMin).elementsEqual(right.key.utf8.prefix(commonLettersMin))
        {
            return true
        }
        return left.form.keyStem == right.form.keyStem || Misspelling.isLikely(left.key, right.key)
    }

    /// Words that begin with as many letters alike are forms of one: `electrical`, `electricity`.
    private static let commonLettersMin = 7

    private static func written(_ words: ArraySlice<Word>) -> String {
        words.map(\.written).joined(separator: " ")
    }
}
