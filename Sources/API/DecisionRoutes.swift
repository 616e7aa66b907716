import Cache
import Evaluation
import HTTP
import JSON
import Ledger
import Store
import Support

/// `GET /cache/decisions` and `GET /report/tuning`: what was decided, and what other settings would have done with it.
struct DecisionRoutes: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("GET", "/cache/decisions") { try await list($0.request) }
        router.add("GET", "/report/tuning") { try await tuning($0.request) }
    }

    private func list(_ request: Request) async throws -> Response {
        try request.allow(parameters: ["limit", "before"])
        let limit = Int(try request.number("limit", in: 1...Int64(Limits.decisionsPerPageMax)) ?? 100)
        let found = try await decisions(
            request, before: try request.number("before", in: 1...Int64.max) ?? .max, limit: limit)
        let next = found.count == limit ? found.first.map { JSONValue.number(Int($0.id)) } : nil
        return .json(200, ["decisions": .array(found.reversed().map(\.json)), "next_before": next ?? .null])
    }

    private func tuning(_ request: Request) async throws -> Response {
        try request.allow(parameters: ["since_seconds"])
        let since = parts.clock.now + -(try request.sinceSeconds(otherwise: 30 * 86_400))
        let decisions = try await decisions(request, since: since, limit: Limits.decisionsReplayedMax)
        let cache = parts.cache
        let terms = Judge.Terms(
            hasMini: cache.parts.confirmer != nil, errorTarget: cache.parts.judge.errorTarget,
            mini: cache.miniReliability)
        let replay = DecisionReplay(
            decisions, requests: try await requests(request, since: decisions.first?.time), judge: cache.parts.judge,
            terms: terms, priceOfWaiting: cache.priceOfWaiting)
        // Thousands of decisions take up to a second.
        return .json(200, await BackgroundThread.result { replay.json })
    }

    /// The requests of that time that could come to the judge; 0 where no ledger is kept.
    private func requests(_ request: Request, since: Timestamp?) async throws -> Int {
        guard let since, let ledger = parts.ledger else { return 0 }
        let tenant = try parts.access.reportedTenant(of: request)
        let (extract, _) = try await ledger.extract(since: since, tenant: tenant)
        let others: Set = [Receipt.Outcome.bypass.rawValue, RequestAccount.failure]
        let asked = extract.requests.filter { !others.contains($0.key.dimensions.outcome) }
        return Int(asked.values.reduce(0) { $0 + $1.requests })
    }

    private func decisions(
        _ request: Request, since: Timestamp = Timestamp(milliseconds: 0), before: Int64 = .max, limit: Int
    ) async throws -> [DecisionRecord] {
        let (store, tenant) = (parts.cache.parts.store, try parts.access.reportedTenant(of: request))
        return try await BackgroundThread.result { () throws(StoreError) in
            try store.decisions(since: since, tenant: tenant, before: before, limit: limit)
        }
    }
}

extension DecisionRecord {
    fileprivate var json: JSONValue {
        [
            "number": .number(Int(id)), "time": .string(time.rfc3339), "digest": .string(key.hex),
            "question": text.map { .string($0) } ?? .null, "action": .string("\(action)"),
            "propensity": .rounded(propensity, places: 6), "verdict": verdict.map { .string($0) } ?? .null,
            "named": named.map { .number(Int($0.rawValue)) } ?? .null,
            "served": served.map { .number(Int($0.rawValue)) } ?? .null,
            "candidates": .array(candidates.map(\.json)),
            "audit": audit.map {
                ["right": .bool($0.isRight), "propensity": .rounded($0.propensity, places: 6)]
            } ?? .null,
        ]
    }
}

extension DecisionRecord.Candidate {
    fileprivate var json: JSONValue {
        let weighed = zip(JudgeFeatures.names, features).map {
            JSONObject.Member(name: $0, value: .rounded(Double($1), places: 4))
        }
        return [
            "entry": .number(Int(entry.rawValue)), "similarity": .rounded(similarity, places: 4),
            "probability": .rounded(probability, places: 4), "lower_bound": .rounded(lowerBound, places: 4),
            "conflict": .bool(hasConflict), "refused": .bool(isRefused), "asked": .bool(isAsked),
            "answer_usd": .dollars(answerCost), "features": .object(JSONObject(weighed)),
        ]
    }
}
