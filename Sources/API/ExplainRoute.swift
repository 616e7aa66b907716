import Cache
import HTTP
import JSON
import Models
import Questions
import Store
import Support

/// `POST /cache/explain`: how a question would be decided, step by step; nothing is served, stored or counted.
struct ExplainRoute: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("POST", "/cache/explain") { try await explain($0.request) }
    }

    private func explain(_ request: Request) async throws -> Response {
        let body = try RequestBody(request, members: ["question", "scope", "context", "confirm", "embedding"])
        let query = try parts.plainQuery(request, body)
        let explanation = await parts.cache.explain(query, confirms: try body.optionalBool("confirm") ?? false)
        return .json(200, json(explanation, of: query))
    }

    private func json(_ explanation: Explanation, of query: Query) -> JSONValue {
        let judge = parts.cache.parts.judge
        return [
            "question": .string(query.question),
            "canonical": .string(explanation.canonical),
            "scope": .string(query.scope.name),
            "conclusion": .string(explanation.conclusion.rawValue),
            "entry": explanation.entry.map { .number(Int($0.rawValue)) } ?? .null,
            "matched": explanation.matched.map { .string($0) } ?? .null,
            "vectors": .number(explanation.vectors),
            "floor": .number(judge.floor),
            "error_target": .rounded(explanation.errorTarget, places: 6),
            "bound_to_serve": .rounded(explanation.boundToServe, places: 4),
            "probability_to_ask": .rounded(explanation.probabilityToAsk, places: 4),
            "price_of_waiting_usd": .rounded(explanation.priceOfWaiting, places: 9),
            "mini": .bool(explanation.hasMini),
            "mini_model": explanation.hasMini ? parts.models.firstModel(of: .mini).map { .string($0) } ?? .null : .null,
            "personal_data": .array(explanation.personalData.map { .string($0.rawValue) }),
            "candidates": .array(explanation.candidates.map { json($0, in: explanation) }),
            "confirmation": explanation.confirmation.map(json) ?? .null,
            "latency_ms": explanation.latency.json,
        ]
    }

    private func json(_ explained: ExplainedCandidate, in explanation: Explanation) -> JSONValue {
        let id = explained.candidate.entry.id
        var object = explained.candidate.json.object ?? JSONObject()
        object["boundary"] = .rounded(explained.candidate.entry.boundary, places: 4)
        object["obstacles"] = .array(explained.obstacles.map { .string($0.rawValue) })
        object["expected_saving_usd"] = .dollars(explained.expectedSaving)
        object["cost_of_asking_usd"] = .dollars(explained.costOfAsking)
        object["worth_asking"] = .bool(explained.isWorthAsking)
        object["asked"] = .bool(explanation.confirmation?.entries.contains(id) == true)
        object["served"] = .bool(explanation.entry == id)
        return .object(object)
    }

    private func json(_ confirmation: Explanation.Confirmation) -> JSONValue {
        [
            "entries": .array(confirmation.entries.map { .number(Int($0.rawValue)) }),
            "expected_cost_usd": .dollars(confirmation.expectedCost),
            "verdict": confirmation.verdict.map { .string($0.reason.rawValue) } ?? .null,
            "cost_usd": .dollars(confirmation.cost),
        ]
    }
}
