import Cache
import HTTP
import JSON
import Ledger
import Models
import Plans
import Store
import Support

/// `GET /plans` and `POST /plans/{name}/runs`.
struct PlanRoutes: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("GET", "/plans") { _ in list() }
        router.add("POST", "/plans/{name}/runs") { try await run($0.parameters["name"] ?? "", $0.request) }
    }

    private func list() -> Response {
        let plans = parts.plans.names.compactMap { parts.plans[$0] }.map { plan -> JSONValue in
            [
                "name": .string(plan.name), "summary": .string(plan.summary),
                "inputs": .array(plan.inputs.map { .string($0.name) }),
                "steps": .array(plan.steps.map { .string($0.name) }),
                "outputs": .array(plan.outputs.map { .string($0.name) }),
                "answers_misses": .bool(plan.name == parts.missPlan?.name),
            ]
        }
        return .json(200, ["plans": .array(plans)])
    }

    /// A run that fails is a result too: it says what was done, and what it cost.
    private func run(_ name: String, _ request: Request) async throws -> Response {
        guard let plan = parts.plans[name] else {
            throw APIError(404, "there is no plan \"\(name)\"", param: "name", code: "plan_not_found")
        }
        guard parts.models.hasUpstream else { return .failure(ModelError(.noUpstream)) }
        let body = try RequestBody(request, members: ["inputs", "forced_by"])
        let inputs = try body.object("inputs")
        RequestAccount.current?.change { $0.dimensions.plan = plan.name }
        let reason = try body.optionalString("forced_by", bytesMax: Limits.tagBytesMax) ?? rule(for: inputs, request)
        do {
            let run = try await PlanEngine(parts.models).run(
                plan, inputs: inputs, forcedBy: reason)
            if run.failure == nil {
                RequestAccount.current?.change { row in
                    row.dimensions.outcome = Receipt.Outcome.bypass.rawValue
                    // What *full* alone would take for a plan's work nobody knows.
                    row.fullCost = nil
                }
            }
            return .json(200, run.json)
        } catch let error as PlanInputError {
            throw APIError(400, error.description, param: error.name, code: "invalid_input")
        }
    }

    private func rule(for inputs: JSONObject, _ request: Request) throws(APIError) -> String? {
        parts.rules.rule(
            for: .object(inputs), tags: try CacheDirectives.tags(request.headers),
            scope: try CacheDirectives.scopeName(request.headers))
    }
}
