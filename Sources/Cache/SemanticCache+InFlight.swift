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
        var query = await embedded(query)
        // An embedder that has just failed is not asked once more for the same question.
        let isComparable = query.vector != nil || !needsVector(query)
        let clock = ContinuousClock()
        let begin = clock.now
        let deadline = begin.advanced(by: .seconds(parts.waitSeconds))
        var past = Past()
        while true {
            let landings = near.landings
            // The call before this one may have stored the answer since we looked.
            if let reply = exact(&query) { return reply.after(past) }
            let found =
                query.directives.mayRead && isComparable ? await similar(query) : Reply(.none, Receipt(.miss))
            if case .cached = found.content { return found.after(past) }
            let mayFollow = query.directives.mayRead && clock.now < deadline
            guard let boarding = board(query, since: landings, mayFollow: mayFollow) else {
                return try await generatedOnce(query, found, generate).after(past)
            }
            switch boarding {
            case .missed: past.spent.append(found.receipt.cost)
            case .leads(let ticket):
                defer { near.land(ticket) }
                return try await generatedOnce(query, found, generate).after(past)
            case .follows(let ticket):
                await near.wait(for: ticket, atMost: clock.now.duration(to: deadline))
                try Task.checkCancellation()
                past.spent.append(found.receipt.cost)
                past.waitMilliseconds = begin.duration(to: clock.now) / .milliseconds(1)
            }
        }
    }

    /// - Returns: nil for a question that is found by its wording alone, or whose answer nobody else may get.
    private func board(_ query: Query, since landings: Int, mayFollow: Bool) -> NearFlights.Boarding? {
        guard needsVector(query), let vector = query.vector else { return nil }
        return near.board(query.scope, vector, Guard.Reading(query.question), since: landings, mayFollow: mayFollow)
    }

    /// Whether others may wait for the question, or it for others.
    private func needsVector(_ query: Query) -> Bool {
        parts.waitSeconds > 0 && !query.directives.isExactOnly && query.directives.mayStore
    }

    /// The query with its vector, which the entry will need anyway; without, if it has none yet and cannot get one.
    private func embedded(_ query: Query) async -> Query {
        guard needsVector(query) else { return query }
        var receipt = Receipt(.miss)
        var query = query
        query.vector = await embed(query, &receipt)
        query.embedMilliseconds = receipt.latency.embed
        return query
    }
}

/// What became of a question before it was looked up for the last time.
private struct Past {
    var waitMilliseconds: Double?
    /// What mini cost each time; nil is unknown.
    var spent: [Money?] = []
}

extension Reply {
    fileprivate func after(_ past: Past) -> Reply {
        var reply = self
        reply.receipt.latency.wait = past.waitMilliseconds
        for spent in past.spent {
            reply.receipt.cost = reply.receipt.cost.flatMap { cost in spent.map { cost + $0 } }
            reply.receipt.saved = reply.receipt.saved.flatMap { saved in spent.map { saved - $0 } }
        }
        return reply
    }
}
