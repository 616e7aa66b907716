import Embedding
package import Models
import Questions
package import Store
import Support
import Synchronization

/// What goes into the cache, and out of it.
extension SemanticCache {
    /// Has a question answered and stores the answer, if it may be.
    func generated(
        _ query: Query, _ found: Reply, _ generate: @Sendable () async throws(ModelError) -> Completion
    ) async throws -> Reply {
        let (completion, milliseconds) = try await made(generate)
        var found = found
        found.receipt.latency.upstream = milliseconds
        return await kept(completion, query, found)
    }

    /// A model's answer, and how long it took.
    func made(
        _ generate: @Sendable () async throws(ModelError) -> Completion
    ) async throws -> (Completion, milliseconds: Double) {
        let watch = Stopwatch()
        do {
            return (try await generate(), watch.milliseconds)
        } catch {
            metrics.countUpstreamError()
            throw error
        }
    }

    /// The reply with a model's answer, which is stored if it may be.
    func kept(_ completion: Completion, _ query: Query, _ found: Reply) async -> Reply {
        var receipt = found.receipt
        receipt.outcome = .miss
        receipt.cost = receipt.cost.flatMap { spent in completion.cost.map { spent + $0 } }
        if mayStore(query, found.receipt.verdict), let answer = completion.storableText {
            // An answer that was put in while the model worked, perhaps by a person, is the better one; only a request
            // that would not have an old answer replaces it.
            let wantsNewAnswer = !query.directives.mayRead || query.directives.maxAgeSeconds != nil
            var new = newEntry(query, answer, completion)
            new.vector = query.vector.map { NewEntry.Vector(embedder: embedderKey, components: $0) }
            // The answer is served whether or not it could be kept.
            if let new = await annotated(new, &receipt),
                case .success(let outcome) = await insert([new], policy: wantsNewAnswer ? .replace : .keep)[0]
            {
                receipt.entry = outcome.entry
                receipt.isStored = outcome.change != .kept
            }
        }
        return Reply(.generated(completion), receipt, candidates: found.candidates)
    }

    /// What mini calls stale, or not to be understood by itself, has an answer for this moment and this asker only.
    private func mayStore(_ query: Query, _ verdict: Verdict?) -> Bool {
        query.directives.mayStore && verdict?.reason != .stale && verdict?.reason != .needsContext
    }

    /// A model's answer to a question, as it is stored.
    package func newEntry(_ query: Query, _ answer: String, _ completion: Completion) -> NewEntry {
        let now = parts.clock.now
        return NewEntry(
            scope: query.scope, key: query.key, question: query.question, answer: answer,
            tags: query.tags, origin: .model, model: completion.model,
            promptTokens: completion.usage?.promptTokens ?? 0,
            completionTokens: completion.usage?.completionTokens ?? 0, cost: completion.fullOnlyCost, created: now,
            expires: parts.timeToLiveSeconds.map { now + $0 })
    }

    /// Stores entries, embedding those that come without a vector.
    ///
    /// - Returns: one result an entry, in order: what became of it, or why it was not stored.
    package func insert(_ entries: [NewEntry], policy: InsertPolicy) async -> [Result<InsertOutcome, StoreError>] {
        // In a task of its own: a store that has begun is finished, even if the client leaves meanwhile.
        await Task(executorPreference: WaitingExecutor.current) { await self.insertWhole(entries, policy) }.value
    }

    private func insertWhole(
        _ entries: [NewEntry], _ policy: InsertPolicy
    ) async -> [Result<InsertOutcome, StoreError>] {
        if let refusal = noMemory() { return entries.map { _ in .failure(refusal) } }
        let entries = await embedded(entries)
        let results = await parts.store.insert(batch: entries, policy: policy)
        for (entry, result) in zip(entries, results) {
            switch result {
            case .success(let outcome): index(outcome, entry.vector)
            case .failure(let error): note(storeError: error)
            }
        }
        return results
    }

    /// Without a vector an entry is still found by its exact wording, so a failing embedder does not stop a store; the
    /// vector is made up for later (`embedMissing`).
    private func embedded(_ entries: [NewEntry]) async -> [NewEntry] {
        let missing = entries.indices.filter { lacksVector(entries[$0]) && !isStored(entries[$0]) }
        do {
            return try await embedding(entries, at: missing)
        } catch {
            metrics.countEmbedderError()
            memory.lacksVectors.store(true, ordering: .relaxed)
            parts.log.error("the embedder failed, \(missing.count) entries are stored without a vector: \(error)")
            return entries
        }
    }

    /// Whether an entry is to get a vector: the placeholders of a redacted question would be found by others' questions.
    func lacksVector(_ new: NewEntry) -> Bool { new.vector == nil && !PersonalData.isRedacted(new.question) }

    /// The entries, those of the indices with their vectors.
    func embedding(_ entries: [NewEntry], at indices: [Int]) async throws -> [NewEntry] {
        if indices.isEmpty { return entries }
        let vectors = try await parts.embedder.embed(indices.map { entries[$0].question })
        var entries = entries
        for (index, vector) in zip(indices, vectors) {
            entries[index].vector = NewEntry.Vector(embedder: embedderKey, components: vector)
        }
        return entries
    }

    /// Whether the same answer is there already, so that a repeated import costs no embedding.
    private func isStored(_ new: NewEntry) -> Bool {
        guard let found = try? parts.store.find(new.scope, key: new.key) else { return false }
        let entry = found.entry
        return !found.wording.isAlias && !entry.isExpired(at: parts.clock.now) && entry.answer == new.answer
            && Set(entry.tags) == Set(new.tags)
    }

    private func index(_ outcome: InsertOutcome, _ vector: NewEntry.Vector?) {
        if case .replaced(let old) = outcome.change {
            indexes.remove(old, from: outcome.scope)
            evidence.remove(old, of: outcome.scope)
        }
        switch outcome.change {
        case .inserted, .replaced:
            if let vector { indexes.add(outcome.entry, in: outcome.scope, vector.components.span) }
        case .unchanged, .renewed, .kept: break
        }
    }

    /// Removes entries with all that followed from them: aliases, refusals, vectors.
    ///
    /// - Returns: the entries that were there.
    package func forget(_ ids: [EntryID]) async throws -> [EntryID] {
        unindex(try await parts.store.forget(ids))
    }

    /// Removes every entry that meets the filter.
    package func forget(_ filter: EntryFilter) async throws -> [EntryID] {
        if let tag = filter.tag { try await forgetTag(tag, tenant: filter.tenant) }
        return unindex(try await parts.store.forget(filter))
    }

    /// Removes what has expired and is not served any more; called now and then.
    package func removeExpired() async throws -> [EntryID] {
        unindex(try await parts.store.removeExpired(parts.clock.now + -parts.staleSeconds))
    }

    private func unindex(_ places: [EntryPlace]) -> [EntryID] {
        for place in places {
            indexes.remove(place.entry, from: place.scope)
            evidence.remove(place.entry, of: place.scope)
            if memory.loader == nil, indexes.index(of: place.scope) == nil { evidence.remove(place.scope) }
        }
        return places.map(\.entry)
    }

    /// Takes a person's verdict on an answer.
    ///
    /// A bad one revokes the paraphrases that mini had confirmed and lets the entry be served unasked no more, except to
    /// its own wording; a good one is recorded.
    ///
    /// - Returns: whether there is such an entry.
    package func feedback(_ feedback: Feedback) async throws -> Bool {
        guard try await parts.store.record(feedback) else { return false }
        if let scope = try parts.store.entry(feedback.entry)?.scope {
            let observation = Observation(
                scope: scope, entry: feedback.entry, source: .feedback, logOdds: SemanticCache.logOddsOfServed,
                same: feedback.verdict == .good ? 1 : 0)
            await learn([observation])
        }
        guard feedback.verdict == .bad else { return true }
        // First: what is confirmed from now on, by whichever node, comes to nothing.
        guard try await parts.store.setBoundary(feedback.entry, Judge.never) else { return false }
        // What was confirmed wrongly once would be confirmed again: each revoked wording is refused from now on.
        let revoked = try parts.store.aliases(of: feedback.entry).filter { $0.source == .confirmed }
        let vectors = try parts.store.aliasVectors(of: feedback.entry, source: .confirmed)
        _ = try await parts.store.removeAliases(of: feedback.entry, source: .confirmed)
        if let scope = try parts.store.entry(feedback.entry)?.scope {
            indexes.remove(vectors, of: feedback.entry, from: scope)
            for alias in revoked {
                try await parts.store.refuse(
                    scope: scope, key: SemanticCache.key(of: alias.text), entry: feedback.entry, text: alias.text)
            }
        }
        return true
    }

    /// Which question an answer was served to is not known from feedback on it; it was thought to ask the same: 9 in 10.
    static let logOddsOfServed = 2.2

    var embedderKey: EmbedderKey { parts.embedderKey }
}

extension SemanticCache.Parts {
    var embedderKey: EmbedderKey {
        EmbedderKey(name: embedder.identity.name, dimension: embedder.identity.dimension)
    }
}
