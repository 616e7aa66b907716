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
        router.add("GET", "/cache/decisions") { try list($0.request) }
        router.add("GET", "/report/tuning") { try await tuning($0.request) }
    }

    private func list(_ request: Request) throws -> Response {
        try request.allow(parameters: ["limit", "before"])
        let limit = Int(try request.number("limit", in: 1...Int64(Limits.decisionsPerPageMax)) ?? 100)
        let found = try parts.cache.parts.store.decisions(
            tenant: try parts.access.reportedTenant(of: request),
            before: try request.number("before", in: 1...Int64.max) ?? .max, limit: limit)
        let next = found.count == limit ? found.first.map { JSONValue.number(Int($0.id)) } : nil
        return .json(200, ["decisions": .array(found.reversed().map(\.json)), "next_before": next ?? .null])
    }

    private func tuning(_ request: Request) async throws -> Response {
        try request.allow(parameters: ["since_seconds"])
        let since = parts.clock.now + -(try request.sinceSeconds(otherwise: 30 * 86_400))
        let tenant = try parts.access.reportedTenant(of: request)
        let store = parts.cache.parts.store
        let decisions = try store.decisions(since: since, tenant: tenant, limit: Limits.decisionsReplayedMax)
        guard let first = decisions.first else { return .json(200, ["decisions": 0, "rows": []]) }
        var requests = decisions.count
        if let ledger = parts.ledger {
            let (extract, _) = try await ledger.extract(since: first.time, tenant: tenant)
            let asked = extract.requests.filter {
                !["bypass", RequestAccount.failure].contains($0.key.dimensions.outcome)
            }
            requests = max(requests, Int(asked.values.reduce(0) { $0 + $1.requests }))
        }
        let cache = parts.cache
        let replay = DecisionReplay(
            decisions, requests: requests, judge: cache.parts.judge,
            terms: Judge.Terms(
                hasMini: cache.parts.confirmer != nil, errorTarget: cache.parts.judge.errorTarget,
                mini: cache.miniReliability), priceOfWaiting: cache.priceOfWaiting)
        // Some thousand decisions under some dozen settings take a second: not on a thread that requests are served on.
        let json = await withCheckedContinuation { continuation in
            let isRefused = BackgroundThread.start { continuation.resume(returning: replay.json) } != 0
            if isRefused { continuation.resume(returning: replay.json) }
        }
        return .json(200, json)
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
