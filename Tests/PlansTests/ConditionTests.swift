import JSON
import Testing

@testable import Plans

struct ConditionTests {
    private static let values: [String: JSONValue] = [
        "choice": " MINI\n", "score.confidence": 0.7, "input.text": .string(String(repeating: "a", count: 400)),
    ]

    private func holds(_ text: String, isForced: Bool = false) throws -> Bool {
        let plan = """
            {summary: "s", inputs: {text: {}}, outputs: {a: "a"}, steps: {
                choice: {role: "mini", instructions: "i", output_tokens_max: 1},
                score: {role: "mini", instructions: "i", output_tokens_max: 1, schema: {type: "object"}},
                gone: {role: "mini", instructions: "i", output_tokens_max: 1},
                a: {role: "mini", instructions: "i", output_tokens_max: 1, when: \(text)}}}
            """
        let condition = try #require(try Plan.parse(plan, name: "p", file: "p").step(named: "a")?.condition)
        return condition.holds(isForced: isForced) { Self.values[$0.description] }
    }

    @Test(arguments: [
        ("{value: 'choice', is: 'MINI'}", true), ("{value: 'choice', is: 'FULL'}", false),
        ("{value: 'choice', in: ['FULL', 'MINI']}", true), ("{not: {value: 'choice', is: 'MINI'}}", false),
        ("{value: 'score.confidence', below: 0.7}", false), ("{value: 'score.confidence', at_least: 0.7}", true),
        ("{value: 'score.confidence', is: 0.70}", true), ("{value: 'gone', is: 'x'}", false),
        ("{not: {value: 'gone', is: 'x'}}", true), ("{absent: 'gone'}", true), ("{absent: 'choice'}", false),
        ("{value: 'choice', below: 5}", false), ("{value: 'input.text', longer_than: 99}", true),
        ("{value: 'input.text', longer_than: 100}", false), ("{forced: false}", true), ("{forced: true}", false),
        ("{all: [{absent: 'gone'}, {forced: true}]}", false), ("{any: [{absent: 'gone'}, {forced: true}]}", true),
    ])
    func conditionsHoldOrNot(_ text: String, _ expected: Bool) throws {
        #expect(try holds(text) == expected)
    }

    @Test func aRuleIsSeen() throws {
        #expect(try holds("{forced: true}", isForced: true))
    }
}
