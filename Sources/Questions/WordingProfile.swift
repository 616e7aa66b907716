/// What the judge must know of one text: found once, compared with many candidates.
package struct WordingProfile: Sendable {
    /// A stem of the text.
    struct Term: Sendable {
        let stem: Symbol
        /// How rare its word is, from 0 for `the` to 1 for one that few questions have.
        var rarity: Float
        /// Whether it is that of a small word, question words left out.
        var isSmall: Bool
    }

    /// The stems of all words, each once.
    private(set) var terms: [Term] = []
    /// The words in order, each as the place of its stem among the terms.
    private(set) var order: [UInt8] = []
    /// The place of the question word's stem, if there is one.
    private(set) var questionWord: UInt8?
    /// What its small words say.
    private(set) var markers: Markers = []
    let trigrams: TrigramSet
    /// Every two words in a row, each once.
    private(set) var bigrams: [Bigram] = []

    /// Two places among the terms.
    struct Bigram: Equatable, Sendable {
        let first: UInt8
        let second: UInt8
    }

    /// A longer text is no question; its beginning is compared.
    private static let wordsMax = 64
    private static let trigramBytesMax = 512

    package init(_ reading: Guard.Reading) {
        let words = reading.words.prefix(WordingProfile.wordsMax)
        trigrams = TrigramSet(of: words.lazy.map(\.lowered), bytesMax: WordingProfile.trigramBytesMax)
        terms.reserveCapacity(words.count)
        order.reserveCapacity(words.count)
        for word in words { add(word.form) }
        bigrams.reserveCapacity(words.count)
        for (first, second) in zip(order, order.dropFirst()) {
            let bigram = Bigram(first: first, second: second)
            if !bigrams.contains(bigram) { bigrams.append(bigram) }
        }
    }

    private mutating func add(_ word: Word.Form) {
        let place = terms.firstIndex { $0.stem == word.stem } ?? terms.count
        if place == terms.count { terms.append(Term(stem: word.stem, rarity: word.rarity, isSmall: false)) }
        // Of two words of one stem the last one counts.
        terms[place].rarity = word.rarity
        order.append(UInt8(place))
        if word.traits.contains(.isQuestionWord) {
            questionWord = questionWord ?? UInt8(place)
        } else if word.traits.contains(.isSmall) {
            terms[place].isSmall = true
            markers.formUnion(word.markers)
        }
    }

    static let questionWords: Set<String> = [
        "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "what's", "who's", "where's", "how's",
    ]
}

extension WordingProfile {
    /// Small words that tell whose matter a question is about, and when.
    struct Markers: OptionSet, Sendable {
        let rawValue: UInt32

        /// Whose matter it is: `my computer`, `a computer`, `their computer`.
        static let persons = Markers(personStems)
        /// When, and whether for sure.
        static let tenses = Markers(tenseStems)

        private static let personStems = ["i", "my", "me", "he", "she", "they", "their", "we", "our", "you", "your"]
        private static let tenseStems = ["was", "wer", "will", "would", "should", "did", "had", "been", "could"]
        private static let stems = personStems + tenseStems

        init(rawValue: UInt32) { self.rawValue = rawValue }

        /// What one stem says.
        init(_ stem: String) { rawValue = Markers.stems.firstIndex(of: stem).map { 1 << UInt32($0) } ?? 0 }

        private init(_ stems: [String]) { self.init(stems.map { Markers($0) }) }
    }
}
