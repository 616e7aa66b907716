import Testing

@testable import Evaluation

@Suite struct LabelledTextsTests {
    private func relation(_ labelled: LabelledTexts, _ first: String, _ second: String) -> LabelledTexts.Relation? {
        guard let first = labelled.texts.firstIndex(of: first), let second = labelled.texts.firstIndex(of: second)
        else { return nil }
        let relation = labelled.relation(first, second)
        #expect(labelled.relation(second, first) == relation)
        return relation
    }

    /// a–b–c ask the same, x–y ask the same, c and x do not; p and q are joined by nothing else.
    @Test(arguments: [
        ("a", "a", LabelledTexts.Relation.same), ("a", "b", .same), ("a", "c", .same), ("x", "y", .same),
        ("c", "x", .different), ("a", "y", .different), ("b", "x", .different), ("p", "q", .different),
        ("a", "p", .unknown), ("q", "y", .unknown),
    ])
    func pairsTellOfClasses(first: String, second: String, expected: LabelledTexts.Relation) {
        var builder = LabelledTexts.Builder()
        builder.addPair("a", "b", isSame: true)
        builder.addPair("c", "x", isSame: false)
        builder.addPair("c", "b", isSame: true)
        builder.addPair("y", "x", isSame: true)
        builder.addPair("p", "q", isSame: false)
        let labelled = builder.build()
        #expect(labelled.texts.count == 7 && labelled.classCount == 4)
        #expect(relation(labelled, first, second) == expected)
    }

    @Test func aNoWithinAClassDoesNotSplitIt() {
        var builder = LabelledTexts.Builder()
        builder.addPair("a", "c", isSame: false)
        builder.addPair("a", "b", isSame: true)
        builder.addPair("b", "c", isSame: true)
        #expect(relation(builder.build(), "a", "c") == .same)
    }

    /// Two files: in the first a, b of class 1, c of 2, o and p of none; in the second u of class 1.
    @Test(arguments: [
        ("a", "b", LabelledTexts.Relation.same), ("a", "c", .different), ("a", "o", .different),
        ("o", "c", .different), ("o", "p", .unknown), ("a", "u", .unknown), ("o", "u", .unknown), ("c", "z", .unknown),
    ])
    func classesTellOfTheirFile(first: String, second: String, expected: LabelledTexts.Relation) {
        var builder = LabelledTexts.Builder()
        for (text, name) in [("a", "1"), ("b", "1"), ("c", "2"), ("o", nil), ("p", nil)] {
            builder.addClassified(text, class: name, file: 0)
        }
        builder.addClassified("u", class: "1", file: 1)
        builder.addPair("z", "y", isSame: true)
        // A second class for the same text is ignored.
        builder.addClassified("c", class: "1", file: 0)
        #expect(relation(builder.build(), first, second) == expected)
    }
}
