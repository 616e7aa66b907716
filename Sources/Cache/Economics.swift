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

    /// Of candidates, most probable first, how many mini should be asked about in one call so that most is saved: P(same) ×
    /// price of the answer, less the price of asking; 0 when nothing would be.
    package func worthAsking(about candidates: [Candidate], question: String) -> Int {
        var (best, bestGain) = (0, 0.0)
        var (saving, noneBefore) = (0.0, 1.0)
        for (index, candidate) in candidates.prefix(Limits.candidatesPerConfirmation).enumerated() {
            let answer = costOfAnswer(candidate, question: question)
            let asked = candidates.prefix(index + 1).map(\.entry.question)
            // In the unit of an answer where a price is unknown.
            let asking = answer == nil ? nil : costOfAsking(question, about: asked)
            saving += noneBefore * candidate.probability * (asking == nil ? 1 : answer!.dollars)
            noneBefore *= 1 - candidate.probability
            let gain = saving - (asking?.dollars ?? Economics.assumedPriceOfAsking)
            if gain > bestGain { (best, bestGain) = (index + 1, gain) }
        }
        return best
    }

    /// A confirmation's price in answers, where one of the two prices is unknown: as of the models of 2026.
    private static let assumedPriceOfAsking = 0.05

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
        costOfAnswer(candidate, question: question).map {
            Money(nanodollars: Int64((candidate.probability * Double($0.nanodollars)).rounded()))
        }
    }

    private func costOfAnswer(_ candidate: Candidate, question: String) -> Money? {
        candidate.entry.cost ?? estimatedCost(question: question, answer: candidate.entry.answer)
    }

    /// The confirmer's instructions and schema, and its reply.
    private static let instructionTokens = 300
    private static let verdictTokens = 20
}
