import Testing

@testable import Evaluation

@Suite struct RequestStreamTests {
    /// `count` texts in classes of two.
    static func labelled(_ count: Int) -> LabelledTexts {
        var builder = LabelledTexts.Builder()
        for text in 0..<count { builder.addClassified("t\(text)", class: "\(text / 2)", file: 0) }
        return builder.build()
    }

    @Test func aShuffledStreamAsksEachTextOnce() {
        let labelled = Self.labelled(50)
        let stream = RequestStream.shuffled(labelled, limit: nil, seed: 1)
        #expect(stream.sorted() == Array(0..<50) && stream != Array(0..<50))
        #expect(RequestStream.shuffled(labelled, limit: 20, seed: 1) == Array(stream.prefix(20)))
        #expect(RequestStream.shuffled(labelled, limit: 99, seed: 1) == stream)
        #expect(RequestStream.shuffled(labelled, limit: nil, seed: 2) != stream)
    }

    @Test func zipfDrawsClassesByRankAndTheirTextsAlike() {
        let labelled = Self.labelled(20)
        let texts = RequestStream.shuffled(labelled, limit: nil, seed: 1)
        let stream = RequestStream.zipf(labelled, texts: texts, exponent: 1, requests: 40_000, seed: 1)
        #expect(stream == RequestStream.zipf(labelled, texts: texts, exponent: 1, requests: 40_000, seed: 1))
        #expect(stream.count == 40_000 && Set(stream) == Set(texts))
        var ranks: [Int] = []
        for text in texts where !ranks.contains(labelled.classes[text]) { ranks.append(labelled.classes[text]) }
        let harmonic = (1...10).reduce(0) { $0 + 1 / Double($1) }
        for (rank, name) in ranks.enumerated() {
            let members = texts.filter { labelled.classes[$0] == name }
            for member in members {
                let expected = 40_000 / Double(rank + 1) / harmonic / Double(members.count)
                let count = stream.count { $0 == member }
                // Five standard deviations of a Poisson count.
                #expect(abs(Double(count) - expected) < 5 * expected.squareRoot())
            }
        }
    }

    @Test func zipfDrawsOnlyTheTextsItIsGiven() {
        let labelled = Self.labelled(20)
        let stream = RequestStream.zipf(labelled, texts: [3, 7], exponent: 0, requests: 100, seed: 1)
        #expect(Set(stream) == [3, 7])
        #expect(RequestStream.zipf(labelled, texts: [], exponent: 1, requests: 100, seed: 1).isEmpty)
    }
}
