import Glibc
import Store
import Support

/// Decides from similarity and guard whether a candidate is served, put to mini, or passed over.
///
/// This is a fixed rule, the same for every scope and entry: it does not learn yet. Its figures were measured on a
/// stream of 20,000 distinct Quora questions (drawn from a labelled set of 68,590, seed 11), all-MiniLM-L6-v2,
/// nearest earlier question, on 2026-11-24. Other traffic has other figures.
package struct Judge: Sendable {
    /// Wrong answers per request that the operator accepts.
    package let errorTarget: Double
    /// Candidates below this similarity are not looked at.
    package let floor: Double

    package init(errorTarget: Double, floor: Double) {
        self.errorTarget = errorTarget
        self.floor = floor
    }

    /// P(same answer) of a pair at a cosine similarity: a logistic fitted to the stream above, where a pair that no
    /// label joins counts as different, so it errs on the low side.
    package static func probability(_ similarity: Double) -> Double {
        1 / (1 + exp(15.06 - 16.59 * similarity))
    }

    /// The similarity from which on a candidate without conflict is served unasked.
    ///
    /// - Parameter hasMini: where mini can be asked, most of the allowance for errors is left to what mini may get
    ///   wrong; where it cannot, all of it is the judge's.
    package func similarityToServe(hasMini: Bool, errorTarget requested: Double?) -> Double {
        let target = min(errorTarget, requested ?? errorTarget) * (hasMini ? 0.25 : 1)
        return Judge.wrongPerRequest.last { $0.wrong <= target }?.similarity ?? Judge.never
    }

    /// Wrong answers per request when everything at or above a similarity is served, without the guard's help; pairs
    /// that no label joins count as wrong.
    static let wrongPerRequest: [(similarity: Double, wrong: Double)] = [
        (0.99, 0.0006), (0.98, 0.0014), (0.97, 0.0025), (0.96, 0.0040), (0.95, 0.0066), (0.94, 0.0090),
        (0.93, 0.0117), (0.92, 0.0141), (0.91, 0.0179), (0.90, 0.0224), (0.85, 0.0488), (0.80, 0.0820),
    ]

    /// A similarity that no pair reaches.
    package static let never = 2.0

    /// What to do about the candidates of a question.
    package enum Decision: Equatable, Sendable {
        /// Serve this one.
        case serve(Int)
        /// Ask mini about these, best first.
        case confirm([Int])
        case miss
    }

    /// Chooses among candidates, best first.
    ///
    /// - Parameters:
    ///   - isWorthAsking: whether asking mini about a candidate of that probability costs less than it may save.
    package func decide(
        _ candidates: [Candidate], hasMini: Bool, errorTarget requested: Double? = nil,
        isWorthAsking: (Candidate) -> Bool = { _ in true }
    ) -> Decision {
        let similarityToServe = similarityToServe(hasMini: hasMini, errorTarget: requested)
        let eligible = candidates.indices.filter { !candidates[$0].isRefused && candidates[$0].similarity >= floor }
        let served = eligible.first { index in
            let candidate = candidates[index]
            return candidate.conflicts.isEmpty
                && candidate.similarity >= max(similarityToServe, candidate.entry.boundary ?? 0)
        }
        if let served { return .serve(served) }
        guard hasMini else { return .miss }
        let asked = eligible.filter { isWorthAsking(candidates[$0]) }.prefix(Limits.candidatesPerConfirmation)
        return asked.isEmpty ? .miss : .confirm(Array(asked))
    }
}
