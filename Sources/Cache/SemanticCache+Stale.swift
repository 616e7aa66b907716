import Embedding
import Models
import Questions
import Store
import Support
import Synchronization

/// Answers that have expired a short time ago: served once more, while they are made anew behind the reply (RFC 5861).
extension SemanticCache {
    /// The reply to a stored wording whose answer has expired, and its renewal under way.
    ///
    /// - Returns: nil where there is none, or it has expired too long ago.
    func stale(
        _ query: Query, _ generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) -> Reply? {
        guard let (entry, isAlias) = staleEntry(query) else { return nil }
        beginRenewal(of: entry, query, generate)
        return staleHit(entry, isAlias: isAlias)
    }

    /// Has an answer made anew, if it is not being made already. Nobody waits for it, and it goes on if the client leaves.
    func beginRenewal(
        of entry: Entry, _ query: Query, _ generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) {
        guard renewals.begin(entry.id) else { return }
        Task.detached(executorPreference: WaitingExecutor.current) { await self.renew(entry, query, generate) }
    }

    func staleHit(_ entry: Entry, isAlias: Bool) -> Reply {
        var receipt = Receipt(isAlias ? .alias : .exact)
        receipt.probability = 1
        receipt.isStale = true
        return hit(entry, receipt)
    }

    /// The entry of a stored wording whose answer has expired, but not too long ago.
    func staleEntry(_ query: Query) -> (Entry, isAlias: Bool)? {
        let directives = query.directives
        guard parts.staleSeconds > 0, parts.store.mayServe, directives.mayRead, directives.mayStore,
            directives.maxAgeSeconds == nil
        else {
            return nil
        }
        do {
            guard let found = try parts.store.find(query.scope, key: query.key),
                case let entry = found.entry, let expires = entry.expires,
                entry.isExpired(at: parts.clock.now), parts.clock.now < expires + parts.staleSeconds,
                entry.model.map(parts.isRetired) != true
            else { return nil }
            return (entry, found.wording.isAlias)
        } catch {
            note(storeError: error)
            return nil
        }
    }

    /// Has an answer made anew. One that says the same lets the old one live on, with its aliases; another takes its place.
    private func renew(
        _ entry: Entry, _ query: Query, _ generate: @Sendable () async throws(ModelError) -> Completion
    ) async {
        defer { renewals.end(entry.id) }
        let completion: Completion
        do {
            completion = try await generate()
        } catch {
            metrics.countUpstreamError()
            parts.log.warning("a stale answer could not be made anew: \(error)")
            return
        }
        guard let answer = completion.storableText else { return }
        var own = query
        // Of one that tells of a person the entry has placeholders only.
        if query.personalData.isEmpty { own.question = entry.question }
        own.tags = entry.tags
        let isSame = await sayTheSame(entry.answer, answer)
        metrics.countRenewal(isSame: isSame)
        await learnChange(of: entry, tenant: query.scope.tenant, isSame: isSame)
        var receipt = Receipt(.miss)
        guard var new = await annotated(newEntry(own, answer, completion), &receipt) else {
            _ = try? await forget([entry.id])
            return
        }
        do {
            if isSame, try await parts.store.renew(entry.id, expires: new.expires) { return }
        } catch {
            note(storeError: error)
            return
        }
        new.created = parts.clock.now
        _ = await insert([new], policy: .replace)
    }

    /// Whether two answers say the same in the same or other words: near each other, and nothing in conflict.
    ///
    /// In doubt they do not: the new one is then kept.
    func sayTheSame(_ old: String, _ new: String) async -> Bool {
        if SemanticCache.key(of: old) == SemanticCache.key(of: new) { return true }
        guard Guard.conflicts(old, new).isEmpty, let vectors = try? await parts.embedder.embed([old, new]) else {
            return false
        }
        return zip(vectors[0], vectors[1]).reduce(0) { $0 + $1.0 * $1.1 } >= Float(Limits.sameAnswerSimilarityMin)
    }
}

/// Entries whose answers are being made anew: each by one call.
final class Renewals: Sendable {
    private let entries = Mutex<Set<EntryID>>([])

    /// Renewals under way.
    var count: Int { entries.withLock { $0.count } }

    /// - Returns: false if the entry's is under way.
    func begin(_ entry: EntryID) -> Bool { entries.withLock { $0.insert(entry).inserted } }

    func end(_ entry: EntryID) { entries.withLock { _ = $0.remove(entry) } }
}
