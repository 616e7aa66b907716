import Questions
import Search
import Store
import Support

extension SemanticCache {
    /// How a question would be decided; nothing is served, stored or counted, and *full* is never asked.
    ///
    /// - Parameter confirms: asks mini where the decision would: this costs what the explanation says, and what mini
    ///   says is not remembered.
    package func explain(_ query: Query, confirms: Bool = false) async -> Explanation {
        let watch = Stopwatch()
        var query = treated(query)
        var explanation = Explanation(
            canonical: CanonicalText.of(query.question), conclusion: .miss, hasMini: parts.confirmer != nil)
        explanation.personalData = query.personalData
        let scope = await searchedScope(query.scope)
        let terms = terms(query, scope)
        explanation.errorTarget = terms.errorTarget
        explanation.boundToServe = parts.judge.boundToServe(terms)
        explanation.probabilityToAsk = parts.judge.probabilityToAsk(terms)
        explanation.priceOfWaiting = priceOfWaiting
        if let scope { explanation.vectors = indexes.index(of: scope)?.count ?? 0 }
        if let known = exact(&query) {
            explanation.conclusion = known.receipt.outcome == .alias ? .alias : .exact
            explanation.entry = known.receipt.entry
            explanation.matched = known.receipt.matched
        } else if query.directives.mayRead, !query.directives.isExactOnly {
            if let scope { await explainSimilar(query, scope, confirms, terms, &explanation) }
        }
        explanation.latency.total = watch.milliseconds
        return explanation
    }

    private func explainSimilar(
        _ query: Query, _ scope: ScopeID, _ confirms: Bool, _ terms: Judge.Terms, _ explanation: inout Explanation
    ) async {
        var receipt = Receipt(.miss)
        guard let vector = await embed(query, &receipt) else { return }
        let candidates = candidates(query, await searched(scope, vector), &receipt)
        explanation.latency = receipt.latency
        explanation.candidates = candidates.map { explained($0, query.question, explanation.boundToServe) }
        switch decide(query, candidates, terms) {
        case .serve(let index):
            explanation.conclude(.judged, candidates[index])
        case .confirm(let indices):
            await explainConfirmation(query, indices.map { candidates[$0] }, confirms, terms, &explanation)
        case .miss: break
        }
    }

    private func explained(
        _ candidate: Candidate, _ question: String, _ boundToServe: Double?
    ) -> ExplainedCandidate {
        var obstacles: [ExplainedCandidate.Obstacle] = []
        if candidate.isRefused { obstacles.append(.refused) }
        if !candidate.conflicts.isEmpty { obstacles.append(.conflict) }
        if candidate.lowerBound < boundToServe ?? 1 { obstacles.append(.probability) }
        if candidate.overlap < Judge.overlapToServe { obstacles.append(.wording) }
        if candidate.similarity < candidate.entry.boundary ?? 0 { obstacles.append(.boundary) }
        return ExplainedCandidate(
            candidate: candidate, obstacles: obstacles,
            expectedSaving: parts.economics.expectedSaving(by: candidate, question: question),
            costOfAsking: parts.economics.costOfAsking(question, about: [candidate.entry.question]),
            isWorthAsking: parts.economics.worthAsking(
                about: [candidate], question: question, waitSeconds: expectedWaitSeconds) > 0)
    }

    private func explainConfirmation(
        _ query: Query, _ candidates: [Candidate], _ confirms: Bool, _ terms: Judge.Terms,
        _ explanation: inout Explanation
    ) async {
        let questions = candidates.map(\.entry.question)
        var confirmation = Explanation.Confirmation(
            entries: candidates.map(\.entry.id),
            expectedCost: parts.economics.costOfAsking(query.question, about: questions))
        explanation.conclusion = .confirm
        if confirms, let confirmer = parts.confirmer {
            let watch = Stopwatch()
            let (verdict, cost, failure) = await confirmer.confirm(query.question, questions)
            explanation.latency.confirm = watch.milliseconds
            if let failure { parts.log.warning("mini gave no verdict: \(failure)") }
            confirmation.verdict = verdict
            confirmation.cost = cost
            explanation.conclusion = .miss
            let named = Finding(verdict, candidates, terms.mini).named
            if let named, parts.judge.isServed(afterYes: named.probability, terms) {
                explanation.conclude(.confirmed, named.candidate)
            }
        }
        explanation.confirmation = confirmation
    }
}

extension Explanation {
    fileprivate mutating func conclude(_ conclusion: Conclusion, _ candidate: Candidate) {
        self.conclusion = conclusion
        entry = candidate.entry.id
        matched = candidate.entry.question
    }
}
