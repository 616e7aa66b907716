/// How much two wordings have in common, measured by their words: what the judge weighs beside the similarity.
///
/// Every measure is the same whichever of the two is the question, and lies near 0 to 1.
package struct Comparison: Sendable {
    /// In the order of `names`.
    package let measures: [Float]

    package static let names = [
        "weighted_overlap", "containment_least", "containment_most", "missing_least", "missing_most",
        "missing_rarest_least", "missing_rarest_most", "missing_words_least", "missing_words_most", "shared_rarest",
        "shared_rarity", "small_overlap", "bigram_overlap", "trigram_overlap", "edit_similarity", "length_ratio",
        "length", "question_word_same", "question_word_other", "first_word_same", "last_word_same", "person_differs",
        "tense_differs",
    ]

    package init(_ left: WordingProfile, _ right: WordingProfile) {
        let (shared, sharedRarest) = Comparison.common(left, right)
        let (missingLeft, missingRight) = (Missing(of: left, in: right), Missing(of: right, in: left))
        let (allLeft, allRight) = (shared + missingLeft.rarity, shared + missingRight.rarity)
        func contained(_ all: Float) -> Float { all > 0 ? shared / all : 1 }
        let (words, otherWords) = (Float(left.stems.count), Float(right.stems.count))
        let union = shared + missingLeft.rarity + missingRight.rarity
        measures = [
            union > 0 ? shared / union : 1,
            min(contained(allLeft), contained(allRight)), max(contained(allLeft), contained(allRight)),
            Comparison.squeezed(min(missingLeft.rarity, missingRight.rarity), 2),
            Comparison.squeezed(max(missingLeft.rarity, missingRight.rarity), 2),
            min(missingLeft.rarest, missingRight.rarest), max(missingLeft.rarest, missingRight.rarest),
            Comparison.squeezed(Float(min(missingLeft.contentWords, missingRight.contentWords)), 2),
            Comparison.squeezed(Float(max(missingLeft.contentWords, missingRight.contentWords)), 2),
            sharedRarest, Comparison.squeezed(shared, 3),
            Comparison.overlap(left.smallWords, right.smallWords), Comparison.overlap(left.bigrams, right.bigrams),
            Comparison.overlap(left.trigrams, right.trigrams),
            1 - Float(Comparison.edits(left.stems, right.stems)) / max(words, otherWords, 1),
            min(words, otherWords) / max(words, otherWords, 1), Comparison.squeezed(min(words, otherWords), 10),
            left.questionWord == right.questionWord ? 1 : 0,
            left.questionWord != nil && right.questionWord != nil && left.questionWord != right.questionWord ? 1 : 0,
            left.stems.first == right.stems.first ? 1 : 0, left.stems.last == right.stems.last ? 1 : 0,
            Comparison.differ(left, right, in: Comparison.persons) ? 1 : 0,
            Comparison.differ(left, right, in: Comparison.tenses) ? 1 : 0,
        ]
    }

    /// The words of one text that the other lacks.
    private struct Missing {
        var rarity: Float = 0
        var rarest: Float = 0
        var contentWords = 0

        init(of text: WordingProfile, in other: WordingProfile) {
            for stem in text.distinctStems where other.rarities[stem] == nil {
                let rare = text.rarities[stem]!
                rarity += rare
                rarest = max(rarest, rare)
                if !text.smallWords.contains(stem), stem != text.questionWord { contentWords += 1 }
            }
        }
    }

    private static func common(_ left: WordingProfile, _ right: WordingProfile) -> (rarity: Float, rarest: Float) {
        var (sum, rarest): (Float, Float) = (0, 0)
        for stem in left.distinctStems where right.rarities[stem] != nil {
            // Two words of one stem may differ in rarity.
            let rare = (left.rarities[stem]! + right.rarities[stem]!) / 2
            sum += rare
            rarest = max(rarest, rare)
        }
        return (sum, rarest)
    }

    /// From 0 to below 1; one half at `half`.
    private static func squeezed(_ value: Float, _ half: Float) -> Float { value / (value + half) }

    /// Shared elements over all elements; 1 of two empty sets.
    private static func overlap<Element>(_ left: Set<Element>, _ right: Set<Element>) -> Float {
        let shared = left.count { right.contains($0) }
        let all = left.count + right.count - shared
        return all > 0 ? Float(shared) / Float(all) : 1
    }

    /// The same of two sorted rows.
    private static func overlap(_ left: [UInt32], _ right: [UInt32]) -> Float {
        var (i, j, shared) = (0, 0, 0)
        while i < left.count, j < right.count {
            if left[i] == right[j] { shared += 1 }
            let (x, y) = (left[i], right[j])
            if x <= y { i += 1 }
            if y <= x { j += 1 }
        }
        let all = left.count + right.count - shared
        return all > 0 ? Float(shared) / Float(all) : 1
    }

    /// Words to insert, remove or replace (Levenshtein).
    private static func edits(_ left: [String], _ right: [String]) -> Int {
        var row = Array(0...right.count)
        for (i, word) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let next = min(diagonal + (word == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }

    private static func differ(_ left: WordingProfile, _ right: WordingProfile, in words: [String]) -> Bool {
        words.contains { left.smallWords.contains($0) != right.smallWords.contains($0) }
    }

    /// Whose matter it is: `my computer`, `a computer`, `their computer`.
    private static let persons = ["i", "my", "me", "he", "she", "they", "their", "we", "our", "you", "your"]
    /// When, and whether for sure.
    private static let tenses = ["was", "wer", "will", "would", "should", "did", "had", "been", "could"]
}
