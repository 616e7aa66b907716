import Cache
import FoundationEssentials
import JSON
import Models
import Store
import Support
import Synchronization

/// Replays a stream through the cache itself, over a store of its own in a temporary directory.
///
/// Vectors are at hand, and the models answer at once: a request's time is the cache's own.
struct CacheReplay {
    let labelled: LabelledTexts
    let stream: [Int]
    let embedder: PreparedEmbedder
    let models: PlayedModels
    let judge: Judge
    let seed: UInt64
    /// Takes what the judge weighed of each candidate.
    var features: FeatureFile?
    /// Takes what `refrain tune` would make of the replay, if it had recorded its decisions.
    var tuning: ((JSONValue) -> Void)?
    /// Of the hits on likeness, the share that is audited for that, by the labels.
    var auditShare = 0.0

    /// Calls that the models were asked for by the request under way.
    private struct Calls {
        var confirmations = 0
        var spent: Money? = .zero

        mutating func add(_ completion: Completion) {
            spent = spent.flatMap { sum in completion.cost.map { sum + $0 } }
        }
    }

    /// Read and written by the request under way only; the lock serves the compiler.
    private final class State: Sendable {
        let calls = Mutex(Calls())
        /// A second passes with every request.
        let now = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
    }

    /// - Parameter progress: told how many requests are done.
    /// - Throws: when store or embedder failed, for then the figures would be those of another cache.
    func run(_ policy: String, hasMini: Bool, progress: (Int) -> Void) async throws -> PolicyResult {
        let directory = FileManager.default.temporaryDirectory.path + "/refrain-bench-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let state = State()
        let clock = WallClock { state.now.withLock { $0 } }
        let store = try Store.open(directory: directory, durability: .normal, clock: clock, log: .none)
        let models = models
        let confirmer = Confirmer { body throws(ModelError) in
            let completion = models.confirm(body)
            state.calls.withLock {
                $0.confirmations += 1
                $0.add(completion)
            }
            return completion
        }
        var parts = SemanticCache.Parts(
            store: store, embedder: embedder, confirmer: hasMini ? confirmer : nil, judge: judge,
            economics: Economics(models.configuration), clock: clock)
        if tuning != nil { parts.recording = .digests }
        let generator = Mutex(SeededGenerator(seed: seed, purpose: 3))
        parts.random = { generator.withLock { $0.unit() } }
        let cache = SemanticCache(parts)
        do {
            let result = try await replay(Tally(policy: policy, labelled), cache, state, progress)
            await store.close()
            return result
        } catch {
            await store.close()
            throw error
        }
    }

    private func described(
        _ candidate: Candidate, _ text: Int
    ) -> (String, LabelledTexts.Relation, [Float]) {
        let question = candidate.entry.question
        return (question, labelled.relation(text, models.mini.index(of: question)), candidate.features)
    }

    private func replay(
        _ tally: Tally, _ cache: SemanticCache, _ state: State, _ progress: (Int) -> Void
    ) async throws -> PolicyResult {
        var tally = tally
        let scope = ScopeKey(tenant: "bench", name: "", digest: Digest(of: ""))
        let models = models
        var audits = SeededGenerator(seed: seed, purpose: 4)
        for (index, text) in stream.enumerated() {
            try Task.checkCancellation()
            state.now.withLock { $0 = $0 + 1 }
            state.calls.withLock { $0 = Calls() }
            let question = labelled.texts[text]
            let reply = try await cache.ask(Query(question, scope: scope)) { () throws(ModelError) in
                let completion = models.answer(to: question)
                state.calls.withLock { $0.add(completion) }
                return completion
            }
            try features?.add(question, reply.candidates.map { described($0, text) })
            var served: Int?
            if case .cached(let entry) = reply.content {
                served = models.mini.index(of: entry.question)
                if tuning != nil, audits.unit() < auditShare { try await audit(text, reply, entry, cache) }
            }
            let calls = state.calls.withLock { $0 }
            tally.add(
                text,
                Tally.Outcome(
                    served: served, confirmations: calls.confirmations, spent: calls.spent,
                    milliseconds: reply.receipt.latency.total),
                fullCost: models.fullCost(of: question))
            progress(index + 1)
        }
        let metrics = cache.metrics.snapshot
        guard metrics.storeErrors == 0, metrics.embedderErrors == 0 else {
            throw DataError("the replay failed: \(metrics.storeErrors) errors of the store in the temporary directory")
        }
        try await tune(cache)
        return tally.finish()
    }

    /// Records what the labels say of a hit; nothing where they do not. The cache does not learn from it.
    private func audit(_ text: Int, _ reply: Reply, _ entry: Entry, _ cache: SemanticCache) async throws {
        let relation = labelled.relation(text, models.mini.index(of: entry.question))
        guard reply.receipt.outcome == .judged || reply.receipt.outcome == .confirmed, relation != .unknown else {
            return
        }
        try await cache.parts.store.record(
            DecisionRecord.Audit(entry: entry.id, isRight: relation == .same, propensity: auditShare),
            scope: entry.scope, key: SemanticCache.key(of: labelled.texts[text]))
    }

    private func tune(_ cache: SemanticCache) async throws {
        guard let tuning else { return }
        let store = cache.parts.store
        // What was kept comes before this write.
        try await store.removeDecisions(before: Timestamp(milliseconds: 0))
        let decisions = try store.decisions(tenant: nil, limit: Limits.decisionsReplayedMax)
        let terms = Judge.Terms(
            hasMini: cache.parts.confirmer != nil, errorTarget: judge.errorTarget, mini: cache.miniReliability)
        tuning(DecisionReplay(decisions, requests: stream.count, judge: judge, terms: terms).json)
    }
}
