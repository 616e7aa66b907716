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
        let pairs = Pairs(left, right)
        let (shared, sharedRarest) = pairs.common
        let (missingLeft, missingRight) = (pairs.missingLeft, pairs.missingRight)
        let (allLeft, allRight) = (shared + missingLeft.rarity, shared + missingRight.rarity)
        func contained(_ all: Float) -> Float { all > 0 ? shared / all : 1 }
        let (words, otherWords) = (Float(left.order.count), Float(right.order.count))
        let union = shared + missingLeft.rarity + missingRight.rarity
        let (question, otherQuestion) = (left.questionWord, right.questionWord)
        let asksAlike = pairs.areSame(question, otherQuestion)
        let differing = left.markers.symmetricDifference(right.markers)
        measures = [
            union > 0 ? shared / union : 1,
            min(contained(allLeft), contained(allRight)), max(contained(allLeft), contained(allRight)),
            Comparison.squeezed(min(missingLeft.rarity, missingRight.rarity), 2),
            Comparison.squeezed(max(missingLeft.rarity, missingRight.rarity), 2),
            min(missingLeft.rarest, missingRight.rarest), max(missingLeft.rarest, missingRight.rarest),
            Comparison.squeezed(Float(min(missingLeft.contentWords, missingRight.contentWords)), 2),
            Comparison.squeezed(Float(max(missingLeft.contentWords, missingRight.contentWords)), 2),
            sharedRarest, Comparison.squeezed(shared, 3), pairs.smallOverlap, pairs.bigramOverlap,
            Comparison.overlap(left.trigrams, right.trigrams),
            1 - Float(pairs.edits) / max(words, otherWords, 1),
            min(words, otherWords) / max(words, otherWords, 1), Comparison.squeezed(min(words, otherWords), 10),
            asksAlike ? 1 : 0, question != nil && otherQuestion != nil && !asksAlike ? 1 : 0,
            pairs.areSame(left.order.first, right.order.first) ? 1 : 0,
            pairs.areSame(left.order.last, right.order.last) ? 1 : 0,
            differing.isDisjoint(with: .persons) ? 0 : 1, differing.isDisjoint(with: .tenses) ? 0 : 1,
        ]
    }

    /// From 0 to below 1; one half at `half`.
    private static func squeezed(_ value: Float, _ half: Float) -> Float { value / (value + half) }

    private static func overlap(_ left: TrigramSet, _ right: TrigramSet) -> Float {
        let shared = left.sharedCount(with: right)
        return share(shared, of: left.count + right.count - shared)
    }

    /// A share of what two texts have; 1 of two that have nothing.
    fileprivate static func share(_ shared: Int, of all: Int) -> Float { all > 0 ? Float(shared) / Float(all) : 1 }
}

/// The stems of two texts, each with the same of the other text.
private struct Pairs {
    private let left: WordingProfile
    private let right: WordingProfile
    /// By place of a term of the left text: the place of the same stem in the right one.
    private let places: [UInt8?]

    init(_ left: WordingProfile, _ right: WordingProfile) {
        self.left = left
        self.right = right
        places = left.terms.map { term in right.terms.firstIndex { $0.stem == term.stem }.map { UInt8($0) } }
    }

    /// Whether two places have the same stem; two that are none are the same.
    func areSame(_ place: UInt8?, _ other: UInt8?) -> Bool {
        guard let place, let other else { return place == other }
        return places[Int(place)] == other
    }

    /// How rare the shared words are, in all and at most.
    var common: (rarity: Float, rarest: Float) {
        var (sum, rarest): (Float, Float) = (0, 0)
        for (term, place) in zip(left.terms, places) {
            guard let place else { continue }
            // Two words of one stem may differ in rarity.
            let rare = (term.rarity + right.terms[Int(place)].rarity) / 2
            sum += rare
            rarest = max(rarest, rare)
        }
        return (sum, rarest)
    }

    /// The words of one text that the other lacks.
    struct Missing {
        var rarity: Float = 0
        var rarest: Float = 0
        var contentWords = 0

        mutating func add(_ term: WordingProfile.Term, isQuestionWord: Bool) {
            rarity += term.rarity
            rarest = max(rarest, term.rarity)
            if !term.isSmall, !isQuestionWord { contentWords += 1 }
        }
    }

    var missingLeft: Missing {
        var missing = Missing()
        for (index, term) in left.terms.enumerated() where places[index] == nil {
            missing.add(term, isQuestionWord: left.questionWord.map { Int($0) } == index)
        }
        return missing
    }

    var missingRight: Missing {
        var isShared = [Bool](repeating: false, count: right.terms.count)
        for case let place? in places { isShared[Int(place)] = true }
        var missing = Missing()
        for (index, term) in right.terms.enumerated() where !isShared[index] {
            missing.add(term, isQuestionWord: right.questionWord.map { Int($0) } == index)
        }
        return missing
    }

    var smallOverlap: Float {
        var shared = 0
        for (term, place) in zip(left.terms, places) where term.isSmall {
            if let place, right.terms[Int(place)].isSmall { shared += 1 }
        }
        let all = left.terms.count(where: \.isSmall) + right.terms.count(where: \.isSmall)
        return Comparison.share(shared, of: all - shared)
    }

    var bigramOverlap: Float {
        let shared = left.bigrams.count { bigram in
            guard let first = places[Int(bigram.first)], let second = places[Int(bigram.second)] else { return false }
            return right.bigrams.contains(WordingProfile.Bigram(first: first, second: second))
        }
        return Comparison.share(shared, of: left.bigrams.count + right.bigrams.count - shared)
    }

    /// Words to insert, remove or replace (Levenshtein).
    var edits: Int {
        var row = Array(0...right.order.count)
        for (i, word) in left.order.enumerated() {
            let same = places[Int(word)]
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.order.enumerated() {
                let next = min(diagonal + (same == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.order.count]
    }
}
