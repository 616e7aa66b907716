import JSON
import Models
import Support
import Testing

@testable import Plans

struct PlanEstimateTests {
    private static let models = ModelsConfiguration(
        prices: [
            "gpt-5-mini": Price(input: 1_000_000, cachedInput: 0, output: 2_000_000, asOf: "2026-01-01"),
            "gpt-5.2": Price(input: 10_000_000, cachedInput: 0, output: 20_000_000, asOf: "2026-01-01"),
        ])

    /// Instructions of 1 token; the prices are 1 and 2 nanodollars a token for mini, 10 and 20 for full.
    @Test(
        arguments: [
            ("a: {role: 'full', instructions: 'i', data: {q: 'input.q'}, output_tokens_max: 9}", 1, 101, 9, 1_190),
            (
                "a: {role: 'mini', instructions: 'i', for_each: ['xxxx', 'y'], data: {e: 'item'}, output_tokens_max: 9}",
                2, 4, 18, 40
            ),
            (
                """
                a: {role: 'mini', instructions: 'i', for_each: 'input.q', part_tokens_max: 40, data: {e: 'item'},
                    output_tokens_max: 5},
                b: {choose: 'a', by: 'longest'},
                c: {role: 'full', instructions: 'i', data: {all: 'a', one: 'b'}, output_tokens_max: 1}
                """, 4, 3 * 41 + 1 + 15 + 5, 16, 123 + 30 + 210 + 20
            ),
        ] as [(String, Int, Int, Int, Int64)])
    func aRunIsEstimatedWhole(_ steps: String, _ calls: Int, _ input: Int, _ output: Int, _ cost: Int64) throws {
        let estimate = PlanEstimate(try plan(steps), Self.models, inputTokens: 100)
        #expect([estimate.calls, estimate.promptTokens, estimate.completionTokens] == [calls, input, output])
        #expect(estimate.cost == Money(nanodollars: cost))
    }

    @Test func anUnknownPriceIsNotZero() throws {
        let plan = try plan("a: {role: 'full', instructions: 'i', output_tokens_max: 9}")
        #expect(PlanEstimate(plan, ModelsConfiguration(prices: [:]), inputTokens: 1).cost == nil)
    }

    @Test(arguments: ["triage", "wrap_up"])
    func examplesArePutIntoTheRightStep(_ step: String) throws {
        let plan = try #require(try PlanLibrary()["support"])
        let output: JSONValue =
            step == "triage"
            ? ["intent": "i", "complexity": "simple", "risk": "low", "summary": "s"] : ["summary": "s", "tags": ["t"]]
        let examples: JSONValue = [["data": ["message": "help, \"now\""], "output": output]]
        let text = try #require(PlanText.adding(examples, to: step, of: plan))
        let read = try Plan.parse(text, name: "support", file: "support")
        #expect(
            read.step(named: step)?.ask?.examples == [Ask.Example(data: ["message": "help, \"now\""], output: output)])
        #expect(read.steps.count { $0.ask?.examples.isEmpty == false } == 1)
        #expect(PlanText.adding([["data": [:], "output": "no JSON of that schema"]], to: step, of: plan) == nil)
    }

    @Test func aSmallStepOnOneLineTakesExamplesToo() throws {
        let plan = try plan("a: {role: 'mini', instructions: 'i', data: {a: 'input.q'}, output_tokens_max: 9}")
        let text = try #require(PlanText.adding([["data": ["a": "x"], "output": "y"]], to: "a", of: plan))
        #expect(try Plan.parse(text, name: "p", file: "p").steps[0].ask?.examples.count == 1)
    }
}

struct SubjectRuleTests {
    private static let rules = EscalationRules(subjects: ["Legal advice", "self harm"])

    @Test(
        arguments: [
            ("NONE", nil), ("none\n", nil), ("legal advice", "subject \"Legal advice\""),
            ("I think: NONE", "subject not known"),
            (nil, "subject not known"),
        ] as [(String?, String?)])
    func miniSaysWhatTheInputIsAbout(_ said: String?, _ rule: String?) async throws {
        let models = PlayedModels { _, _ throws(ModelError) in
            guard let said else { throw ModelError(.timedOut) }
            return said
        }
        let plan = try #require(try PlanLibrary()["subject"])
        let found = try await Self.rules.subject(of: ["q": ["may I sue?"]], plan, models.engine)
        #expect(found == rule && models.roles == [.mini])
        #expect(
            models.requests[0].body["messages"]?[1]?["content"]
                == #"{"subjects":["Legal advice","self harm"],"text":"may I sue?"}"#)
    }

    @Test func withoutSubjectsNobodyIsAsked() async throws {
        let models = PlayedModels { _, _ in "" }
        let plan = try #require(try PlanLibrary()["subject"])
        #expect(try await EscalationRules().subject(of: "text", plan, models.engine) == nil && models.requests.isEmpty)
    }
}
