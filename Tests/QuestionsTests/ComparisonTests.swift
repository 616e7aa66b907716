import Questions
import Testing

@Suite struct ComparisonTests {
    private static func measures(_ left: String, _ right: String) -> [String: Float] {
        let comparison = Comparison(WordingProfile(Guard.Reading(left)), WordingProfile(Guard.Reading(right)))
        return Dictionary(uniqueKeysWithValues: zip(Comparison.names, comparison.measures))
    }

    private static let pairs = [
        ("How do I reset my router?", "How can I reset a router?"), ("What is Rust?", "Why is the sky blue?"),
        ("Buy", "How do I sell a car in Ohio without a title?"), ("", "What?"), ("???", "!!!"),
        (String(repeating: "long question ", count: 300), "a long question"), ("Öl wechseln", "ol wechseln"),
    ]

    @Test func everyMeasureHasAName() {
        for (left, right) in Self.pairs {
            let comparison = Comparison(WordingProfile(Guard.Reading(left)), WordingProfile(Guard.Reading(right)))
            #expect(comparison.measures.count == Comparison.names.count)
        }
        #expect(Set(Comparison.names).count == Comparison.names.count)
    }

    @Test(arguments: pairs) func eachLiesBetweenZeroAndOneAndIsSymmetric(left: String, right: String) {
        let (one, other) = (Self.measures(left, right), Self.measures(right, left))
        for (name, value) in one {
            #expect((-1e-5...1.00001).contains(value), "\(name) = \(value)")
            #expect(abs(value - other[name]!) < 1e-4, "\(name)")
        }
    }

    @Test func equalTextsShareEverything() {
        let measures = Self.measures("How do I reset my router?", "how do i reset my router")
        for name in ["weighted_overlap", "bigram_overlap", "trigram_overlap", "edit_similarity", "length_ratio"] {
            #expect(measures[name] == 1, "\(name)")
        }
        for name in ["missing_most", "missing_rarest_most", "question_word_other", "person_differs", "tense_differs"] {
            #expect(measures[name] == 0, "\(name)")
        }
    }

    /// A rare word that differs says more than a common one.
    @Test func rareWordsWeighMore() {
        let common = Self.measures("What is the best way to learn Haskell?", "What is the good way to learn Haskell?")
        let rare = Self.measures("What is the best way to learn Haskell?", "What is the best way to learn Erlang?")
        #expect(common["weighted_overlap"]! > rare["weighted_overlap"]!)
        #expect(common["missing_rarest_most"]! < rare["missing_rarest_most"]!)
        #expect(rare["shared_rarest"]! < common["shared_rarest"]!)
    }

    @Test func inflectionsAreOneWord() {
        #expect(Self.measures("resetting routers", "reset router")["weighted_overlap"] == 1)
    }

    @Test(arguments: [
        ("How do I cook rice?", "Why do I cook rice?", "question_word_other"),
        ("How do I fix my car?", "How do they fix a car?", "person_differs"),
        ("Is it open?", "Was it open?", "tense_differs"),
    ])
    func smallWordsThatMatterAreSeen(left: String, right: String, measure: String) {
        #expect(Self.measures(left, right)[measure] == 1)
        #expect(Self.measures(left, left)[measure] == 0)
    }
}
