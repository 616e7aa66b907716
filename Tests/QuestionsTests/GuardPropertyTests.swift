import Support
import Testing

@testable import Questions

@Suite struct GuardPropertyTests {
    private func mirrored(_ conflict: Conflict) -> Conflict {
        Conflict(conflict.kind, question: conflict.candidate, candidate: conflict.question)
    }

    @Test(arguments: UInt64(1)...6)
    func askedTheOtherWayTheSidesExchange(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<800 {
            let question = randomSentence(using: &random)
            let candidate =
                Bool.random(using: &random)
                ? randomSentence(using: &random)
                : question.split(separator: " ").shuffled(using: &random).joined(separator: " ")
            let there = Guard.conflicts(question, candidate)
            let back = Guard.conflicts(candidate, question)
            #expect(there == back.map(mirrored), "\(question) | \(candidate)")
        }
    }

    @Test(arguments: UInt64(1)...6)
    func noTextIsInConflictWithItself(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let text =
                Bool.random(using: &random) ? randomSentence(using: &random) : randomText(length: 40, using: &random)
            #expect(Guard.conflicts(text, text) == [])
            // White space is not what conflicts.
            let spaced = "  " + text.split(separator: " ").joined(separator: "  ") + " "
            #expect(Guard.conflicts(text, spaced) == [], "\(text.debugDescription)")
        }
    }

    @Test(arguments: UInt64(1)...6)
    func anyScalarsAreRead(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let question = randomText(length: 60, using: &random)
            let candidate = randomText(length: 60, using: &random)
            for conflict in Guard.conflicts(question, candidate) {
                #expect(!conflict.question.isEmpty || !conflict.candidate.isEmpty)
            }
        }
    }

    @Test(arguments: UInt64(1)...3)
    func aReadingServesManyCandidates(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let question = randomSentence(using: &random)
        let reading = Guard.Reading(question)
        for _ in 0..<200 {
            let candidate = randomSentence(using: &random)
            #expect(reading.conflicts(with: Guard.Reading(candidate)) == Guard.conflicts(question, candidate))
        }
    }

    /// Of two scripts with as many letters the same one counts in every process.
    @Test func twoScriptsAreToldApartOneWay() {
        #expect(Guard.Reading("한국 東京").language == .chinese)
        #expect(Guard.Reading("東京 한국").language == .chinese)
        #expect(Guard.Reading("Σσ Жж").language == .russian)
    }
}
