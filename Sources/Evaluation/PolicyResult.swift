package import JSON

/// What a policy did with a stream, in figures.
package struct PolicyResult: Sendable, Equatable {
    package let policy: String
    package var requests = 0
    /// Requests of a class that was asked for before: the hits that a perfect cache makes.
    package var possible = 0
    /// Served an answer of the question's class.
    package var right = 0
    /// Served an answer of a class that a label says is another.
    package var wrong = 0
    /// Served an answer of a class that no label joins to the question's.
    package var unknown = 0
    /// Requests whose text belongs to no class of its files, and those of them that were served.
    package var outside = 0
    package var outsideServed = 0
    /// Calls of mini, and those of them in the last quarter of the requests.
    package var confirmations = 0
    package var confirmationsLate = 0
    package var requestsLate = 0
    /// The share of the cost without a cache that is saved, all calls of mini paid; nil where a price is unknown.
    package var netSaving: Double?
    package var p50Milliseconds = 0.0
    package var p99Milliseconds = 0.0

    package init(policy: String) {
        self.policy = policy
    }

    package var hits: Int { right + wrong + unknown }
    package var hitRate: Double? { ratio(hits, requests) }
    /// The share of possible hits that were made.
    package var found: Double? { ratio(right, possible) }
    package var wrongPerRequest: Double? { ratio(wrong, requests) }
    package var unknownPerRequest: Double? { ratio(unknown, requests) }
    package var wrongPerHit: Double? { ratio(wrong, hits) }
    package var unknownPerHit: Double? { ratio(unknown, hits) }
    package var confirmationsPerRequest: Double? { ratio(confirmations, requests) }
    package var confirmationsPerRequestLate: Double? { ratio(confirmationsLate, requestsLate) }

    /// A row of the report; a share of nothing is null.
    package var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return [
            "policy": .string(policy), "requests": .number(requests), "possible": .number(possible),
            "hits": .number(hits), "right": .number(right), "wrong": .number(wrong), "unknown": .number(unknown),
            "found": number(found), "wrong_per_request": number(wrongPerRequest),
            "unknown_per_request": number(unknownPerRequest), "wrong_per_hit": number(wrongPerHit),
            "unknown_per_hit": number(unknownPerHit), "outside": .number(outside),
            "outside_served": .number(outsideServed), "confirmations_per_request": number(confirmationsPerRequest),
            "confirmations_per_request_last_quarter": number(confirmationsPerRequestLate),
            "net_saving": number(netSaving),
            "p50_ms": .number(p50Milliseconds), "p99_ms": .number(p99Milliseconds),
        ]
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double? {
        whole == 0 ? nil : Double(part) / Double(whole)
    }
}
