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
        guard let asking = costOfAsking(question, about: [candidate.entry.question]),
            let saving = expectedSaving(by: candidate, question: question)
        else { return true }
        return saving > asking
    }

    /// What one call of mini about these candidates is expected to cost; nil when its price is unknown.
    package func costOfAsking(_ question: String, about candidates: [String]) -> Money? {
        let texts = ([question] + candidates).reduce(0) { $0 + Economics.estimatedTokens($1) }
        return models.mini.models.first.flatMap { models.price(of: $0) }?.cost(
            of: Usage(
                promptTokens: Economics.instructionTokens + texts, cachedTokens: 0,
                completionTokens: Economics.verdictTokens, reasoningTokens: 0))
    }

    /// P(same) × price of the answer; nil when nobody knows that price.
    package func expectedSaving(by candidate: Candidate, question: String) -> Money? {
        (candidate.entry.cost ?? estimatedCost(question: question, answer: candidate.entry.answer)).map {
            Money(nanodollars: Int64((candidate.probability * Double($0.nanodollars)).rounded()))
        }
    }

    /// The confirmer's instructions and schema, and its reply.
    private static let instructionTokens = 300
    private static let verdictTokens = 20
}
