import Cache
import HTTP
import JSON
import Ledger
import Models
import Plans
import Store
import Support

/// `/plans` and what is below: the plans, their runs, and what can be done with a run.
struct PlanRoutes: Sendable {
    private let parts: API.Parts
    private let runs: PlanRuns

    init(_ parts: API.Parts, _ runs: PlanRuns) {
        self.parts = parts
        self.runs = runs
    }

    func register(in router: inout Router) {
        router.add("GET", "/plans") { _ in list() }
        router.add("POST", "/plans/{name}/runs") { call in
            try await guarded { try await run(call.parameters["name"] ?? "", call.request) }
        }
        router.add("GET", "/plans/runs") { call in try await guarded { try listRuns(call.request) } }
        router.add("GET", "/plans/runs/{id}") { call in
            try await guarded { .json(200, try runs.json(of: try runs.row(try id(call), tenant: try tenant(call)))) }
        }
        router.add("POST", "/plans/runs/{id}/resume") { call in try await guarded { try await resume(call) } }
        router.add("POST", "/plans/runs/{id}/cancel") { call in
            try await guarded { .json(200, try await runs.cancel(try id(call), tenant: try tenant(call))) }
        }
        router.add("DELETE", "/plans/runs/{id}") { call in
            try await guarded {
                let id = try id(call)
                try await runs.remove(id, tenant: try tenant(call))
                return .json(200, ["forgotten": .number(Int(id.rawValue))])
            }
        }
    }

    /// Errors of a plan's inputs as responses.
    private func guarded(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let error as PlanInputError {
            throw APIError(400, error.description, param: error.name, code: "invalid_input")
        }
    }

    private func tenant(_ call: Router.Call) throws(APIError) -> String { try parts.access.tenant(of: call.request) }

    private func id(_ call: Router.Call) throws(APIError) -> PlanRunID {
        let text = call.parameters["id"] ?? ""
        guard let number = Int64(text), number > 0 else {
            throw APIError(400, "\"\(text)\" is no run's number", param: "id", code: "invalid_value")
        }
        return PlanRunID(rawValue: number)
    }

    private func list() -> Response {
        let plans = parts.plans.names.compactMap { parts.plans[$0] }.map { plan -> JSONValue in
            [
                "name": .string(plan.name), "summary": .string(plan.summary),
                "inputs": .array(plan.inputs.map { .string($0.name) }),
                "steps": .array(plan.steps.map { .string($0.name) }),
                "outputs": .array(plan.outputs.map { .string($0.name) }),
                "answers_misses": .bool(plan.name == parts.trials.usual.missPlan?.name),
            ]
        }
        return .json(200, ["plans": .array(plans)])
    }

    // MARK: Running

    /// A run that fails is a result too: it says what was done, and what it cost.
    private func run(_ name: String, _ request: Request) async throws -> Response {
        guard let plan = parts.plans[name] else {
            throw APIError(404, "there is no plan \"\(name)\"", param: "name", code: "plan_not_found")
        }
        guard parts.models.hasUpstream else { return .failure(ModelError(.noUpstream)) }
        let body = try RequestBody(request, members: ["inputs", "forced_by", "stream"])
        let inputs = try body.object("inputs")
        try plan.check(inputs)
        var reason = try body.optionalString("forced_by", bytesMax: Limits.tagBytesMax)
        if reason == nil {
            reason = try await parts.rule(
                for: .object(inputs), tags: try CacheDirectives.tags(request.headers),
                scope: try CacheDirectives.scopeName(request.headers))
        }
        let isStreamed = try body.optionalBool("stream") ?? false
        let tenant = try parts.access.tenant(of: request)
        return try await respond(
            try await runs.begin(plan, inputs, forcedBy: reason, tenant: tenant), isStreamed: isStreamed)
    }

    private func resume(_ call: Router.Call) async throws -> Response {
        guard parts.models.hasUpstream else { return .failure(ModelError(.noUpstream)) }
        let id = try id(call)
        let body = try RequestBody(call.request, members: ["choose", "stream"])
        let choice = try body.optionalInt("choose", in: 1...Limits.planPartsMax)
        let isStreamed = try body.optionalBool("stream") ?? false
        return try await respond(
            try await runs.resume(id, tenant: try tenant(call), choice: choice), isStreamed: isStreamed)
    }

    private func respond(_ ready: PlanRuns.Ready, isStreamed: Bool) async throws -> Response {
        let account = RequestAccount.current
        account?.change { $0.dimensions.plan = ready.plan.name }
        parts.trials.enter()
        guard isStreamed else {
            let run = try await runs.execute(ready)
            account?.take(run: run)
            return .json(200, run)
        }
        let relay = StreamRelay()
        account?.awaitAnswer()
        let running = Task(executorPreference: WaitingExecutor.current) {
            defer { account?.answerEnded() }
            do {
                await relay.send(.eventStream, PlanEvent.bytes("run", ready.opening))
                // Steps that run at once tell of themselves at once; a relay has one writer. A plan's steps bound them.
                let (events, feed) = AsyncStream.makeStream(of: PlanEvent.self)
                async let ending = execute(ready, feed)
                for await event in events { await relay.send(.eventStream, event.bytes) }
                let run = try await ending
                account?.take(run: run)
                relay.end(PlanEvent.bytes("done", run))
            } catch {
                let body = APIError(500, "\(error)", code: "internal_error").response.body.bytes ?? []
                relay.end(PlanEvent.bytes("error", (try? JSONValue.parse(body)) ?? .null))
                throw error
            }
        }
        return Response(200, headers: .eventStream, body: .stream(StreamedBody(relay, running)))
    }

    private func execute(
        _ ready: PlanRuns.Ready, _ feed: AsyncStream<PlanEvent>.Continuation
    ) async throws -> JSONValue {
        defer { feed.finish() }
        return try await runs.execute(ready) { feed.yield($0) }
    }

    // MARK: Reading

    private func listRuns(_ request: Request) throws -> Response {
        try request.allow(parameters: ["plan", "before", "limit"])
        let limit = try request.number("limit", in: 1...Int64(Limits.planRunsPerPageMax)) ?? 50
        let rows = try runs.store.planRuns(
            tenant: try parts.access.tenant(of: request), plan: request.query("plan"),
            before: try request.number("before", in: 1...Int64.max).map(PlanRunID.init), limit: Int(limit))
        let next = rows.count == Int(limit) ? rows.last.map { Int($0.id.rawValue) } : nil
        return .json(
            200,
            [
                "runs": .array(try rows.map { try PlanRuns.head(of: $0) }),
                "next_before": next.map { .number($0) } ?? .null,
            ])
    }
}

extension RequestAccount {
    fileprivate func take(run: JSONValue) {
        guard run["status"] == "completed" || run["status"] == "waiting" else { return }
        change { row in
            row.dimensions.outcome = Receipt.Outcome.bypass.rawValue
            // What *full* alone would take for a plan's work nobody knows.
            row.fullCost = nil
        }
    }
}

extension PlanRuns.Ready {
    /// What a stream begins with.
    fileprivate var opening: JSONValue {
        [
            "id": .number(Int(id.rawValue)), "plan": .string(plan.name),
            "steps": .array(plan.steps.map { .string($0.name) }),
            "done": .array(done.map { .string($0.name) }),
        ]
    }
}

extension PlanEvent {
    static func bytes(_ type: String, _ data: JSONValue) -> [UInt8] {
        ServerSentEvent(type: type, data: data.bytes).bytes
    }

    /// As a stream carries it: not the texts, which come with the end.
    fileprivate var bytes: [UInt8] {
        switch self {
        case .began(let step): PlanEvent.bytes("step", ["step": .string(step), "status": "began"])
        case .ended(let record):
            PlanEvent.bytes(
                "step",
                [
                    "step": .string(record.name), "status": .string(record.status.rawValue),
                    "reason": record.reason.map { .string($0) } ?? .null, "calls": .number(record.calls.count),
                    "latency_ms": .number((record.latencyMilliseconds * 10).rounded() / 10),
                ])
        }
    }
}
