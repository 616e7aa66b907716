package import Support

/// What a model's tokens cost, a million of them at a time.
package struct Price: Sendable, Equatable {
    package let input: Money
    /// Input the provider had cached.
    package let cachedInput: Money
    package let output: Money
    /// The day the price was looked up: `2026-11-24`.
    package let asOf: String

    package init(input: Money, cachedInput: Money, output: Money, asOf: String) {
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
        self.asOf = asOf
    }
}
