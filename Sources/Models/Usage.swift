package import JSON

/// The tokens of one call as the upstream counted them.
package struct Usage: Sendable, Equatable {
    package let promptTokens: Int
    /// Of the prompt's tokens, those that the provider's own cache held.
    package let cachedTokens: Int
    package let completionTokens: Int
    /// Of the completion's tokens, those that do not show in the answer.
    package let reasoningTokens: Int

    /// - Precondition: no count is negative, and no part is larger than its whole.
    package init(promptTokens: Int, cachedTokens: Int = 0, completionTokens: Int, reasoningTokens: Int = 0) {
        precondition((0...promptTokens).contains(cachedTokens), "more cached tokens than tokens")
        precondition((0...completionTokens).contains(reasoningTokens), "more reasoning tokens than tokens")
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.completionTokens = completionTokens
        self.reasoningTokens = reasoningTokens
    }

    /// A thousand times the longest context: a larger count is a mistake, and sums of such ones would overflow.
    private static let tokensMax = 1_000_000_000

    /// Reads a chat completion's `usage`; nil when it is missing or cannot be true, for a wrong cost is worse than none.
    package init?(_ json: JSONValue?) {
        self.init(json, prompt: "prompt_tokens", completion: "completion_tokens")
    }

    /// Reads a response's `usage`, which has other names for the same counts.
    init?(responses json: JSONValue?) {
        self.init(json, prompt: "input_tokens", completion: "output_tokens")
    }

    /// Reads the `usage` of embeddings, which have no completion.
    package init?(embeddings json: JSONValue?) {
        guard let prompt = json?["prompt_tokens"]?.int, (0...Usage.tokensMax).contains(prompt) else { return nil }
        self.init(promptTokens: prompt, completionTokens: 0)
    }

    private init?(_ json: JSONValue?, prompt promptName: String, completion completionName: String) {
        guard let json, let prompt = json[promptName]?.int, let completion = json[completionName]?.int else {
            return nil
        }
        let cached = json[promptName + "_details"]?["cached_tokens"]?.int ?? 0
        let reasoning = json[completionName + "_details"]?["reasoning_tokens"]?.int ?? 0
        let plausible = 0...Usage.tokensMax
        guard plausible.contains(prompt), plausible.contains(completion), 0 <= cached, cached <= prompt, 0 <= reasoning,
            reasoning <= completion
        else { return nil }
        self.init(
            promptTokens: prompt, cachedTokens: cached, completionTokens: completion, reasoningTokens: reasoning)
    }
}
