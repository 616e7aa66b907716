import Testing

@testable import Plans

@Suite struct AdjustedPlanTests {
    @Test func changesTheBoundOfConfidence() throws {
        let plan = try #require(try PlanLibrary()["confidence"])
        #expect(plan.asksForConfidence)
        // Its confidence is a word.
        #expect(try PlanLibrary()["confidence-words"]?.asksForConfidence == false)
        let adjusted = plan.adjusted(confidenceMin: 0.6, summaryTokensMax: 50)
        let reference = try #require(Reference("attempt.confidence"))
        #expect(plan.step(named: "full")?.condition == .not(.isAtLeast(reference, 0.8)))
        #expect(adjusted.step(named: "full")?.condition == .not(.isAtLeast(reference, 0.6)))
        #expect(adjusted.step(named: "attempt")?.condition == plan.step(named: "attempt")?.condition)
        #expect(adjusted.step(named: "full")?.ask?.outputTokensMax == plan.step(named: "full")?.ask?.outputTokensMax)
    }

    @Test func changesWhatIsWrittenOfEachPart() throws {
        let plan = try #require(try PlanLibrary()["compress"])
        #expect(!plan.asksForConfidence)
        let adjusted = plan.adjusted(confidenceMin: 0.6, summaryTokensMax: 50)
        #expect(plan.step(named: "extracts")?.ask?.outputTokensMax == 400)
        #expect(adjusted.step(named: "extracts")?.ask?.outputTokensMax == 50)
        #expect(adjusted.step(named: "condensed")?.ask?.outputTokensMax == 2_000)
        #expect(adjusted.steps.map(\.condition) == plan.steps.map(\.condition))
    }

    @Test func leavesWhatIsNotAsked() throws {
        for name in try PlanLibrary().names {
            let plan = try #require(try PlanLibrary()[name])
            let same = plan.adjusted(confidenceMin: nil, summaryTokensMax: nil)
            #expect(same.steps.map(\.condition) == plan.steps.map(\.condition))
            #expect(same.steps.map { $0.ask?.outputTokensMax } == plan.steps.map { $0.ask?.outputTokensMax })
        }
    }
}
