package import Models
import Store
package import Support

/// What an answer and a confirmation are expected to cost, before the call is made.
package struct Economics: Sendable {
    private let models: ModelsConfiguration

    package init(_ models: ModelsConfiguration) {
        self.models = models
    }

    /// Tokens of a text, estimated: English takes about four bytes a token with current tokenizers.
    package static func estimatedTokens(_ text: String) -> Int {
        (text.utf8.count + 3) / 4
    }

    /// What *full* would take for a question and an answer of that length; nil when its price is unknown.
    package func estimatedCost(question: String, answer: String) -> Money? {
        models.full.models.first.flatMap { models.price(of: $0) }?.cost(
            of: Usage(
                promptTokens: Economics.estimatedTokens(question), cachedTokens: 0,
                completionTokens: Economics.estimatedTokens(answer), reasoningTokens: 0))
    }

    /// Whether asking mini is expected to save more than it costs: P(same) × price of the answer > price of asking.
    ///
    /// Where a price is unknown, a call saved is taken to be worth a confirmation.
    package func isWorthAsking(about candidate: Candidate, question: String) -> Bool {
        guard let price = models.mini.models.first.flatMap({ models.price(of: $0) }) else { return true }
        let answer = candidate.entry.cost ?? estimatedCost(question: question, answer: candidate.entry.answer)
        guard let answer else { return true }
        let asking = price.cost(
            of: Usage(
                promptTokens: Economics.instructionTokens + Economics.estimatedTokens(question)
                    + Economics.estimatedTokens(candidate.entry.question),
                cachedTokens: 0, completionTokens: Economics.verdictTokens, reasoningTokens: 0))
        guard let asking else { return true }
        return candidate.probability * answer.dollars > asking.dollars
    }

    /// The confirmer's instructions and schema, and its reply.
    private static let instructionTokens = 300
    private static let verdictTokens = 20
}
