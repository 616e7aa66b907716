import Embedding
import Questions
import Search
import Store
import Support

/// The semantic way of a question: embed, search, guard, judge, confirm.
extension SemanticCache {
    /// The best stored answer to a question whose wording is new, or a miss that says what came closest.
    func similar(_ query: Query) async -> Reply {
        if let conversation = query.conversation { return await similar(query, after: conversation) }
        var receipt = Receipt(.miss)
        if query.directives.isExactOnly { return Reply(.none, receipt) }
        // A scope without a vector has nothing to find: a first question is not embedded for nothing.
        let watch = Stopwatch()
        guard let scope = await searchedScope(query.scope), let vector = await embed(query, &receipt) else {
            return Reply(.none, receipt)
        }
        var query = query
        if watch.milliseconds > Double(Limits.refusalsKnownMillisecondsMax) { query.refused = nil }
        let setting = Setting(scope, vector, terms(query, scope))
        return await settled(query, judgement(of: query, await searched(scope, vector), setting, receipt))
    }

    /// Where and under which terms a question is decided.
    struct Setting: Sendable {
        let scope: ScopeID
        let vector: [Float]
        let terms: Judge.Terms

        init(_ scope: ScopeID, _ vector: [Float], _ terms: Judge.Terms) {
            self.scope = scope
            self.vector = vector
            self.terms = terms
        }
    }

    /// What the search found for a question, and what the judge would do about it.
    struct Judgement: Sendable {
        let setting: Setting
        let candidates: [Candidate]
        /// Before chance had its say.
        let decision: Judge.Decision
        /// The candidates that mini is asked about, by decision or by chance; nil: it is not asked.
        let asked: [Int]?
        /// Of a miss; says what came closest.
        var receipt: Receipt
    }

    func judgement(of query: Query, _ nearby: Nearby, _ setting: Setting, _ receipt: Receipt) -> Judgement {
        var receipt = receipt
        let candidates = candidates(query, nearby, &receipt)
        if let best = candidates.first { receipt.describe(best) }
        let decision = decide(query, candidates, setting.terms)
        let explored: Judge.Decision
        (explored, receipt.propensity) = parts.judge.explored(
            decision, candidates, hasMini: setting.terms.hasMini, random: setting.terms.hasMini ? parts.random() : 1)
        var asked: [Int]?
        if case .confirm(let indices) = explored { asked = indices }
        return Judgement(
            setting: setting, candidates: candidates, decision: decision, asked: asked, receipt: receipt)
    }

    /// The reply to a question that was judged.
    func settled(_ query: Query, _ judgement: Judgement) async -> Reply {
        guard let asked = judgement.asked else { return unasked(query, judgement) }
        let candidates = asked.map { judgement.candidates[$0] }
        let reply = await confirmed(query, candidates, judgement.setting, judgement.receipt)
        return noted(reply, query, judgement, asked: asked)
    }

    /// The reply to a question about which mini is not asked.
    func unasked(_ query: Query, _ judgement: Judgement) -> Reply {
        var reply = Reply(.none, judgement.receipt)
        if case .serve(let index) = judgement.decision {
            reply = served(judgement.candidates[index], .judged, judgement.receipt)
        }
        return noted(reply, query, judgement, asked: [])
    }

    /// A reply that counts as given: for the scope's running risk, and for whoever looks through decisions.
    private func noted(_ reply: Reply, _ query: Query, _ judgement: Judgement, asked: [Int]) -> Reply {
        var reply = reply
        evidence.note(risk: reply.receipt.risk, in: judgement.setting.scope)
        reply.candidates = judgement.candidates
        record(query, judgement.setting.scope, judgement.decision, asked: asked, judgement.setting.terms, reply)
        return reply
    }

    /// What a decision in a scope may cost: the operator's target, or the tighter one of the request, and lower still
    /// where the scope misses it.
    func terms(_ query: Query, _ scope: ScopeID?) -> Judge.Terms {
        let target = min(parts.judge.errorTarget, query.directives.errorTarget ?? 1)
        let tightening = scope.map { evidence.tightening($0, target: target) } ?? 1
        return Judge.Terms(
            hasMini: parts.confirmer != nil, errorTarget: target * tightening, mini: evidence.mini)
    }

    /// What the judge would do about the candidates of a query, best first.
    func decide(_ query: Query, _ candidates: [Candidate], _ terms: Judge.Terms) -> Judge.Decision {
        let waitSeconds = expectedWaitSeconds
        return parts.judge.decide(candidates, terms) {
            parts.economics.worthAsking(about: $0, question: query.question, waitSeconds: waitSeconds)
        }
    }

    /// What the wait for mini is worth, in dollars.
    package var priceOfWaiting: Double { expectedWaitSeconds * parts.economics.latencyPrice }

    /// How long mini takes to confirm, on the mean since the start; 0 where waiting costs nothing.
    var expectedWaitSeconds: Double {
        parts.economics.latencyPrice == 0 ? 0 : metrics.meanConfirmSeconds ?? Economics.assumedSecondsOfAsking
    }

    /// The scope, if it has vectors to be searched; it is brought into memory where it is not there.
    func searchedScope(_ key: ScopeKey) async -> ScopeID? {
        // What the store cannot say of it is noted below.
        if let loader = memory.loader, let scope = try? parts.store.scope(key) { _ = await loader.holds(scope) }
        return scopeWithVectors(key)
    }

    /// The scope, if it has vectors in memory.
    func scopeWithVectors(_ key: ScopeKey) -> ScopeID? {
        do {
            guard let scope = try parts.store.scope(key), (indexes.index(of: scope)?.count ?? 0) > 0 else { return nil }
            return scope
        } catch {
            note(storeError: error)
            return nil
        }
    }

    func embed(_ query: Query, _ receipt: inout Receipt) async -> [Float]? {
        if let vector = query.vector {
            receipt.latency.embed = query.embedMilliseconds
            return vector
        }
        let watch = Stopwatch()
        defer { receipt.latency.embed = watch.milliseconds }
        do {
            return try await parts.embedder.embed([query.question])[0]
        } catch is CancellationError {
            return nil
        } catch {
            metrics.countEmbedderError()
            parts.log.error("the embedder failed, the question is treated as a miss: \(error)")
            return nil
        }
    }

    private func served(_ candidate: Candidate, _ outcome: Receipt.Outcome, _ receipt: Receipt) -> Reply {
        var receipt = receipt
        receipt.outcome = outcome
        receipt.describe(candidate)
        return hit(candidate.entry, receipt)
    }

    /// Puts the candidates to mini in one call, and learns from what it says.
    private func confirmed(
        _ query: Query, _ candidates: [Candidate], _ setting: Setting, _ receipt: Receipt
    ) async -> Reply {
        guard let confirmer = parts.confirmer else {
            preconditionFailure("the judge asks mini only where there is one")
        }
        var receipt = receipt
        let watch = Stopwatch()
        let (verdict, cost, failure) = await confirmer.confirm(query.question, candidates.map(\.entry.question))
        receipt.latency.confirm = watch.milliseconds
        receipt.verdict = verdict
        receipt.cost = receipt.cost.flatMap { spent in cost.map { spent + $0 } }
        if let failure { parts.log.warning("mini gave no verdict, the question is treated as a miss: \(failure)") }
        let finding = Finding(verdict, candidates, setting.terms.mini)
        let named = finding.named.flatMap { named in
            // Mini's yes is evidence, not truth: on an unlikely pair it is not enough.
            let isEnough = parts.judge.isServed(afterYes: named.probability, setting.terms)
            return isEnough && isUnchanged(named.candidate, for: query) ? named : nil
        }
        if query.directives.mayStore {
            await remember(verdict, named?.candidate, query, candidates, setting)
            await learn(finding.observations(setting.scope, propensity: receipt.propensity ?? 1))
        }
        guard let named else {
            receipt.saved = receipt.cost.map { .zero - $0 }
            return Reply(.none, receipt)
        }
        var reply = served(named.candidate, .confirmed, receipt)
        reply.receipt.probability = named.probability
        return reply
    }

    /// Whether the entry is still there as it was put to mini: it may have been forgotten or judged bad meanwhile.
    private func isUnchanged(_ candidate: Candidate, for query: Query) -> Bool {
        guard let entry = try? parts.store.entry(candidate.entry.id) else { return false }
        return isFresh(entry, for: query) && entry.boundary == candidate.entry.boundary
    }

    private func remember(
        _ verdict: Verdict, _ confirmed: Candidate?, _ query: Query, _ candidates: [Candidate], _ setting: Setting
    ) async {
        let key = query.key
        do {
            if let confirmed {
                let entry = confirmed.entry.id
                _ = try await parts.store.addAlias(
                    to: entry, text: query.question, key: key, source: .confirmed, unlessJudgedSince: confirmed.entry)
                try await addVector(setting.vector, of: key, to: entry, in: setting.scope)
            } else if verdict.reason == .different {
                for candidate in candidates {
                    try await parts.store.refuse(
                        scope: setting.scope, key: key, entry: candidate.entry.id, text: query.question)
                }
            }
        } catch {
            note(storeError: error)
        }
    }
}

extension SemanticCache {
    /// Lets an alias be found by what is near to it.
    func addVector(_ vector: [Float], of alias: Digest, to entry: EntryID, in scope: ScopeID) async throws(StoreError) {
        guard noMemory() == nil else { return }
        let components = NewEntry.Vector(embedder: embedderKey, components: vector)
        guard let id = try await parts.store.addAliasVector(to: entry, key: alias, components) else { return }
        indexes.add(id, of: entry, in: scope, vector.span)
    }
}

extension Receipt {
    mutating func describe(_ candidate: Candidate) {
        similarity = candidate.similarity
        probability = candidate.probability
        conflicts = candidate.conflicts
        matched = candidate.entry.question
    }
}
