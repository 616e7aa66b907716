import Store

/// What mini's word makes of the candidates it was shown.
struct Finding {
    private let candidates: [Candidate]
    /// P(same) of each after its word; nil for those of which it said nothing.
    private let probabilities: [Double?]
    /// The one that it named.
    let named: (candidate: Candidate, probability: Double)?

    init(_ verdict: Verdict, _ candidates: [Candidate], _ mini: MiniReliability) {
        self.candidates = candidates
        if let index = verdict.sameAs {
            let any = Candidate.probabilityOfAny(candidates)
            let probability = mini.afterYes(candidates[index].probability, ofAny: any)
            // Several candidates may ask the same, and mini names one.
            probabilities = candidates.indices.map { $0 == index ? probability : nil }
            named = (candidates[index], probability)
        } else {
            let isNo = verdict.reason == .different
            probabilities = candidates.map { isNo ? mini.afterNo($0.probability) : nil }
            named = nil
        }
    }

    /// What is learned of each.
    func observations(_ scope: ScopeID, propensity: Double) -> [Observation] {
        zip(candidates, probabilities).compactMap { candidate, probability in
            probability.map {
                Observation(
                    scope: scope, entry: candidate.entry.id, source: .verdict, logOdds: candidate.logOdds, same: $0,
                    propensity: propensity)
            }
        }
    }
}
