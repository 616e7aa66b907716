import Store
import Support

/// What is kept of decisions, where the operator wants them kept.
package enum DecisionRecording: String, Sendable, CaseIterable {
    case none
    /// With the digest of the question's canonical text.
    case digests
    /// With the question too.
    case texts
}

extension SemanticCache {
    /// Keeps what was seen and done, without holding up the reply.
    ///
    /// - Parameters:
    ///   - decision: before chance had its say.
    ///   - asked: the candidates that mini was asked about, by their index.
    func record(
        _ query: Query, _ scope: ScopeID, _ decision: Judge.Decision, asked: [Int], _ terms: Judge.Terms, _ reply: Reply
    ) {
        guard parts.recording != .none, query.directives.mayStore, !reply.candidates.isEmpty else { return }
        let verdict = reply.receipt.verdict
        let base = parts.economics.costOfAsking(query.question, about: [])
        let candidates = reply.candidates.enumerated().map { index, candidate in
            let alone = parts.economics.costOfAsking(query.question, about: [candidate.entry.question])
            return DecisionRecord.Candidate(
                entry: candidate.entry.id, similarity: candidate.similarity, logOdds: candidate.logOdds,
                probability: candidate.probability, lowerBound: candidate.lowerBound,
                boundary: candidate.entry.boundary, hasConflict: !candidate.conflicts.isEmpty,
                isRefused: candidate.isRefused, isAsked: verdict != nil && asked.contains(index),
                answerCost: parts.economics.costOfAnswer(candidate, question: query.question),
                askingCost: base.flatMap { base in alone.map { $0 - base } }, features: candidate.features)
        }
        var record = DecisionRecord(
            time: parts.clock.now, scope: scope, key: query.key,
            text: parts.recording == .texts ? query.question : nil, action: decision.action,
            propensity: parts.judge.propensity(of: decision, reply.candidates, terms),
            verdict: verdict?.reason.rawValue,
            named: verdict?.sameAs.map { reply.candidates[asked[$0]].entry.id }, askingCost: base,
            candidates: candidates)
        if case .cached(let entry) = reply.content { record.served = entry.id }
        parts.store.keep(record) { self.note(storeError: $0) }
    }
}

extension Judge.Decision {
    var action: DecisionRecord.Action {
        switch self {
        case .serve: .serve
        case .confirm: .confirm
        case .miss: .miss
        }
    }
}
