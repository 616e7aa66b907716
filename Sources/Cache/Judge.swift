import Store
import Support

/// Decides by P(same answer) whether a candidate is served, put to mini, or passed over.
///
/// The probability is the prior's, shifted by the evidence of scope and entry. What a probability is good for hangs on
/// the wrong answers per request that the operator accepts.
package struct Judge: Sendable {
    /// Wrong answers per request that the operator accepts.
    package let errorTarget: Double
    /// Candidates below this similarity are not looked at.
    package let floor: Double
    /// The share of decisions without mini that are put to it all the same, at random, so that the evidence is not only
    /// of pairs in doubt.
    package let exploration: Double
    package let prior: JudgePrior

    package init(errorTarget: Double, floor: Double, exploration: Double = 0, prior: JudgePrior = .fitted) {
        self.errorTarget = errorTarget
        self.floor = floor
        self.exploration = exploration
        self.prior = prior
    }

    /// A similarity that no pair reaches.
    package static let never = 2.0

    /// Where mini can be asked, the parts of the error target for what is served unasked and for what mini gets wrong. The
    /// rest is for the repeats of a wording that was confirmed wrongly. Without mini all is for what is served unasked.
    private static let shares = (unasked: 0.15, confirmed: 0.45)

    /// What a decision may cost, and what it knows of mini.
    package struct Terms: Sendable {
        package var hasMini: Bool
        /// Wrong answers per request; see `Judge.terms`.
        package var errorTarget: Double
        package var mini: MiniReliability

        package init(hasMini: Bool, errorTarget: Double, mini: MiniReliability = MiniReliability()) {
            self.hasMini = hasMini
            self.errorTarget = errorTarget
            self.mini = mini
        }
    }

    /// The lower bound of P(same) from which on a candidate without conflict is served unasked; nil: none is.
    package func boundToServe(_ terms: Terms) -> Double? {
        let allowed = terms.errorTarget * (terms.hasMini ? Judge.shares.unasked : 1)
        return JudgePrior.least(prior.wrongWhenServed, allowed: allowed).map {
            // The prior's figures are of pairs of which nothing else is known.
            Odds.probability(Odds.logOdds($0) - Evidence.boundWithoutEvidence)
        }
    }

    /// The P(some candidate asks the same) from which on mini may be asked; nil: from none.
    ///
    /// Below it mini's yes would be wrong too often: it says yes to some of the many pairs that are none.
    package func probabilityToAsk(_ terms: Terms) -> Double? {
        let allowed = terms.errorTarget * Judge.shares.confirmed / terms.mini.falseAccepts
        return JudgePrior.least(prior.differentWhenAsked, allowed: allowed)
    }

    /// Whether a candidate that mini named is probable enough to be served.
    package func isServed(afterYes probability: Double, _ terms: Terms) -> Bool {
        guard let least = probabilityToAsk(terms) else { return false }
        return probability >= terms.mini.afterYes(least, ofAny: least)
    }

    /// What to do about the candidates of a question.
    package enum Decision: Equatable, Sendable {
        /// Serve this one.
        case serve(Int)
        /// Ask mini about these, most probable first.
        case confirm([Int])
        case miss
    }

    /// Chooses among candidates.
    ///
    /// - Parameter worthAsking: of candidates, most probable first, how many mini should be asked about for its price; 0
    ///   when it should not be asked.
    package func decide(
        _ candidates: [Candidate], _ terms: Terms, worthAsking: ([Candidate]) -> Int = { $0.count }
    ) -> Decision {
        decide(candidates.map(\.weighed), terms) { indices in worthAsking(indices.map { candidates[$0] }) }
    }

    /// What the judge goes by, of a candidate.
    package struct Weighed: Sendable {
        package var similarity: Double
        package var probability: Double
        package var lowerBound: Double
        package var overlap: Double
        /// The similarity below which feedback keeps the entry from being served unasked.
        package var boundary: Double?
        package var hasConflict: Bool
        package var isRefused: Bool

        package init(
            similarity: Double, probability: Double, lowerBound: Double, overlap: Double, boundary: Double?,
            hasConflict: Bool, isRefused: Bool
        ) {
            self.similarity = similarity
            self.probability = probability
            self.lowerBound = lowerBound
            self.overlap = overlap
            self.boundary = boundary
            self.hasConflict = hasConflict
            self.isRefused = isRefused
        }
    }

    /// - Parameter worthAsking: takes the indices of candidates, most probable first.
    package func decide(_ candidates: [Weighed], _ terms: Terms, worthAsking: ([Int]) -> Int) -> Decision {
        let eligible = eligible(candidates)
        if let bound = boundToServe(terms) {
            let served = eligible.first { isServed(candidates[$0], bound) }
            if let served { return .serve(served) }
        }
        guard terms.hasMini, let least = probabilityToAsk(terms) else { return .miss }
        let asked = eligible.prefix(min(Limits.candidatesPerConfirmation, worthAsking(eligible)))
        guard Judge.probabilityOfAny(asked.map { candidates[$0].probability }) >= least else { return .miss }
        return asked.isEmpty ? .miss : .confirm(Array(asked))
    }

    /// P(one of them asks the same), taking them to be independent.
    package static func probabilityOfAny(_ probabilities: [Double]) -> Double {
        1 - probabilities.reduce(1) { $0 * (1 - $1) }
    }

    /// The probability with which mini is asked after a decision.
    func propensity(of decision: Decision, _ candidates: [Candidate], _ terms: Terms) -> Double {
        if case .confirm = decision { return 1 }
        return terms.hasMini && !eligible(candidates.map(\.weighed)).isEmpty ? exploration : 0
    }

    /// Now and then turns a decision without mini into a question to it.
    ///
    /// - Parameter random: uniform in 0 ..< 1.
    /// - Returns: the decision, and the probability with which mini was to be asked; nil where it is not.
    func explored(
        _ decision: Decision, _ candidates: [Candidate], hasMini: Bool, random: Double
    ) -> (Decision, propensity: Double?) {
        if case .confirm = decision { return (decision, 1) }
        guard hasMini, random < exploration else { return (decision, nil) }
        let eligible = eligible(candidates.map(\.weighed)).prefix(Limits.candidatesPerConfirmation)
        return eligible.isEmpty ? (decision, nil) : (.confirm(Array(eligible)), exploration)
    }

    /// The least overlap of wordings that are served unasked. Vectors alone prove nothing: who knows the model can make
    /// up a text, or hand over a vector, that is near to any other.
    static let overlapToServe = 0.3

    private func isServed(_ candidate: Weighed, _ bound: Double) -> Bool {
        !candidate.hasConflict && candidate.lowerBound >= bound && candidate.overlap >= Judge.overlapToServe
            && candidate.similarity >= candidate.boundary ?? 0
    }

    /// Those that may be served at all, most probable first.
    private func eligible(_ candidates: [Weighed]) -> [Int] {
        candidates.indices.filter { !candidates[$0].isRefused && candidates[$0].similarity >= floor }
            .sorted { (candidates[$1].probability, $0) < (candidates[$0].probability, $1) }
    }
}
