import JSON
import Testing

@testable import Plans

struct EscalationRulesTests {
    private static let rules = EscalationRules(
        words: ["lawsuit", "self harm"], tags: ["brand"], scopes: ["legal"], inputTokensMax: 10)

    @Test(
        arguments: [
            ("I file a LAWSUIT!", [], "", "word \"lawsuit\""), ("self-harm", [], "", "word \"self harm\""),
            ("lawsuits", [], "", nil), ("myself harmless", [], "", nil), ("hi", ["a", "brand"], "", "tag \"brand\""),
            ("hi", [], "legal", "scope \"legal\""), ("hi", [], "legalese", nil),
            ("0123456789012345678901234567890123456789", [], "", nil),
            ("01234567890123456789012345678901234567890", [], "", "input of 11 tokens, more than 10"),
        ] as [(String, [String], String, String?)])
    func theFirstRuleThatAppliesIsTold(_ text: String, _ tags: [String], _ scope: String, _ expected: String?) {
        #expect(Self.rules.rule(for: ["messages": [["content": .string(text)]]], tags: tags, scope: scope) == expected)
        #expect(EscalationRules().rule(for: .string(text), tags: tags, scope: scope) == nil)
    }
}
