package import JSON
package import Models
import Support

/// Runs plans: every step as soon as all that it needs is there.
package struct PlanEngine: Sendable {
    /// Sends a chat request to the role's model.
    package typealias Call =
        @Sendable (JSONObject, Role, _ deadlineMilliseconds: Int?) async throws(ModelError)
        -> Completion

    /// Is told of a run's steps.
    package typealias Watch = @Sendable (PlanEvent) async -> Void

    /// Unit vectors of texts, in order.
    package typealias Embed = @Sendable ([String]) async throws -> [[Float]]

    let call: Call
    /// Nil: no step can group texts.
    let embed: Embed?
    /// Nil: every call is made.
    let cache: StepCache?
    private let models: ModelsConfiguration

    /// - Parameter models: says what a call is going to cost.
    package init(
        _ models: ModelsConfiguration, embed: Embed? = nil, cache: StepCache? = nil, call: @escaping Call
    ) {
        self.models = models
        self.embed = embed
        self.cache = cache
        self.call = call
    }

    /// An engine that asks the configured models.
    package init(_ models: ModelClient, embed: Embed? = nil, cache: StepCache? = nil) {
        self.init(models.configuration, embed: embed, cache: cache) { body, role, deadline throws(ModelError) in
            try await models.chat(body, role: role, purpose: .plan, deadlineMilliseconds: deadline)
        }
    }

    func price(of role: Role) -> Price? { models[role].models.first.flatMap { models.price(of: $0) } }

    /// Runs a plan to its end. A run that fails is a result too: it says what was done until then.
    ///
    /// - Parameters:
    ///   - parameters: members of the client's request that go along with a step that answers a conversation.
    ///   - forcedBy: the rule that has *full* do mini's work; nil: none.
    ///   - done: what an earlier try of this run has done already; only the other steps are.
    ///   - choices: the numbers, from 1, of what a person chose, by step.
    ///   - watch: is told of each step; the run waits for it.
    /// - Throws: `PlanInputError`, or `CancellationError` when the calling task is cancelled.
    package func run(
        _ plan: Plan, inputs: JSONObject, parameters: JSONObject = JSONObject(), forcedBy: String? = nil,
        done: [StepRecord] = [], choices: [String: Int] = [:], watch: @escaping Watch = { _ in }
    ) async throws -> PlanRun {
        let start = ContinuousClock.now
        let inputs = try PlanInputs(plan, inputs)
        let context = RunContext(
            plan: plan.name, inputs: inputs, parameters: parameters, isForced: forcedBy != nil,
            budget: RunBudget(plan.budget, taken: done.flatMap(\.calls)), choices: choices)
        let (records, waits, failure) = await finish(plan, context, done, watch)
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
        if failure == nil && waits.isEmpty && outputs.members.isEmpty { missing = "no step gave an output" }
        return PlanRun(
            plan: plan.name, forcedBy: forcedBy, steps: plan.steps.compactMap { records[$0.name] },
            outputs: failure == nil ? outputs : JSONObject(), sources: sources,
            waits: failure == nil ? PlanEngine.waits(plan, waits, values) : [], failure: failure ?? missing,
            latencyMilliseconds: start.duration(to: .now) / .milliseconds(1),
            inputTokens: inputs.values.values.map(\.estimatedTokens).reduce(0, +))
    }

    /// What a person is to choose from, in the order of the plan.
    private static func waits(_ plan: Plan, _ names: Set<String>, _ values: RunValues) -> [PlanRun.Wait] {
        plan.steps.filter { names.contains($0.name) }.compactMap { step in
            guard case .choose(let choice) = step.action else { return nil }
            return PlanRun.Wait(step: step.name, options: values[choice.options, item: nil]?.array ?? [])
        }
    }

    /// Runs the steps until all are over or wait, or one has failed that the run cannot do without.
    private func finish(
        _ plan: Plan, _ context: RunContext, _ done: [StepRecord], _ watch: @escaping Watch
    ) async -> (records: [String: StepRecord], waits: Set<String>, failure: String?) {
        await withTaskGroup(of: StepRecord.self) { group in
            var records = Dictionary(uniqueKeysWithValues: done.map { ($0.name, $0) })
            var waiting = plan.steps.filter { records[$0.name] == nil }
            var waits: Set<String> = []
            var failure: String?
            while true {
                if failure == nil {
                    let ready = waiting.filter { $0.dependencies.isSubset(of: records.keys) }
                    waiting.removeAll { step in ready.contains { $0.name == step.name } }
                    let values = RunValues(inputs: context.inputs, records: records)
                    for step in ready {
                        group.addTask {
                            await watch(.began(step.name))
                            return await StepRunner(step, context, values, engine: self).run()
                        }
                    }
                }
                guard let record = await group.next() else { return (records, waits, failure) }
                if record.status == .waiting {
                    waits.insert(record.name)
                } else {
                    records[record.name] = record
                }
                // A step that was called off is not over: the run can do it yet.
                let isCalledOff = record.status == .failed && (failure != nil || Task.isCancelled)
                if !isCalledOff { await watch(.ended(record)) }
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
    let plan: String
    let inputs: PlanInputs
    let parameters: JSONObject
    let isForced: Bool
    let budget: RunBudget
    /// By step.
    let choices: [String: Int]
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
