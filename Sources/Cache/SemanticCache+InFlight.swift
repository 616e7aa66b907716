import Models
import Questions
import Support

/// The way of a question that nobody else has under way in the same words.
extension SemanticCache {
    /// Looks a question up, waits for one close to it that is under way, and has it answered if it is still not there.
    ///
    /// However often that happens, it waits no longer than `Parts.waitSeconds` in all; then it makes its own call.
    func answered(
        _ query: Query, _ generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) async throws -> Reply {
        let query = await embedded(query)
        let clock = ContinuousClock()
        let begin = clock.now
        let deadline = begin.advanced(by: .seconds(parts.waitSeconds))
        var waited: Double?
        while true {
            let landings = near.landings
            // The call before this one may have stored the answer since we looked.
            if let reply = exact(query) { return reply.waited(waited) }
            let found = query.directives.mayRead ? await similar(query) : Reply(.none, Receipt(.miss))
            if case .cached = found.content { return found.waited(waited) }
            let mayFollow = query.directives.mayRead && clock.now < deadline
            guard let boarding = board(query, since: landings, mayFollow: mayFollow) else {
                return try await generated(query, found, generate).waited(waited)
            }
            switch boarding {
            case .missed: continue
            case .leads(let ticket):
                defer { near.land(ticket) }
                return try await generated(query, found, generate).waited(waited)
            case .follows(let ticket):
                await near.wait(for: ticket, atMost: clock.now.duration(to: deadline))
                try Task.checkCancellation()
                waited = begin.duration(to: clock.now) / .milliseconds(1)
            }
        }
    }

    /// - Returns: nil for a question that is found by its wording alone, or whose answer nobody else may get.
    private func board(_ query: Query, since landings: Int, mayFollow: Bool) -> NearFlights.Boarding? {
        guard parts.waitSeconds > 0, !query.directives.isExactOnly, query.directives.mayStore, let vector = query.vector
        else { return nil }
        return near.board(query.scope, vector, Guard.Reading(query.question), since: landings, mayFollow: mayFollow)
    }

    /// The query with its vector, which the entry will need anyway; without, if it has none yet and cannot get one.
    private func embedded(_ query: Query) async -> Query {
        guard parts.waitSeconds > 0, !query.directives.isExactOnly, query.directives.mayStore else { return query }
        var receipt = Receipt(.miss)
        var query = query
        query.vector = await embed(query, &receipt)
        query.embedMilliseconds = receipt.latency.embed
        return query
    }
}

extension Reply {
    fileprivate func waited(_ milliseconds: Double?) -> Reply {
        var reply = self
        reply.receipt.latency.wait = milliseconds
        return reply
    }
}
