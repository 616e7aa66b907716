import Cache
import Embedding
import JSON
import Models
import Plans
import Store
import Support
import Synchronization

/// Runs of plans that are kept: each step is written down as it ends, so that a run can be looked at, called off, and
/// gone on with after a crash, a failure or a choice.
package final class PlanRuns: Sendable {
    /// A run that can begin, or go on.
    struct Ready: Sendable {
        let id: PlanRunID
        let plan: Plan
        let tenant: String
        let inputs: JSONObject
        let forcedBy: String?
        var done: [StepRecord] = []
        var choices: [String: Int] = [:]
    }

    /// The runs under way; they outlive a change of the settings.
    private final class Running: Sendable {
        let tasks = Mutex<[PlanRunID: Task<PlanRun, any Error>]>([:])
    }

    private let parts: API.Parts
    private let running: Running

    init(_ parts: API.Parts, continuing other: PlanRuns?) {
        self.parts = parts
        running = other?.running ?? Running()
    }

    var store: Store { parts.cache.parts.store }
    /// Runs are kept for people to look at; the run itself goes on with what it was given.
    private var policy: PersonalDataPolicy { parts.cache.parts.personalData }

    /// Notes which runs ended with their process: before the first run, and on a shared store now and then.
    package func noteInterrupted() async throws {
        let count = try await store.interruptPlanRuns()
        if count > 0 { parts.log.warning("\(count) runs of plans were interrupted: `refrain plan resume` goes on") }
    }

    /// Removes runs that are kept long enough, and the oldest ones where they take too much; called now and then.
    package func removeOld() async throws -> Int {
        let old = try await store.removePlanRuns(before: parts.clock.now + -Int64(Limits.planRunDaysMax) * 86_400)
        return try await old + store.removePlanRuns(beyondBytes: Limits.planRunBytesMax)
    }

    /// Keeps a new run.
    ///
    /// - Parameter entry: the stored answer that it is about.
    func begin(
        _ plan: Plan, _ inputs: JSONObject, forcedBy: String?, tenant: String, entry: EntryID? = nil
    ) async throws -> Ready {
        try plan.check(inputs)
        let request: JSONValue = ["inputs": .object(inputs), "forced_by": forcedBy.map { .string($0) } ?? .null]
        let row = PlanRunRow(
            tenant: tenant, plan: plan.name, created: parts.clock.now, entry: entry, definition: plan.source,
            request: policy.shown(request).text)
        return Ready(
            id: try await store.begin(row), plan: plan, tenant: tenant, inputs: inputs, forcedBy: forcedBy)
    }

    /// Runs it to its end, or to where it waits.
    ///
    /// - Returns: the run as its owner sees it, also one that was called off meanwhile.
    /// - Throws: `CancellationError` when the calling task is cancelled, which cancels the run.
    func execute(_ ready: Ready, watch: @escaping PlanEngine.Watch = { _ in }) async throws -> JSONValue {
        let positions = Dictionary(uniqueKeysWithValues: ready.plan.steps.enumerated().map { ($1.name, $0) })
        let engine = engine(tenant: ready.tenant)
        let plan = parts.trials.treatment().adjusted(ready.plan)
        let task = Task(executorPreference: WaitingExecutor.current) {
            try await engine.run(
                plan, inputs: ready.inputs, forcedBy: ready.forcedBy, done: ready.done, choices: ready.choices
            ) { event in
                if case .ended(let record) = event, record.status != .waiting, let position = positions[record.name] {
                    await self.note(ready.id, position, record)
                }
                await watch(event)
            }
        }
        running.tasks.withLock { $0[ready.id] = task }
        defer { _ = running.tasks.withLock { $0.removeValue(forKey: ready.id) } }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        switch result {
        case .success(let run):
            try await store.change(ready.id, from: [.running], to: run.status.kept, result: policy.shown(run.head).text)
        case .failure:
            try await store.change(ready.id, from: [.running], to: .cancelled)
        }
        try Task.checkCancellation()
        return try json(of: try row(ready.id, tenant: ready.tenant))
    }

    /// Makes a run ready to go on at its first step that is not over.
    ///
    /// - Parameter choice: the number, from 1, of what a person chose; only of a run that waits.
    func resume(_ id: PlanRunID, tenant: String, choice: Int?) async throws -> Ready {
        let row = try row(id, tenant: tenant)
        guard row.status != .running, row.status != .completed else {
            throw APIError(409, "run \(id.rawValue) is \(row.status.rawValue)", code: "run_\(row.status.rawValue)")
        }
        let choices = try choices(of: row, choice)
        let plan: Plan
        do throws(PlanError) {
            plan = try Plan.parse(row.definition, name: row.plan, file: row.plan)
        } catch {
            throw APIError(
                409, "the plan of run \(id.rawValue) cannot be used any more: \(error)", code: "plan_unusable")
        }
        let request = try JSONValue.parse(row.request)
        let done = try records(of: id).map(\.record).filter { record in
            record.status != .failed || plan.step(named: record.name)?.onFailure == .skip
        }
        // Of two who want to go on with it one is late.
        guard try await store.change(id, from: [row.status], to: .running, result: "{}") else {
            throw APIError(409, "run \(id.rawValue) goes on already", code: "run_running")
        }
        return Ready(
            id: id, plan: plan, tenant: tenant, inputs: request["inputs"]?.object ?? JSONObject(),
            forcedBy: request["forced_by"]?.string, done: done, choices: choices)
    }

    private func choices(of row: PlanRunRow, _ choice: Int?) throws -> [String: Int] {
        let wait = row.status == .waiting ? try row.result.map { try JSONValue.parse($0) }?["waits"]?[0] : nil
        guard let wait, let step = wait["step"]?.string else {
            guard choice == nil else {
                throw APIError(
                    400, "run \(row.id.rawValue) waits for no choice", param: "choose", code: "invalid_value")
            }
            return [:]
        }
        let count = wait["options"]?.array?.count ?? 0
        guard let choice, (1...max(1, count)).contains(choice) else {
            throw APIError(
                400, "run \(row.id.rawValue) waits for a choice: \"choose\" must be from 1 to \(count)",
                param: "choose", code: choice == nil ? "missing_required_parameter" : "invalid_value")
        }
        return [step: choice]
    }

    /// Calls a run off that is not over, and waits until it has stopped.
    func cancel(_ id: PlanRunID, tenant: String) async throws -> JSONValue {
        let row = try row(id, tenant: tenant)
        guard row.status == .running || row.status == .waiting || row.status == .interrupted else {
            throw APIError(409, "run \(id.rawValue) is \(row.status.rawValue)", code: "run_\(row.status.rawValue)")
        }
        var from: Set<PlanRunRow.Status> = [.waiting, .interrupted]
        if let task = running.tasks.withLock({ $0[id] }) {
            task.cancel()
            // One that came to its end all the same keeps what came of it.
            if case .failure = await task.result { from.insert(.running) }
        }
        try await store.change(id, from: from, to: .cancelled)
        return try json(of: try self.row(id, tenant: tenant))
    }

    /// Removes a run; one that is under way is called off first.
    func remove(_ id: PlanRunID, tenant: String) async throws {
        if try row(id, tenant: tenant).status == .running { _ = try await cancel(id, tenant: tenant) }
        _ = try await store.remove(id)
    }

    /// A step that cannot be written down would only be done twice: the run goes on.
    private func note(_ id: PlanRunID, _ position: Int, _ record: StepRecord) async {
        do throws(StoreError) {
            try await store.note(id, position: position, record: policy.shown(record.json).text)
        } catch {
            parts.log.warning("step \(record.name) of run \(id.rawValue) is not kept: \(error)")
        }
    }

    // MARK: Reading

    /// - Throws: 404 for a run that is not there or another tenant's.
    func row(_ id: PlanRunID, tenant: String) throws -> PlanRunRow {
        guard let row = try store.planRun(id), row.tenant == tenant else {
            throw APIError(404, "there is no run \(id.rawValue)", param: "id", code: "not_found")
        }
        return row
    }

    private func records(of id: PlanRunID) throws -> [(position: Int, record: StepRecord)] {
        try store.planSteps(of: id).sorted { $0.key < $1.key }.compactMap { position, text in
            (try? JSONValue.parse(text)).flatMap(StepRecord.init).map { (position, $0) }
        }
    }

    /// The run as its owner sees it, with inputs and steps.
    func json(of row: PlanRunRow) throws -> JSONValue {
        guard case .object(var object) = try PlanRuns.head(of: row) else { preconditionFailure("a head is an object") }
        object["inputs"] = try JSONValue.parse(row.request)["inputs"] ?? .null
        object["steps"] = .array(try records(of: row.id).map(\.record.json))
        return .object(object)
    }

    /// What a listing shows of it.
    static func head(of row: PlanRunRow) throws -> JSONValue {
        var object: JSONObject = [
            "id": .number(Int(row.id.rawValue)), "plan": .string(row.plan), "status": .string(row.status.rawValue),
            "created": .string(row.created.rfc3339), "updated": .string(row.updated.rfc3339),
            "entry": row.entry.map { .number(Int($0.rawValue)) } ?? .null,
        ]
        let result = try row.result.map { try JSONValue.parse($0) }?.object?.members ?? []
        for member in result where object[member.name] == nil { object[member.name] = member.value }
        return .object(object)
    }
}

extension PlanRuns {
    /// An engine whose calls are answered from what that tenant had made before.
    private func engine(tenant: String) -> PlanEngine {
        let embedder = parts.cache.parts.embedder
        return PlanEngine(
            parts.models, embed: { try await embedder.embed($0) },
            cache: parts.cache.steps(tenant: tenant, parts.models))
    }
}

extension PlanRun.Status {
    fileprivate var kept: PlanRunRow.Status {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .waiting: .waiting
        }
    }
}
