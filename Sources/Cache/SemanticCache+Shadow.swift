import Models
import Store
import Support

/// Shadow mode: every question is decided as it would be, its answer is made and stored as on a miss, and nothing is served
/// from the cache.
extension SemanticCache {
    /// What a lookup would have found.
    func shadowed(_ query: Query) async -> Reply {
        let found = await decided(query, mayBeStale: false)
        return shadow(of: found)
    }

    /// A model's answer, and what would have been served in its place.
    ///
    /// The decision is made beside the call, so that nobody waits for it but where it takes longer. Each request makes its
    /// own call, as without a cache; what single flight and waiting would have spared is not measured.
    func shadowed(
        _ query: Query, mayBeStale: Bool, _ generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) async throws -> Reply {
        async let decision = decided(query, mayBeStale: mayBeStale)
        let (completion, milliseconds) = try await made(generate)
        let found = await decision
        var shadow = shadow(of: found)
        shadow.receipt.latency.upstream = milliseconds
        var kept = query
        if let entry = shadow.wouldServe {
            // The cache would still hold the old answer.
            kept.directives.mayStore = false
            if found.receipt.isStale { beginRenewal(of: entry, query) { () throws(ModelError) in completion } }
            let spent = found.receipt.cost
            shadow.receipt.shadow?.wouldSave = completion.fullOnlyCost.flatMap { full in spent.map { full - $0 } }
        }
        var reply = await self.kept(completion, kept, shadow)
        reply.wouldServe = shadow.wouldServe
        return reply
    }

    private func decided(_ query: Query, mayBeStale: Bool) async -> Reply {
        let miss = Reply(.none, Receipt(.miss))
        guard query.directives.mayRead else { return miss }
        var asked = query
        if let reply = exact(&asked) { return reply }
        let query = asked
        if mayBeStale, let (entry, isAlias) = staleEntry(query) { return staleHit(entry, isAlias: isAlias) }
        let found = try? await fly(query, mayGenerate: false) { await self.similar(query) }
        return found ?? miss
    }

    /// A decision as shadow mode tells of it: nothing is served.
    private func shadow(of found: Reply) -> Reply {
        var receipt = found.receipt
        receipt.shadow = Receipt.Shadow(outcome: receipt.outcome, entry: receipt.entry)
        receipt.outcome = .miss
        receipt.entry = nil
        receipt.isCollapsed = false
        receipt.isStale = false
        receipt.saved = receipt.cost.map { .zero - $0 }
        var reply = Reply(.none, receipt, candidates: found.candidates)
        if case .cached(let entry) = found.content { reply.wouldServe = entry }
        return reply
    }
}
