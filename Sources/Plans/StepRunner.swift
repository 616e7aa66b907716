import JSON
import Models
import Support

/// Does one step of a run.
struct StepRunner: Sendable {
    let step: Step
    let context: RunContext
    let values: RunValues
    let engine: PlanEngine

    init(_ step: Step, _ context: RunContext, _ values: RunValues, engine: PlanEngine) {
        self.step = step
        self.context = context
        self.values = values
        self.engine = engine
    }

    /// The output for one element, or for the whole step where it does not fan out.
    struct Work: Sendable {
        var output: Result<JSONValue, StepFailure>
        var isCut = false
        var calls: [StepCall] = []
    }

    func run() async -> StepRecord {
        let start = ContinuousClock.now
        let holds = step.condition?.holds(isForced: context.isForced) { values[$0, item: nil] } ?? true
        let work = holds ? await work() : nil
        var (output, reason): (JSONValue?, String?) = (nil, nil)
        switch work?.output {
        case .success(let value): output = value
        case .failure(let failure): reason = failure.reason
        case nil: break
        }
        return StepRecord(
            name: step.name, status: work == nil ? .skipped : output == nil ? .failed : .done, reason: reason,
            output: output, isCut: work?.isCut ?? false, calls: work?.calls ?? [],
            latencyMilliseconds: start.duration(to: .now) / .milliseconds(1))
    }

    private func work() async -> Work {
        guard let elements = step.elements else { return await element(nil) }
        do throws(StepFailure) {
            return await fanOut(try items(elements))
        } catch {
            return Work(output: .failure(error))
        }
    }

    private func items(_ elements: Step.Elements) throws(StepFailure) -> [JSONValue] {
        let items: [JSONValue]
        switch elements {
        case .constant(let values): items = values
        case .reference(let reference):
            let value = values[reference, item: nil]
            if let list = value?.array {
                items = list
            } else if let text = value?.string, let tokensMax = step.partTokensMax {
                items = TextParts.split(text, tokensMax: tokensMax).map { .string($0) }
            } else {
                throw StepFailure(.invalid, "\(reference) is \(value?.kind ?? "not there"), not a list")
            }
        }
        guard items.count <= Limits.planPartsMax else {
            throw StepFailure(.invalid, "\(items.count) elements, \(Limits.planPartsMax) at most are worked on")
        }
        return items
    }

    /// Works on all elements, some at once, and joins their outputs in order; the first failure is the step's.
    private func fanOut(_ items: [JSONValue]) async -> Work {
        await withTaskGroup(of: (Int, Work).self) { group in
            var results = [Work?](repeating: nil, count: items.count)
            var next = 0
            func start() {
                guard next < items.count else { return }
                group.addTask { [index = next] in (index, await element(items[index])) }
                next += 1
            }
            for _ in 0..<Limits.planCallsAtOnceMax { start() }
            var failure: StepFailure?
            while let (index, work) = await group.next() {
                results[index] = work
                if case .failure(let reason) = work.output, failure == nil {
                    failure = reason
                    group.cancelAll()
                }
                if failure == nil { start() }
            }
            let works = results.compactMap(\.self)
            let output: Result<JSONValue, StepFailure> =
                failure.map { .failure($0) } ?? .success(.array(works.compactMap { try? $0.output.get() }))
            return Work(output: output, isCut: works.contains(where: \.isCut), calls: works.flatMap(\.calls))
        }
    }

    /// Asks the step's role, and *full* where mini gives no answer and the step wants that.
    private func element(_ item: JSONValue?) async -> Work {
        let role = context.isForced ? .full : step.role
        var work = Work(output: .failure(StepFailure(.call, "not tried")))
        for _ in 0...step.retries {
            await attempt(role, item, &work)
            guard case .failure(let failure) = work.output, failure.kind == .call, !Task.isCancelled else {
                return work
            }
        }
        if role == .mini, step.onFailure == .full { await attempt(.full, item, &work) }
        return work
    }

    private func attempt(_ role: Role, _ item: JSONValue?, _ work: inout Work) async {
        let request = StepRequest(step, values, item: item, parameters: context.parameters)
        do throws(StepFailure) {
            let completion = try await send(request.body, role, isRepair: false, &work.calls)
            let text = try StepRunner.text(of: completion)
            work.isCut = completion.finishReason == "length"
            guard let schema = step.schema else {
                work.output = .success(.string(text))
                return
            }
            work.output = .success(try await value(text, schema, &work.calls))
            work.isCut = false
        } catch {
            work.output = .failure(error)
        }
    }

    /// The output as JSON that fits the schema; mini may mend it once.
    private func value(_ text: String, _ schema: JSONSchema, _ calls: inout [StepCall]) async throws(StepFailure)
        -> JSONValue
    {
        let problem: String
        switch StepRunner.read(text, schema) {
        case .success(let value): return value
        case .failure(let failure): problem = failure.reason
        }
        let repair = StepRequest.repair(
            text, problem: problem, schema: schema, outputTokensMax: step.outputTokensMax, name: step.name)
        let role: Role = context.isForced ? .full : .mini
        let completion = try await send(repair, role, isRepair: true, &calls)
        switch StepRunner.read(try StepRunner.text(of: completion), schema) {
        case .success(let value): return value
        case .failure(let failure):
            throw StepFailure(.invalid, "the output does not fit its schema, mended neither: \(failure.reason)")
        }
    }

    private static func read(_ text: String, _ schema: JSONSchema) -> Result<JSONValue, StepFailure> {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(text, depthMax: Limits.jsonDepthMax)
        } catch {
            return .failure(StepFailure(.invalid, error.description))
        }
        return schema.problem(in: value).map { .failure(StepFailure(.invalid, $0)) } ?? .success(value)
    }

    private static func text(of completion: Completion) throws(StepFailure) -> String {
        if let refusal = completion.refusal { throw StepFailure(.call, "the model refused: \(refusal)") }
        guard let text = completion.text, ["stop", "length"].contains(completion.finishReason) else {
            throw StepFailure(.call, "the model ended with \(completion.finishReason ?? "nothing") and no text")
        }
        return text
    }

    /// Sends one call within the budget, and notes it.
    private func send(
        _ body: JSONObject, _ role: Role, isRepair: Bool, _ calls: inout [StepCall]
    ) async throws(StepFailure) -> Completion {
        let input = body["messages"] ?? []
        let reservation = try context.budget.reserve(
            promptTokens: JSONValue.object(body).estimatedTokens,
            outputTokensMax: body["max_completion_tokens"]?.int ?? step.outputTokensMax, price: engine.price(of: role))
        let start = ContinuousClock.now
        do throws(ModelError) {
            let completion = try await engine.call(body, role, context.budget.remainingMilliseconds)
            context.budget.settle(reservation, usage: completion.usage, cost: completion.cost)
            calls.append(
                StepCall(
                    role: role, model: completion.model, input: input, output: completion.text ?? "",
                    usage: completion.usage, cost: completion.cost,
                    latencyMilliseconds: start.duration(to: .now) / .milliseconds(1), isRepair: isRepair, failure: nil))
            return completion
        } catch {
            context.budget.settle(reservation, usage: nil, cost: nil)
            calls.append(
                StepCall(
                    role: role, model: nil, input: input, output: nil, usage: nil, cost: nil,
                    latencyMilliseconds: start.duration(to: .now) / .milliseconds(1), isRepair: isRepair,
                    failure: error.description))
            throw StepFailure(.call, error.description)
        }
    }
}
