import JSON
import Support
import Testing

@testable import Models

@Suite struct PriceTests {
    private static let price = Price(input: 1_750_000_000, cachedInput: 175_000_000, output: 14_000_000_000, asOf: "")

    struct Case: Sendable {
        var prompt = 0
        var cached = 0
        var completion = 0
        var reasoning = 0
        var price = PriceTests.price
        var nanodollars: Int64?
    }

    @Test(
        arguments: [
            Case(nanodollars: 0),
            Case(prompt: 1_000_000, nanodollars: 1_750_000_000),
            Case(prompt: 1_000_000, cached: 1_000_000, nanodollars: 175_000_000),
            Case(completion: 1_000_000, nanodollars: 14_000_000_000),
            Case(prompt: 1_000, cached: 400, completion: 200, nanodollars: 600 * 1_750 + 400 * 175 + 200 * 14_000),
            // Reasoning tokens are paid as the completion's, once.
            Case(completion: 100, reasoning: 100, nanodollars: 1_400_000),
            // Half up, once for the sum and not for each part: 0.5, 0.499999, 0.5 + 0.5, 3 × 0.4.
            Case(prompt: 1, price: Price(input: 500_000, cachedInput: 0, output: 0, asOf: ""), nanodollars: 1),
            Case(prompt: 1, price: Price(input: 499_999, cachedInput: 0, output: 0, asOf: ""), nanodollars: 0),
            Case(
                prompt: 1, completion: 1, price: Price(input: 500_000, cachedInput: 0, output: 500_000, asOf: ""),
                nanodollars: 1),
            Case(
                prompt: 2, cached: 1, completion: 1,
                price: Price(input: 400_000, cachedInput: 400_000, output: 400_000, asOf: ""), nanodollars: 1),
            Case(prompt: 1_000_000_000_000, nanodollars: 1_750_000_000_000_000),
            Case(prompt: .max, nanodollars: nil),
            Case(
                prompt: .max, completion: .max,
                price: Price(
                    input: Price.range.upperBound, cachedInput: 0, output: Price.range.upperBound, asOf: ""),
                nanodollars: nil),
        ])
    func costs(_ test: Case) {
        let usage = Usage(
            promptTokens: test.prompt, cachedTokens: test.cached, completionTokens: test.completion,
            reasoningTokens: test.reasoning)
        #expect(test.price.cost(of: usage)?.nanodollars == test.nanodollars)
    }

    @Test func theDefaultsAreTheListPrices() {
        let million = Usage(promptTokens: 2_000_000, cachedTokens: 1_000_000, completionTokens: 1_000_000)
        let configuration = ModelsConfiguration()
        #expect(configuration.cost(model: "gpt-5-mini", usage: million)?.dollars == 0.25 + 0.025 + 2)
        #expect(configuration.cost(model: "gpt-5.2", usage: million)?.dollars == 1.75 + 0.175 + 14)
        #expect(configuration.cost(model: "gpt-6", usage: million) == nil)
        for role in Role.allCases {
            for model in configuration[role].models { #expect(configuration.price(of: model) != nil) }
        }
    }

    @Test(
        arguments: [
            ("gpt-5.2", "gpt-5.2"), ("gpt-5.2-2026-01-31", "gpt-5.2"), ("gpt-5.2-20260131", "gpt-5.2"),
            ("gpt-5.2-0131", "gpt-5.2"), ("gpt-5.2-mini", nil), ("gpt-5.2-mini-2026-01-31", nil), ("gpt-5.2-1331", nil),
            ("gpt-5.2-0100", nil), ("gpt-5.2-2026-13-01", nil), ("gpt-5.2-2026-01-3", nil), ("gpt-5.20131", nil),
            ("gpt-5.2-", nil), ("gpt-5.2-20260131-0131", nil), ("gpt-5", "gpt-5"),
            ("gpt-5-mini-2026-01-31", "gpt-5-mini"),
            ("gpt-5-2026-01-31", "gpt-5-2026-01-31"), ("gpt-5-2026-02-01", "gpt-5"), ("gpt-5-2027-0131", "gpt-5-2027"),
            ("", nil), ("-0131", nil), ("GPT-5.2", nil), ("gpt-5.2-٠١٣١", nil),
        ])
    func looksUp(_ model: String, _ name: String?) {
        let names = ["gpt-5", "gpt-5-mini", "gpt-5.2", "gpt-5-2026-01-31", "gpt-5-2027"]
        let prices = names.enumerated().map { ($1, Price(input: Int64($0), cachedInput: 0, output: 0, asOf: "")) }
        let configuration = ModelsConfiguration(prices: Dictionary(uniqueKeysWithValues: prices))
        #expect(configuration.price(of: model) == name.flatMap { configuration.prices[$0] })
    }
}

@Suite struct UsageTests {
    @Test(
        arguments: [
            (#"{"prompt_tokens":5,"completion_tokens":7}"#, Usage(promptTokens: 5, completionTokens: 7)),
            (
                #"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":6}}"#,
                Usage(promptTokens: 5, cachedTokens: 4, completionTokens: 7, reasoningTokens: 6)
            ),
            (
                #"{"prompt_tokens":0,"completion_tokens":0,"prompt_tokens_details":null,"completion_tokens_details":{}}"#,
                Usage(promptTokens: 0, completionTokens: 0)
            ),
            (#"{"prompt_tokens":5}"#, nil), (#"{"completion_tokens":5}"#, nil), ("null", nil), ("[]", nil),
            (#"{"prompt_tokens":-5,"completion_tokens":7}"#, nil),
            (#"{"prompt_tokens":"5","completion_tokens":7}"#, nil),
            (#"{"prompt_tokens":5.5,"completion_tokens":7}"#, nil),
            (#"{"prompt_tokens":1e300,"completion_tokens":7}"#, nil),
            (#"{"prompt_tokens":5,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":6}}"#, nil),
            (#"{"prompt_tokens":5,"completion_tokens":7,"completion_tokens_details":{"reasoning_tokens":-1}}"#, nil),
        ])
    func reads(_ text: String, _ usage: Usage?) throws {
        #expect(Usage(try JSONValue.parse(text)) == usage)
    }

    @Test func missingIsUnknown() { #expect(Usage(nil) == nil) }
}
