import Glibc

/// What is known of a pair before anything was learned in its scope: P(same answer) from what the judge weighs, and what
/// serving or asking at a probability costs in errors.
package struct JudgePrior: Sendable {
    /// The share of requests that something happens to when it is done at every probability from one on.
    package struct Share: Sendable {
        package let probability: Double
        package let share: Double

        package init(_ probability: Double, _ share: Double) {
            self.probability = probability
            self.share = share
        }
    }

    /// The logarithm of the odds that a pair of these features asks the same.
    package let logOdds: @Sendable (_ features: [Float]) -> Double
    /// Requests served a wrong answer when the most probable candidate without conflict is served; falling.
    package let wrongWhenServed: [Share]
    /// Requests for which mini is asked though no candidate asks the same; falling.
    package let differentWhenAsked: [Share]

    package init(
        wrongWhenServed: [Share], differentWhenAsked: [Share],
        logOdds: @escaping @Sendable (_ features: [Float]) -> Double
    ) {
        self.wrongWhenServed = wrongWhenServed
        self.differentWhenAsked = differentWhenAsked
        self.logOdds = logOdds
    }

    /// The least probability from which on the share stays within what is allowed, by straight lines between those
    /// measured; nil: at none.
    static func least(_ shares: [Share], allowed: Double) -> Double? {
        guard let after = shares.firstIndex(where: { $0.share <= allowed }) else { return nil }
        let right = shares[after]
        guard after > 0 else { return right.probability }
        let left = shares[after - 1]
        let part = (left.share - allowed) / (left.share - right.share)
        return left.probability + part * (right.probability - left.probability)
    }

    /// The one fitted offline: a net of one hidden layer of rectified units; see `fittedNumbers`.
    package static let fitted: JudgePrior = {
        let numbers = parse(fittedNumbers).map { Float($0) }
        // A feature that it was not fitted to says nothing; one that is gone is 0.
        let features = fittedFeatures.split(whereSeparator: \.isWhitespace).map(String.init)
        let places = features.map { JudgeFeatures.names.firstIndex(of: $0) }
        let net = JudgeNet(numbers, inputs: features.count)
        return JudgePrior(
            wrongWhenServed: shares(fittedWrongWhenServed), differentWhenAsked: shares(fittedDifferentWhenAsked)
        ) { all in net.outcome(of: places.map { $0.map { all[$0] } ?? 0 }) }
    }()

    private static func parse(_ text: String) -> [Double] {
        text.split(whereSeparator: \.isWhitespace).map { word in
            guard let number = Double(word) else { preconditionFailure("\(word) is no number") }
            return number
        }
    }

    private static func shares(_ text: String) -> [Share] {
        let numbers = parse(text)
        return stride(from: 0, to: numbers.count - 1, by: 2).map { Share(numbers[$0], numbers[$0 + 1]) }
    }
}

/// Odds and probabilities.
enum Odds {
    static func probability(_ logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

    static func logOdds(_ probability: Double) -> Double {
        let bounded = min(max(probability, 1e-9), 1 - 1e-9)
        return log(bounded / (1 - bounded))
    }
}
