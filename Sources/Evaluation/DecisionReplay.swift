package import Cache
package import JSON
package import Store
import Support

/// The deployment's own decisions, decided anew under other settings.
///
/// It is an off-policy estimate of one step: each question is decided with the candidates that it had, also those that other
/// settings would not have stored, or would have reached by an alias. What would have come of it is known where mini was asked
/// or an audit was made, with a known probability; these stand for their like. Decisions are taken in strata by what was done,
/// for within one the probability of a label does not hang on the question; a stratum without any label counts from 0 to 1.
package struct DecisionReplay: Sendable {
    private let decisions: [DecisionRecord]
    private let requests: Double
    private let terms: Judge.Terms
    private let judge: Judge
    private let priceOfWaiting: Double

    /// - Parameters:
    ///   - requests: all that were made in the time of the decisions, those that did not come to the judge included.
    ///   - judge: as configured.
    ///   - terms: with what is known of mini; its error target is not used.
    ///   - priceOfWaiting: what the wait for mini is worth, in dollars.
    package init(
        _ decisions: [DecisionRecord], requests: Int, judge: Judge, terms: Judge.Terms, priceOfWaiting: Double = 0
    ) {
        self.decisions = decisions
        self.requests = Double(max(requests, decisions.count, 1))
        self.judge = judge
        self.terms = terms
        self.priceOfWaiting = priceOfWaiting
    }

    /// Error targets that are tried, beside the configured one.
    private static let errorTargets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05]
    private static let floors = [0.65, 0.70, 0.75, 0.80, 0.85, 0.90]

    /// What each setting would have done, the configured one first; none of no decision. Below the configured floor nothing
    /// was seen.
    package func rows() -> [TuningRow] {
        if decisions.isEmpty { return [] }
        let targets = [judge.errorTarget] + DecisionReplay.errorTargets.filter { $0 != judge.errorTarget }
        let floors = [judge.floor] + DecisionReplay.floors.filter { $0 > judge.floor }
        return targets.flatMap { target in floors.map { row(errorTarget: target, floor: $0) } }
    }

    /// The setting that saves most among those whose wrong answers are surely within the configured target; nil: none is.
    package func suggestion(_ rows: [TuningRow]) -> TuningRow? {
        rows.filter { $0.wrong.high <= judge.errorTarget }.max { $0.savedDollars < $1.savedDollars }
    }

    /// All of it, as the API and the commands show it.
    package var json: JSONValue {
        let rows = rows()
        return [
            "decisions": .number(decisions.count), "since": decisions.first.map { .string($0.time.rfc3339) } ?? .null,
            "requests": .number(Int(requests)), "labelled": .number(labelled),
            "audited": .number(decisions.count { $0.audit != nil }), "rows": .array(rows.map(\.json)),
            "suggestion": suggestion(rows)?.json ?? .null,
        ]
    }

    /// Decisions of which mini's word, or an audit's, is known.
    package var labelled: Int { decisions.count { $0.isLabelled } }

    package func row(errorTarget: Double, floor: Double) -> TuningRow {
        let judge = Judge(errorTarget: errorTarget, floor: floor, prior: judge.prior)
        var terms = terms
        terms.errorTarget = errorTarget
        var tally = Tally()
        for decision in decisions { tally.add(decision, judge, terms, priceOfWaiting) }
        return tally.row(errorTarget: errorTarget, floor: floor, requests: requests)
    }

    /// What one setting does with the decisions.
    private struct Tally {
        private typealias Action = DecisionRecord.Action

        /// Wrong ones among what would be served unasked, by what was done.
        private var unasked: [Action: WeightedShare] = [:]
        /// What mini would confirm, and its worth in dollars, by what was done.
        private var confirmed: [Action: WeightedShare] = [:]
        private var confirmable: [Action: Double] = [:]
        /// Wrong ones among what mini would confirm.
        private var wrongConfirmed = WeightedShare()
        private var asked = 0
        private var savedDollars = 0.0
        private var unpriced = 0

        mutating func add(
            _ decision: DecisionRecord, _ judge: Judge, _ terms: Judge.Terms, _ priceOfWaiting: Double
        ) {
            let candidates = decision.candidates
            let chosen = judge.decide(candidates.map(\.weighed), terms) { indices in
                Economics.worthAsking(
                    indices.prefix(Limits.candidatesPerConfirmation).map {
                        (candidates[$0].probability, candidates[$0].answerCost)
                    }, waiting: priceOfWaiting
                ) { decision.askingCost(of: indices.prefix($0)) }
            }
            switch chosen {
            case .serve(let index): serve(decision, candidates[index])
            case .confirm(let indices): confirm(decision, indices, judge, terms)
            case .miss: break
            }
        }

        private mutating func serve(_ decision: DecisionRecord, _ candidate: DecisionRecord.Candidate) {
            if let cost = candidate.answerCost { savedDollars += cost.dollars } else { unpriced += 1 }
            unasked[decision.action, default: WeightedShare()].add(expected: 1 - candidate.probability)
            guard let label = decision.label(of: candidate) else { return }
            unasked[decision.action]!.know(!label.isSame, propensity: label.propensity)
        }

        private mutating func confirm(
            _ decision: DecisionRecord, _ indices: [Int], _ judge: Judge, _ terms: Judge.Terms
        ) {
            asked += 1
            let candidates = indices.map { decision.candidates[$0] }
            let any = Judge.probabilityOfAny(candidates.map(\.probability))
            if let cost = decision.askingCost(of: indices[...]) { savedDollars -= cost.dollars } else { unpriced += 1 }
            confirmed[decision.action, default: WeightedShare()].add(expected: any)
            confirmable[decision.action, default: 0] += candidates[0].answerCost?.dollars ?? 0
            guard let isFound = decision.isConfirmed(candidates, any, judge, terms) else { return }
            confirmed[decision.action]!.know(isFound, propensity: decision.propensity)
            guard isFound, let named = candidates.first(where: { $0.entry == decision.named }) else { return }
            let after = terms.mini.afterYes(named.probability, ofAny: any)
            wrongConfirmed.add(expected: 1 - after)
            if let audit = decision.audit, audit.entry == named.entry {
                wrongConfirmed.know(!audit.isRight, propensity: audit.propensity * decision.propensity)
            }
        }

        func row(errorTarget: Double, floor: Double, requests: Double) -> TuningRow {
            var wrong = Estimate()
            var hits = Estimate()
            var unknown = 0.0
            for share in unasked.values {
                wrong.add(share.cases, share)
                hits.add(share.cases)
                if share.known == 0 { unknown += share.cases }
            }
            var byMini = Estimate()
            var saved = savedDollars
            for (action, share) in confirmed {
                byMini.add(share.cases, share)
                saved += (confirmable[action] ?? 0) * (share.share ?? 0)
                if share.known == 0 { unknown += share.cases }
            }
            var wrongByMini = Estimate()
            if byMini.high > 0 { wrongByMini.add(1, wrongConfirmed) }
            if wrongConfirmed.known == 0 { unknown += byMini.value }
            return TuningRow(
                errorTarget: errorTarget, floor: floor, hits: (hits + byMini) / requests,
                wrong: (wrong + byMini * wrongByMini) / requests, asked: Double(asked) / requests,
                unknown: unknown / requests, savedDollars: saved, unpriced: unpriced)
        }
    }
}

extension DecisionRecord {
    fileprivate var isLabelled: Bool {
        audit != nil || verdict == "same" || verdict == "different"
    }

    /// What asking mini about some candidates costs; nil when a price is unknown.
    fileprivate func askingCost(of indices: ArraySlice<Int>) -> Money? {
        indices.reduce(askingCost) { sum, index in
            sum.flatMap { sum in candidates[index].askingCost.map { sum + $0 } }
        }
    }

    /// Whether a candidate asks the same, as far as it is known, and the probability with which it was to be.
    fileprivate func label(of candidate: Candidate) -> (isSame: Bool, propensity: Double)? {
        if let audit, audit.entry == candidate.entry {
            return (audit.isRight, 1 - (1 - propensity) * (1 - audit.propensity))
        }
        guard candidate.isAsked else { return nil }
        if named == candidate.entry { return (true, propensity) }
        // Several may ask the same, and mini names one.
        return verdict == "different" ? (false, propensity) : nil
    }

    /// Whether mini's word would lead to a hit; nil where it was not asked, or gave none.
    fileprivate func isConfirmed(
        _ shown: [Candidate], _ any: Double, _ judge: Judge, _ terms: Judge.Terms
    ) -> Bool? {
        guard let verdict, candidates.contains(where: \.isAsked), verdict != "unavailable" else { return nil }
        guard let named, let candidate = shown.first(where: { $0.entry == named }) else {
            // It said no to all that it was shown; of another it said nothing.
            return shown.allSatisfy(\.isAsked) ? false : nil
        }
        return judge.isServed(afterYes: terms.mini.afterYes(candidate.probability, ofAny: any), terms)
    }
}

extension DecisionRecord.Candidate {
    fileprivate var weighed: Judge.Weighed {
        let index = JudgeFeatures.weightedOverlapIndex
        return Judge.Weighed(
            similarity: similarity, probability: probability, lowerBound: lowerBound,
            overlap: features.indices.contains(index) ? Double(features[index]) : 0, boundary: boundary,
            hasConflict: hasConflict, isRefused: isRefused)
    }
}
