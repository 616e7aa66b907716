package import JSON
package import Models
import Support

/// Runs plans: every step as soon as all that it needs is there.
package struct PlanEngine: Sendable {
    /// Sends a chat request to the role's model.
    package typealias Call =
        @Sendable (JSONObject, Role, _ deadlineMilliseconds: Int?) async throws(ModelError)
        -> Completion

    let call: Call
    private let models: ModelsConfiguration

    /// - Parameter models: says what a call is going to cost.
    package init(_ models: ModelsConfiguration, call: @escaping Call) {
        self.models = models
        self.call = call
    }

    /// An engine that asks the configured models.
    package init(_ models: ModelClient) {
        self.init(models.configuration) { body, role, deadline throws(ModelError) in
            try await models.chat(body, role: role, purpose: .plan, deadlineMilliseconds: deadline)
        }
    }

    func price(of role: Role) -> Price? { models[role].models.first.flatMap { models.price(of: $0) } }

    /// Runs a plan to its end. A run that fails is a result too: it says what was done until then.
    ///
    /// - Parameters:
    ///   - parameters: members of the client's request that go along with a step that answers a conversation.
    ///   - forcedBy: the rule that has *full* do mini's work; nil: none.
    /// - Throws: `PlanInputError`, or `CancellationError` when the calling task is cancelled.
    package func run(
        _ plan: Plan, inputs: JSONObject, parameters: JSONObject = JSONObject(), forcedBy: String? = nil
    ) async throws -> PlanRun {
        let start = ContinuousClock.now
        let inputs = try PlanInputs(plan, inputs)
        let context = RunContext(
            inputs: inputs, parameters: parameters, isForced: forcedBy != nil, budget: RunBudget(plan.budget))
        let (records, failure) = await finish(plan, context)
        try Task.checkCancellation()
        let values = RunValues(inputs: inputs, records: records)
        var outputs = JSONObject()
        var sources: [String: Reference] = [:]
        var missing: String?
        for output in plan.outputs {
            guard let source = output.candidates.first(where: { values[$0, item: nil] != nil }) else { continue }
            outputs[output.name] = values[source, item: nil]
            sources[output.name] = source
        }
        if failure == nil && outputs.members.isEmpty { missing = "no step gave an output" }
        return PlanRun(
            plan: plan.name, forcedBy: forcedBy, steps: plan.steps.compactMap { records[$0.name] },
            outputs: failure == nil ? outputs : JSONObject(), sources: sources, failure: failure ?? missing,
            latencyMilliseconds: start.duration(to: .now) / .milliseconds(1))
    }

    /// Runs the steps until all are over, or one has failed that the run cannot do without.
    private func finish(_ plan: Plan, _ context: RunContext) async -> ([String: StepRecord], failure: String?) {
        await withTaskGroup(of: StepRecord.self) { group in
            var records: [String: StepRecord] = [:]
            var waiting = plan.steps
            var failure: String?
            while true {
                if failure == nil {
                    let ready = waiting.filter { $0.dependencies.isSubset(of: records.keys) }
                    waiting.removeAll { step in ready.contains { $0.name == step.name } }
                    let values = RunValues(inputs: context.inputs, records: records)
                    for step in ready {
                        group.addTask { await StepRunner(step, context, values, engine: self).run() }
                    }
                }
                guard let record = await group.next() else { return (records, failure) }
                records[record.name] = record
                if failure == nil, record.status == .failed, plan.step(named: record.name)?.onFailure != .skip {
                    failure = "step \(record.name): \(record.reason ?? "failed")"
                    group.cancelAll()
                }
            }
        }
    }
}

/// What all steps of a run share.
struct RunContext: Sendable {
    let inputs: PlanInputs
    let parameters: JSONObject
    let isForced: Bool
    let budget: RunBudget
}

/// The values that a run's references stand for, at one moment.
struct RunValues: Sendable {
    let inputs: PlanInputs
    let records: [String: StepRecord]

    /// Nil where there is no such value.
    subscript(reference: Reference, item item: JSONValue?) -> JSONValue? {
        let root: JSONValue? =
            switch reference.source {
            case .input(let name): inputs.values[name]
            case .step(let name): records[name]?.output
            case .item: item
            }
        return root.flatMap { reference.value(below: $0) }
    }
}
