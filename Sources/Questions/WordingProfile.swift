/// What the judge must know of one text: found once, compared with many candidates.
package struct WordingProfile: Sendable {
    /// Stems of all words, in order.
    let stems: [String]
    /// The same, each once.
    let distinctStems: [String]
    /// By stem: how rare the word is, from 0 for `the` to 1 for one that few questions have.
    let rarities: [String: Float]
    /// Stems of the small words, question words left out.
    let smallWords: Set<String>
    /// The stem of the question word, if there is one.
    let questionWord: String?
    /// Hashes of every three bytes in a row, sorted, each once.
    let trigrams: [UInt32]
    let bigrams: Set<Bigram>

    /// Two stems in a row.
    struct Bigram: Hashable, Sendable {
        let first: String
        let second: String
    }

    /// A longer text is no question; its beginning is compared.
    private static let wordsMax = 64
    private static let trigramsMax = 512

    package init(_ reading: Guard.Reading) {
        let words = reading.words.prefix(WordingProfile.wordsMax)
        let stems = words.map { Opposites.stem($0.facts?.base ?? $0.lowered) }
        var rarities: [String: Float] = [:]
        var distinctStems: [String] = []
        var smallWords: Set<String> = []
        var questionWord: String?
        for (word, stem) in zip(words, stems) {
            if rarities.updateValue(WordRarity.of(word.lowered), forKey: stem) == nil { distinctStems.append(stem) }
            if WordingProfile.questionWords.contains(word.lowered) {
                questionWord = questionWord ?? stem
            } else if word.isSmall {
                smallWords.insert(stem)
            }
        }
        self.stems = stems
        self.distinctStems = distinctStems
        self.rarities = rarities
        self.smallWords = smallWords
        self.questionWord = questionWord
        bigrams = Set(zip(stems, stems.dropFirst()).lazy.map { Bigram(first: $0, second: $1) })
        trigrams = WordingProfile.trigrams(words.map(\.lowered).joined(separator: " "))
    }

    private static let questionWords: Set<String> = [
        "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "what's", "who's", "where's", "how's",
    ]

    private static func trigrams(_ text: String) -> [UInt32] {
        var hashes: [UInt32] = []
        hashes.reserveCapacity(min(text.utf8.count, trigramsMax))
        var window: UInt32 = 0
        for (index, byte) in text.utf8.prefix(trigramsMax).enumerated() {
            window = (window << 8 | UInt32(byte)) & 0xFF_FFFF
            if index >= 2 { hashes.append(window) }
        }
        hashes.sort()
        var distinct = 0
        for index in hashes.indices where index == 0 || hashes[index] != hashes[distinct - 1] {
            hashes[distinct] = hashes[index]
            distinct += 1
        }
        hashes.removeSubrange(distinct...)
        return hashes
    }
}
