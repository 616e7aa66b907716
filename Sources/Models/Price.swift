package import Support

/// What a model's tokens cost.
package struct Price: Sendable, Equatable {
    /// Nanodollars for a million tokens, each kind; at most a million dollars, so that no sum overflows.
    package let input: Int64
    package let cachedInput: Int64
    package let output: Int64
    /// The day on which the price was looked up: `2026-11-24`.
    package let asOf: String

    package static let range: ClosedRange<Int64> = 0...1_000_000_000_000_000

    /// - Precondition: every price lies in `range`.
    package init(input: Int64, cachedInput: Int64, output: Int64, asOf: String) {
        precondition([input, cachedInput, output].allSatisfy(Price.range.contains), "no price is like this")
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
        self.asOf = asOf
    }

    /// What a call cost, rounded half up once; nil when the count of tokens is beyond all reason.
    ///
    /// Reasoning tokens are among the completion's; cached ones among the prompt's.
    package func cost(of usage: Usage) -> Money? {
        let sum =
            Int128(usage.promptTokens - usage.cachedTokens) * Int128(input)
            + Int128(usage.cachedTokens) * Int128(cachedInput) + Int128(usage.completionTokens) * Int128(output)
        return Int64(exactly: (sum + 500_000) / 1_000_000).map(Money.init)
    }
}
