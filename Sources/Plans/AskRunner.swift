import JSON
import Models
import Support

/// Makes the calls of one step.
struct AskRunner: Sendable {
    typealias Work = StepRunner.Work

    let step: Step
    let ask: Ask
    let context: RunContext
    let values: RunValues
    let engine: PlanEngine

    init(_ step: Step, _ ask: Ask, _ context: RunContext, _ values: RunValues, engine: PlanEngine) {
        self.step = step
        self.ask = ask
        self.context = context
        self.values = values
        self.engine = engine
    }

    func work() async -> Work {
        guard let elements = ask.elements else { return await element(nil) }
        do throws(StepFailure) {
            return await fanOut(try items(elements))
        } catch {
            return Work(output: .failure(error))
        }
    }

    private func items(_ elements: Ask.Elements) throws(StepFailure) -> [JSONValue] {
        let items: [JSONValue]
        switch elements {
        case .constant(let values): items = values
        case .reference(let reference):
            let value = values[reference, item: nil]
            if let list = value?.array {
                items = list
            } else if let text = value?.string, let tokensMax = ask.partTokensMax {
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
                if case .failure(let reason)? = work.output, failure == nil {
                    failure = reason
                    group.cancelAll()
                }
                if failure == nil { start() }
            }
            let works = results.compactMap(\.self)
            let output: Result<JSONValue, StepFailure> =
                failure.map { .failure($0) } ?? .success(.array(works.compactMap { try? $0.output?.get() }))
            return Work(output: output, isCut: works.contains(where: \.isCut), calls: works.flatMap(\.calls))
        }
    }

    /// Asks the step's role, and *full* where mini gives no answer and the step wants that.
    private func element(_ item: JSONValue?) async -> Work {
        let role = context.isForced ? .full : ask.role
        var work = Work(output: .failure(StepFailure(.call, "not tried")))
        for _ in 0...ask.retries {
            await attempt(role, item, &work)
            guard case .failure(let failure)? = work.output, failure.kind == .call, !Task.isCancelled else {
                return work
            }
        }
        if role == .mini, step.onFailure == .full { await attempt(.full, item, &work) }
        return work
    }

    private func attempt(_ role: Role, _ item: JSONValue?, _ work: inout Work) async {
        let request = StepRequest(step.name, ask, values, item: item, parameters: context.parameters)
        let key = ask.isCached ? engine.cache.map { ($0, $0.key(context.plan, step.name, role, request.body)) } : nil
        do throws(StepFailure) {
            if let (cache, key) = key, let text = await cache.find(key), let value = value(kept: text) {
                work.calls.append(.cached(role, request.body["messages"] ?? [], text))
                work.output = .success(value)
                return
            }
            let completion = try await send(request.body, role, isRepair: false, &work.calls)
            let text = try AskRunner.text(of: completion)
            work.isCut = completion.finishReason == "length"
            let value =
                if let schema = ask.schema { try await value(text, schema, &work.calls) } else {
                    JSONValue.string(text)
                }
            if ask.schema != nil { work.isCut = false }
            work.output = .success(value)
            // What was mended is kept as it is now.
            if let (cache, key) = key, !work.isCut { await cache.keep(key, value.shown, completion) }
        } catch {
            work.output = .failure(error)
        }
    }

    /// Nil where a kept text is no output of the step as the plan is now.
    private func value(kept text: String) -> JSONValue? {
        guard let schema = ask.schema else { return .string(text) }
        return try? AskRunner.read(text, schema).get()
    }

    /// The output as JSON that fits the schema; mini may mend it once.
    private func value(_ text: String, _ schema: JSONSchema, _ calls: inout [StepCall]) async throws(StepFailure)
        -> JSONValue
    {
        let problem: String
        switch AskRunner.read(text, schema) {
        case .success(let value): return value
        case .failure(let failure): problem = failure.reason
        }
        let repair = StepRequest.repair(
            text, problem: problem, schema: schema, outputTokensMax: ask.outputTokensMax, name: step.name)
        let role: Role = context.isForced ? .full : .mini
        let completion = try await send(repair, role, isRepair: true, &calls)
        switch AskRunner.read(try AskRunner.text(of: completion), schema) {
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
            outputTokensMax: body["max_completion_tokens"]?.int ?? ask.outputTokensMax, price: engine.price(of: role))
        let start = ContinuousClock.now
        do throws(ModelError) {
            let completion = try await engine.call(body, role, context.budget.remainingMilliseconds)
            context.budget.settle(reservation, usage: completion.usage, cost: completion.cost)
            calls.append(
                StepCall(
                    role: role, model: completion.model, input: input, output: completion.text ?? "",
                    usage: completion.usage, cost: completion.cost,
                    latencyMilliseconds: start.duration(to: .now) / .milliseconds(1), isRepair: isRepair,
                    isCached: false, failure: nil))
            return completion
        } catch {
            context.budget.settle(reservation, usage: nil, cost: nil)
            calls.append(
                StepCall(
                    role: role, model: nil, input: input, output: nil, usage: nil, cost: nil,
                    latencyMilliseconds: start.duration(to: .now) / .milliseconds(1), isRepair: isRepair,
                    isCached: false, failure: error.description))
            throw StepFailure(.call, error.description)
        }
    }
}
