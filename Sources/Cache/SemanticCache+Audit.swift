package import Store
import Support

extension SemanticCache {
    /// Takes in what an audit found of an answer that was served on likeness.
    ///
    /// The judge and what is thought of mini learn from it. Of a wrong one the wording leads to the entry no more, and is
    /// not asked about again.
    ///
    /// - Parameters:
    ///   - probability: with which it was thought to be right when it was served; nil or 1: its wording was known.
    ///   - propensity: the probability with which it was chosen to be audited.
    ///   - isFirst: whether the wording was decided on by this request, and not known before.
    package func learnAudit(
        of query: Query, _ entry: EntryID, probability: Double?, isRight: Bool, propensity: Double,
        isFirst: Bool = false
    ) async {
        let key = query.key
        do {
            guard let scope = try parts.store.scope(query.scope) else { return }
            let logOdds = probability.flatMap { $0 < 1 ? Odds.logOdds($0) : nil } ?? SemanticCache.logOddsOfServed
            await learn([
                Observation(
                    scope: scope, entry: entry, source: .audit, logOdds: logOdds, same: isRight ? 1 : 0,
                    propensity: propensity)
            ])
            // A known wording is audited the oftener the oftener it is asked: its audits are of another chance.
            if isFirst, parts.recording != .none {
                let audit = DecisionRecord.Audit(entry: entry, isRight: isRight, propensity: propensity)
                try await parts.store.record(audit, scope: scope, key: key)
            }
            if isRight { return }
            let vectors = try parts.store.aliasVectors(scope: scope, key: key)
            _ = try await parts.store.removeAlias(scope: scope, key: key, of: entry)
            indexes.remove(vectors, of: entry, from: scope)
            try await parts.store.refuse(scope: scope, key: key, entry: entry, text: query.question)
        } catch {
            note(storeError: error)
        }
    }
}
