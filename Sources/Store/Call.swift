package import Support

/// One upstream call, as the ledger keeps it.
package struct Call: Hashable, Sendable {
    package var time: Timestamp
    /// `mini`, `full`, `embedding` of the configured remote embedder, or '' where the client named the model.
    package var role: String
    package var model: String
    /// `answer`, `confirm`, `audit`, …
    package var purpose: String
    /// The entry it made or confirmed; may be gone by now.
    package var entry: EntryID?
    package var promptTokens: Int
    /// Of the prompt tokens, those the provider had cached.
    package var cachedTokens: Int
    package var completionTokens: Int
    /// Of the completion tokens, those spent on reasoning.
    package var reasoningTokens: Int
    /// Nil when the model's price is unknown.
    package var cost: Money?
    package var latencyMilliseconds: Int
    /// `200`, or what went wrong in a word: `timeout`, `429`, …
    package var status: String

    package init(
        time: Timestamp, role: String, model: String, purpose: String, entry: EntryID? = nil, promptTokens: Int = 0,
        cachedTokens: Int = 0, completionTokens: Int = 0, reasoningTokens: Int = 0, cost: Money? = nil,
        latencyMilliseconds: Int = 0, status: String = "200"
    ) {
        self.time = time
        self.role = role
        self.model = model
        self.purpose = purpose
        self.entry = entry
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
        self.reasoningTokens = reasoningTokens
        self.cost = cost
        self.latencyMilliseconds = latencyMilliseconds
        self.status = status
    }
}
