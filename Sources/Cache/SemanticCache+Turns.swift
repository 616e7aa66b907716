import Models
import Store
import Support

/// One call for a question that several nodes are asked at the same time.
extension SemanticCache {
    /// Has a question answered by one node, where several share the store: the others wait for what it stores.
    ///
    /// Where the store cannot be reached, or the other node takes too long, each node makes a call of its own.
    func generatedOnce(
        _ query: Query, _ found: Reply, _ generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) async throws -> Reply {
        // What is not stored cannot be waited for.
        guard parts.store.isShared, query.directives.mayRead, query.directives.mayStore else {
            return try await generated(query, found, generate)
        }
        let watch = Stopwatch()
        while true {
            do throws(StoreError) {
                if try parts.store.takeTurn(query.scope, key: query.key) { break }
            } catch {
                note(storeError: error)
                return try await generated(query, found, generate)
            }
            guard watch.milliseconds < Double(Limits.nodeFlightSecondsMax * 1_000) else {
                parts.log.warning(
                    "another node has had a question answered for \(Limits.nodeFlightSecondsMax) s: it is asked here as well"
                )
                return try await generated(query, found, generate)
            }
            try await Task.sleep(for: .milliseconds(Limits.nodeFlightPauseMilliseconds))
            if let reply = collapsed(query, watch) { return reply }
        }
        defer { parts.store.endTurn(query.scope, key: query.key) }
        // Whoever had the turn before may have stored the answer since it was looked for.
        if let reply = collapsed(query, watch) { return reply }
        return try await generated(query, found, generate)
    }

    /// The reply with what another node has stored meanwhile.
    private func collapsed(_ query: Query, _ watch: Stopwatch) -> Reply? {
        var query = query
        guard var reply = exact(&query) else { return nil }
        reply.receipt.isCollapsed = true
        reply.receipt.latency.wait = watch.milliseconds
        return reply
    }
}
