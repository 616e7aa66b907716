package import Models
import Store
package import Support

/// What an answer and a confirmation are expected to cost, before the call is made.
package struct Economics: Sendable {
    private let models: ModelsConfiguration
    /// What a second of waiting for mini is worth, in dollars.
    package let latencyPrice: Double

    package init(_ models: ModelsConfiguration, latencyPrice: Double = 0) {
        self.models = models
        self.latencyPrice = latencyPrice
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
    /// price of the answer, less the price of asking and of waiting for it; 0 when nothing would be.
    ///
    /// - Parameter waitSeconds: how long mini is expected to take.
    package func worthAsking(about candidates: [Candidate], question: String, waitSeconds: Double = 0) -> Int {
        let options = candidates.prefix(Limits.candidatesPerConfirmation).map { candidate in
            (probability: candidate.probability, answer: costOfAnswer(candidate, question: question))
        }
        return Economics.worthAsking(options, waiting: waitSeconds * latencyPrice) { count in
            costOfAsking(question, about: candidates.prefix(count).map(\.entry.question))
        }
    }

    /// - Parameters:
    ///   - options: P(same) and price of the answer, unknown if nil, of each candidate, most probable first.
    ///   - waiting: what the wait for mini is worth, in dollars.
    ///   - asking: the price of asking about the first so many; unknown if nil.
    package static func worthAsking(
        _ options: [(probability: Double, answer: Money?)], waiting: Double, asking: (_ count: Int) -> Money?
    ) -> Int {
        var (best, bestGain) = (0, 0.0)
        var (saving, noneBefore) = (0.0, 1.0)
        for (index, option) in options.enumerated() {
            // In the unit of an answer where a price is unknown; what waiting is worth in it is not known either.
            let price = option.answer == nil ? nil : asking(index + 1)
            saving += noneBefore * option.probability * (price == nil ? 1 : option.answer!.dollars)
            noneBefore *= 1 - option.probability
            let gain = saving - (price.map { $0.dollars + waiting } ?? Economics.assumedPriceOfAsking)
            if gain > bestGain { (best, bestGain) = (index + 1, gain) }
        }
        return best
    }

    /// A confirmation's price in answers, where one of the two prices is unknown: as of the models of 2026.
    private static let assumedPriceOfAsking = 0.05

    /// What a confirmation takes, until some have been timed.
    static let assumedSecondsOfAsking = 1.0

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

    package func costOfAnswer(_ candidate: Candidate, question: String) -> Money? {
        candidate.entry.cost ?? estimatedCost(question: question, answer: candidate.entry.answer)
    }

    /// The confirmer's instructions and schema, and its reply.
    private static let instructionTokens = 300
    private static let verdictTokens = 20
}
