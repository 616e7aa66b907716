/// What is summed up over upstream calls.
package struct CallSums: LedgerSums {
    package var calls: Int64 = 0
    package var promptTokens: Int64 = 0
    package var cachedTokens: Int64 = 0
    package var completionTokens: Int64 = 0
    package var reasoningTokens: Int64 = 0
    /// Calls that brought an answer without a count of tokens, or may have.
    package var usageUnknown: Int64 = 0
    /// In billionths of a dollar, as far as it is known.
    package var cost: Int64 = 0
    /// Calls that may have cost something, of which it is not known what.
    package var costUnknown: Int64 = 0
    package var latencyMilliseconds: Int64 = 0

    package static let columns = [
        "calls", "prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens", "usage_unknown", "cost",
        "cost_unknown", "latency_ms",
    ]

    package var values: [Int64] {
        [
            calls, promptTokens, cachedTokens, completionTokens, reasoningTokens, usageUnknown, cost, costUnknown,
            latencyMilliseconds,
        ]
    }

    package init() {}

    package init(values: [Int64]) {
        precondition(values.count == CallSums.columns.count, "a value for each column")
        calls = values[0]
        (promptTokens, cachedTokens) = (values[1], values[2])
        (completionTokens, reasoningTokens, usageUnknown) = (values[3], values[4], values[5])
        (cost, costUnknown) = (values[6], values[7])
        latencyMilliseconds = values[8]
    }
}
