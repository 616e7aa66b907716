/// What the word lists know of each word: found once a word, since hashing is most of what a reading costs.
enum Lexicon {
    struct Facts: Sendable {
        /// Whether it carries little of a question's subject.
        var isSmall = false
        /// Whether words that change places around it stay in the same relation.
        var isNeutral = false
        var isNegation = false
        var number: NumberWord?
        var unit: Unit?
        /// The unit it is after a number only.
        var unitAfterNumber: Unit?
        /// The month or weekday.
        var day: String?
        /// The word of which this is an irregular form.
        var base: String?
        /// The groups it belongs to, and what it is called there.
        var alternatives: [Alternative] = []
        /// The languages that use it often.
        var languages: Language.Set = []
        /// Whether it relates the words around it as `from` and `than` do: A to B is not B to A.
        var isRelation = false
        /// Whether what follows it is what a question is about: symptoms *of* flu.
        var opensSubject = false
        /// The first of the words that mean the same.
        var synonym: String?
    }

    /// Shared, so that a word holds a reference only.
    final class Entry: Sendable {
        let facts: Facts

        init(_ facts: Facts) {
            self.facts = facts
        }
    }

    /// - Returns: nil for a word of no list.
    static func entry(_ lowered: String) -> Entry? {
        if let entry = entries[lowered] { return entry }
        // Adverbs of manner may stand anywhere in a sentence and change little: `exactly`, `really`.
        return lowered.utf8.count > 5 && lowered.hasEnding("ly") ? adverb : nil
    }

    /// The listed words and the commoner of all others as they are written inside a sentence and at its beginning, by their
    /// letters: what follows from these is found once, and not for every text.
    static let forms: [Symbol: Word.Form] = {
        let words = Set(entries.keys).union(WordRarity.words).filter { word in
            word.utf8.count <= Symbol.bytesMax && word.utf8.allSatisfy { $0 < 0x80 }
        }
        var forms = [Symbol: Word.Form](minimumCapacity: 2 * words.count)
        for word in words {
            for written in [word, word.prefix(1).uppercased() + word.dropFirst()] {
                forms[Symbol(written)] = Word.Form(written)
            }
        }
        return forms
    }()

    private static let adverb = Entry(Facts(isSmall: true))

    private static let entries: [String: Entry] = {
        var facts: [String: Facts] = [:]
        for word in SmallWords.all { facts[word, default: Facts()].isSmall = true }
        for word in SmallWords.neutral { facts[word, default: Facts()].isNeutral = true }
        for word in Guard.negationWords { facts[word, default: Facts()].isNegation = true }
        for (word, number) in NumberWord.all { facts[word, default: Facts()].number = number }
        for (word, unit) in Unit.anywhere { facts[word, default: Facts()].unit = unit }
        for (word, unit) in Unit.afterNumber { facts[word, default: Facts()].unitAfterNumber = unit }
        for (word, day) in Calendar.days { facts[word, default: Facts()].day = day }
        for (word, base) in AntonymPairs.irregular { facts[word, default: Facts()].base = base }
        for (word, alternatives) in Alternative.byWord { facts[word, default: Facts()].alternatives = alternatives }
        for (word, languages) in Language.byWord { facts[word, default: Facts()].languages = languages }
        for word in Role.relations { facts[word, default: Facts()].isRelation = true }
        for word in Guard.subjectOpeners { facts[word, default: Facts()].opensSubject = true }
        for (word, synonym) in Synonyms.byWord { facts[word, default: Facts()].synonym = synonym }
        return facts.mapValues(Entry.init)
    }()
}
