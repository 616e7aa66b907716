import Cache
import HTTP
import JSON
import Ledger
import Models
import Plans
import Store
import Support

extension API.Parts {
    /// The answer of the plan for misses to a question whose client leaves the choice to the server; nil where there is
    /// no such plan or the request is none that a plan can carry.
    ///
    /// - Parameter chat: the chat request.
    func planned(_ query: Query, _ chat: JSONObject) async throws(ModelError) -> Completion? {
        let treatment = trials.treatment()
        guard let missPlan = treatment.missPlan.map(treatment.adjusted), Self.canBePlanned(chat) else { return nil }
        let rule: String?
        do {
            rule = try await self.rule(for: .object(chat), tags: query.tags, scope: query.scope.name)
        } catch {
            throw ModelError(.cancelled)
        }
        if let rule { log.info("plan \(missPlan.name): full does mini's work by rule: \(rule)") }
        RequestAccount.current?.change { $0.dimensions.plan = missPlan.name }
        let run: PlanRun
        do {
            // Who wants nothing from the cache wants no part of an answer from it either.
            let directives = query.directives
            let mayUseCache = directives.mayRead && directives.mayStore && !directives.isShadow
            let engine = PlanEngine(
                models, cache: mayUseCache ? cache.steps(tenant: query.scope.tenant, models) : nil)
            run = try await engine.run(
                missPlan, inputs: missPlan.inputs(question: query.question, messages: chat["messages"] ?? []),
                parameters: Self.parameters(chat), forcedBy: rule)
        } catch let error as PlanInputError {
            throw ModelError(.planFailed(reason: error.description))
        } catch {
            throw ModelError(.cancelled)
        }
        guard let text = run.outputs[Plan.answer]?.string, let source = run.source(of: Plan.answer) else {
            throw ModelError(.planFailed(reason: "\(missPlan.name): \(run.failure ?? "no output \"answer\"")"))
        }
        if run.isDegraded { log.warning("plan \(run.plan): a step failed, its answer is what the plan has instead") }
        var completion = completion(of: run, text, source)
        completion.estimatedFullCost = .some(
            cache.parts.economics.estimatedCost(question: JSONValue.object(chat).text, answer: text))
        return completion
    }

    /// The rule that has *full* do the work of mini; nil: none applies.
    ///
    /// - Throws: `CancellationError`.
    func rule(for input: JSONValue, tags: [String], scope: String) async throws -> String? {
        if let rule = rules.rule(for: input, tags: tags, scope: scope) { return rule }
        guard let plan = plans["subject"] else { return nil }
        return try await rules.subject(of: input, plan, PlanEngine(models))
    }

    private func completion(of run: PlanRun, _ text: String, _ source: StepRecord) -> Completion {
        let model = source.calls.last { $0.output != nil && !$0.isRepair }?.model ?? "refrain"
        let finishReason = source.isCut ? "length" : "stop"
        let usage = run.usage
        var completion = Completion(
            model: model, text: text, finishReason: finishReason, usage: usage, cost: run.cost,
            body: ChatRequest.body(
                PlainAnswer(text: text, finishReason: finishReason, model: model, usage: usage), now: clock.now),
            isStorable: !run.isFallback(Plan.answer), latencyMilliseconds: run.latencyMilliseconds)
        // A rule may hold any text; a header only some.
        completion.headers["Refrain-Rule"] = run.forcedBy.map(Self.fieldValue)
        return completion
    }

    private static func fieldValue(_ rule: String) -> String {
        String(String.UnicodeScalarView(rule.unicodeScalars.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
    }

    /// Tools and a format of the client's own are between the client and one model.
    private static func canBePlanned(_ body: JSONObject) -> Bool {
        ["tools", "functions", "response_format"].allSatisfy { body[$0] == nil || body[$0] == .null }
    }

    private static func parameters(_ body: JSONObject) -> JSONObject {
        JSONObject(body.members.filter { !["model", "messages", "stream", "stream_options"].contains($0.name) })
    }
}

extension Plan {
    /// The output that is the answer to a question.
    static let answer = "answer"

    /// Those of the inputs that a question gives.
    fileprivate func inputs(question: String, messages: JSONValue) -> JSONObject {
        var values = JSONObject()
        for input in inputs {
            switch input.name {
            case "question": values[input.name] = .string(question)
            case "conversation": values[input.name] = messages
            default: break
            }
        }
        return values
    }

    /// Why the plan cannot answer questions; nil: it can.
    package var reasonNotToAnswer: String? {
        if !outputs.contains(where: { $0.name == Plan.answer }) { return "it has no output \"answer\"" }
        if let step = steps.first(where: { $0.waitsForPerson }) {
            return "step \(step.name) waits for a person's choice"
        }
        let asked = ["question", "conversation"]
        let missing = inputs.first { $0.fallback == nil && !asked.contains($0.name) }
        return missing.map { "a question does not give it the input \"\($0.name)\"" }
    }
}
