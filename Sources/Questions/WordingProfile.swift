/// What the judge must know of one text: found once, compared with many candidates.
package final class WordingProfile: Sendable {
    /// A stem of the text.
    struct Term: Sendable {
        let stem: Symbol
        /// How rare its word is, from 0 for `the` to 1 for one that few questions have.
        var rarity: Float
        /// Whether it is that of a small word, question words left out.
        var isSmall: Bool
    }

    /// The stems of all words, each once.
    let terms: [Term]
    /// The words in order, each as the place of its stem among the terms.
    let order: [UInt8]
    /// The place of the question word's stem, if there is one.
    let questionWord: UInt8?
    /// What its small words say.
    let markers: Markers
    let trigrams: TrigramSet
    /// Every two words in a row, each once.
    let bigrams: [Bigram]

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
        var terms: [Term] = []
        var order: [UInt8] = []
        var questionWord: UInt8?
        var markers: Markers = []
        terms.reserveCapacity(words.count)
        order.reserveCapacity(words.count)
        for word in words.lazy.map(\.form) {
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
        var bigrams: [Bigram] = []
        bigrams.reserveCapacity(words.count)
        for (first, second) in zip(order, order.dropFirst()) {
            let bigram = Bigram(first: first, second: second)
            if !bigrams.contains(bigram) { bigrams.append(bigram) }
        }
        self.terms = terms
        self.order = order
        self.questionWord = questionWord
        self.markers = markers
        self.bigrams = bigrams
        trigrams = TrigramSet(of: words.lazy.map(\.lowered), bytesMax: WordingProfile.trigramBytesMax)
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
