import Search
import Store
package import Support

/// What is answered on the calling thread, which others wait for.
extension SemanticCache {
    /// The reply to a question whose wording is stored, at once and on the calling thread: some tens of microseconds.
    ///
    /// - Returns: nil when the question needs the longer way, which then counts and answers it.
    package func immediately(_ query: Query) -> Reply? {
        if query.directives.isShadow { return nil }
        let watch = Stopwatch()
        let query = treated(query)
        return foundAtHand(query, at: parts.clock.now).map { finish(reply(with: $0), query, watch) }
    }

    /// The same for whoever answers the same questions again and again: the hit, and the milliseconds that it took.
    ///
    /// - Parameters:
    ///   - known: what it was before, which is given back as long as it is that.
    ///   - now: the time of day.
    package func hitImmediately(
        _ query: consuming Query, known: ExactHit?, at now: Timestamp
    ) -> (hit: ExactHit, milliseconds: Double)? {
        if query.directives.isShadow { return nil }
        let watch = Stopwatch()
        let query = treated(query)
        guard let found = foundAtHand(query, at: now) else { return nil }
        let hit: ExactHit
        if let known, known.isThat(of: found, query) {
            hit = known
        } else {
            var reply = reply(with: found)
            reply.receipt.personalData = query.personalData
            hit = ExactHit(found, reply.receipt)
        }
        let milliseconds = watch.milliseconds
        count(hit.receipt, serving: hit.entry, milliseconds: milliseconds, at: now)
        return (hit, milliseconds)
    }

    /// What a lookup comes to on the calling thread.
    package enum Beginning: Sendable {
        case reply(Reply)
        /// Mini has to be asked.
        case doubt(Doubt)

        /// Nil where mini has to be asked.
        package var reply: Reply? {
            if case .reply(let reply) = self { return reply }
            return nil
        }
    }

    /// A question that was looked up so far that only mini can tell more; nothing of it is counted yet.
    package struct Doubt: Sendable {
        fileprivate let query: Query
        fileprivate let judgement: Judgement
        fileprivate let watch: Stopwatch
    }

    /// What `lookup` does, as far as it takes less than a millisecond: a wording that is stored, or a question that comes
    /// with its vector.
    ///
    /// - Returns: nil when the question needs the longer way from its start.
    package func lookupImmediately(_ query: Query) -> Beginning? {
        if query.directives.isShadow { return nil }
        let watch = Stopwatch()
        let query = treated(query)
        if let found = foundAtHand(query, at: parts.clock.now) {
            return .reply(finish(reply(with: found), query, watch))
        }
        guard let judgement = judgementImmediately(query) else { return nil }
        if judgement.asked != nil { return .doubt(Doubt(query: query, judgement: judgement, watch: watch)) }
        return .reply(finish(unasked(query, judgement), query, watch))
    }

    /// The end of a lookup that began with a doubt.
    package func lookup(_ doubt: Doubt) async -> Reply {
        finish(await settled(doubt.query, doubt.judgement), doubt.query, doubt.watch)
    }

    /// What the judge would do about a question, at once and on the calling thread, where that is short.
    ///
    /// - Returns: nil where the question has to go the longer way, as if this had not been called.
    private func judgementImmediately(_ query: Query) -> Judgement? {
        // A scope that is loaded when it is asked for is waited for.
        guard let vector = query.vector, query.conversation == nil, query.directives.mayRead,
            memory.loader == nil, !query.directives.isExactOnly, let scope = scopeWithVectors(query.scope),
            indexes.index(of: scope)?.count ?? 0 <= Limits.rowsSearchedImmediatelyMax
        else { return nil }
        var receipt = Receipt(.miss)
        receipt.latency.embed = query.embedMilliseconds
        let setting = Setting(scope, vector, terms(query, scope))
        return judgement(of: query, searchedImmediately(scope, vector), setting, receipt)
    }
}
