import JSON
import Models
import Support
import Testing

@testable import Plans

struct PlanEngineTests {
    @Test func stepsFollowTheirDependencies() async throws {
        let models = PlayedModels { role, request in request.contains("from mini") ? "done" : "from \(role.rawValue)" }
        let plan = try plan(
            """
            a: {role: 'full', instructions: 'second', data: {draft: 'b', q: 'input.q'}, output_tokens_max: 20},
            b: {role: 'mini', instructions: 'first', data: {q: 'input.q'}, output_tokens_max: 30},
            """)
        let run = try await models.engine.run(plan, inputs: ["q": "why?"])
        #expect(run.outputs == ["a": "done"] && run.failure == nil && !run.isDegraded)
        #expect(models.roles == [.mini, .full])
        let body = models.requests[1].body
        #expect(body["max_completion_tokens"]?.int == 20)
        let messages = try #require(body["messages"]?.array)
        #expect(messages.map { $0["role"]?.string } == ["system", "user"])
        #expect(messages[0]["content"]?.string?.hasPrefix("second\n\n") == true)
        #expect(messages[1]["content"] == #"{"draft":"from mini","q":"why?"}"#)
        #expect(run.usage.promptTokens == 200 && run.cost == Money(nanodollars: 11))
        #expect(run.steps.map(\.name) == ["a", "b"] && run.steps[0].calls[0].model == "gpt-5.2")
        #expect(run.json["steps"]?[0]?["calls"]?[0]?["output"] == "done")
    }

    @Test func whatDoesNotDependRunsAtOnce() async throws {
        let gate = Gate(2)
        let engine = PlanEngine(ModelsConfiguration()) { _, _, _ throws(ModelError) in
            await gate.pass()
            return Completion(
                playing: "m", text: "t", usage: Usage(promptTokens: 1, completionTokens: 1), cost: nil)
        }
        let plan = try plan(
            """
            a: {role: 'mini', instructions: 'i', output_tokens_max: 1},
            b: {role: 'full', instructions: 'i', output_tokens_max: 1},
            """)
        // Each call waits for the other: one after the other would never end.
        let run = try await engine.run(plan, inputs: ["q": ""])
        #expect(run.steps.map(\.status) == [.done, .done])
        #expect(run.cost == nil)
    }

    @Test func aConversationIsSentAsItIs() async throws {
        let models = PlayedModels { _, _ in "hello" }
        let plan = try Plan.parse(
            """
            {summary: 's', inputs: {c: {kind: 'conversation'}}, outputs: {a: 'a'}, steps: {
            a: {role: 'full', conversation: 'input.c', output_tokens_max: 50}}}
            """, name: "p", file: "p")
        let messages: JSONValue = [["role": "system", "content": "short"], ["role": "user", "content": "hi"]]
        _ = try await models.engine.run(
            plan, inputs: ["c": messages], parameters: ["temperature": 0, "max_tokens": 7])
        #expect(models.requests[0].body == ["temperature": 0, "messages": messages, "max_completion_tokens": 7])
        _ = try await models.engine.run(plan, inputs: ["c": "hi"])
        #expect(models.requests[1].body["messages"] == [["role": "user", "content": "hi"]])
    }

    @Test func aFanOutJoinsInOrder() async throws {
        let models = PlayedModels { _, request in
            ["x", "y", "z"].first { request.contains("\\\"e\\\":\\\"\($0)\\\"") } ?? request
        }
        let plan = try plan(
            """
            a: {role: 'full', instructions: 'join', data: {all: 'b'}, output_tokens_max: 9},
            b: {role: 'mini', instructions: 'i', for_each: 'input.list', data: {e: 'item'}, output_tokens_max: 9},
            """, outputs: "{b: 'b'}")
        let run = try await models.engine.run(plan, inputs: ["q": ""])
        #expect(run.outputs["b"] == ["x", "y", "z"])
        #expect(models.requests.last?.body.text.contains(#"{\"all\":[\"x\",\"y\",\"z\"]}"#) == true)
    }

    private static let schema = "schema: {type: 'object', properties: {n: {type: 'integer'}}, required: ['n']}"

    @Test(
        arguments: [
            ([#"{"n":1}"#], 1, nil),
            (["n = 1", #"{"n":1}"#], 2, nil),
            ([#"{"n":"1"}"#, #"{"n":"1"}"#], 2, "the output.n is a string, not integer"),
        ] as [([String], Int, String?)])
    func anOutputIsMendedOnce(_ replies: [String], _ calls: Int, _ failure: String?) async throws {
        let models = PlayedModels { _, request in
            request.contains("Write the output anew") ? replies[replies.count - 1] : replies[0]
        }
        let plan = try plan("a: {role: 'full', instructions: 'i', output_tokens_max: 9, \(Self.schema)}")
        let run = try await models.engine.run(plan, inputs: ["q": ""])
        #expect(models.roles == Array([Role.full, .mini].prefix(calls)))
        if let failure {
            #expect(run.failure?.contains(failure) == true && run.outputs == JSONObject())
        } else {
            #expect(run.outputs["a"] == ["n": 1])
        }
    }

    @Test func fullStandsInForMini() async throws {
        let models = PlayedModels { role, _ throws(ModelError) in
            if role == .mini { throw ModelError(.unreachable) }
            return "from full"
        }
        let plan = try plan("a: {role: 'mini', instructions: 'i', output_tokens_max: 9, retries: 1}")
        let run = try await models.engine.run(plan, inputs: ["q": ""])
        #expect(run.outputs == ["a": "from full"])
        #expect(models.roles == [.mini, .mini, .full])
        #expect(run.steps[0].calls[0].failure != nil)
    }

    @Test(arguments: [true, false])
    func minisAttemptCountsOnlyIfThePlanSaysSo(_ says: Bool) async throws {
        let models = PlayedModels { role, _ throws(ModelError) in
            if role == .full { throw ModelError(.timedOut) }
            return "attempt"
        }
        let plan = try plan(
            """
            a: {role: 'full', instructions: 'i', output_tokens_max: 9, after: ['b'] \(says ? ", on_failure: 'skip'" : "")},
            b: {role: 'mini', instructions: 'i', output_tokens_max: 9},
            """, outputs: "{answer: ['a', 'b']}")
        let run = try await models.engine.run(plan, inputs: ["q": ""])
        #expect(run.outputs["answer"] == (says ? "attempt" : nil))
        #expect((run.failure == nil) == says && run.isDegraded)
    }

    @Test func aRuleHasFullDoEverything() async throws {
        let models = PlayedModels { role, _ in role.rawValue }
        let plan = try plan(
            """
            a: {role: 'mini', instructions: 'i', output_tokens_max: 9},
            b: {role: 'mini', instructions: 'i', output_tokens_max: 9, when: {forced: false}},
            """)
        let run = try await models.engine.run(plan, inputs: ["q": ""], forcedBy: "word \"lawsuit\"")
        #expect(models.roles == [.full] && run.outputs == ["a": "full"])
        #expect(run.steps.map(\.status) == [.done, .skipped])
        #expect(run.json["rule"] == "word \"lawsuit\"")
    }

    @Test(
        arguments: [
            ("{tokens: 200}", "the budget of 200 tokens is exhausted: 110 are taken"),
            ("{dollars: 0.000001}", "the budget of $"),
            ("{tokens: 2000, dollars: 1, seconds: 60}", nil),
        ] as [(String, String?)])
    func aBudgetHolds(_ budget: String, _ failure: String?) async throws {
        let models = PlayedModels { _, _ in "t" }
        let plan = try plan(
            """
            a: {role: 'full', instructions: 'i', output_tokens_max: 100, after: ['b']},
            b: {role: 'mini', instructions: 'i', output_tokens_max: 100},
            """, more: "budget: \(budget)")
        let run = try await models.engine.run(plan, inputs: ["q": ""])
        #expect(failure.map { run.failure?.contains($0) == true } ?? (run.failure == nil), "\(run.failure ?? "none")")
    }

    @Test func aRunCanBeCancelled() async throws {
        let plan = try plan("a: {role: 'full', instructions: 'i', output_tokens_max: 9}")
        let engine = PlanEngine(ModelsConfiguration()) { _, _, _ throws(ModelError) in
            do { try await Task.sleep(for: .seconds(600)) } catch { throw ModelError(.cancelled) }
            throw ModelError(.timedOut)
        }
        let run = Task { try await engine.run(plan, inputs: ["q": ""]) }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    @Test(
        arguments: [
            ([:], "the plan p needs the input \"q\""), (["q": 1], "the input \"q\" is a number, and must be a text"),
            (["q": "", "lits": []], "the plan p has no input \"lits\"; did you mean \"list\"?"),
        ] as [(JSONObject, String)])
    func inputsAreChecked(_ inputs: JSONObject, _ expected: String) async throws {
        let plan = try plan("a: {role: 'full', instructions: 'i', output_tokens_max: 9}")
        let models = PlayedModels { _, _ in "" }
        let error = await #expect(throws: PlanInputError.self) { try await models.engine.run(plan, inputs: inputs) }
        #expect(error?.what == expected)
        #expect(models.requests.isEmpty)
    }

    @Test(arguments: ["", "short", "line one\nline two\nline three", String(repeating: "ä", count: 100)])
    func partsPutTogetherAreTheText(_ text: String) {
        let parts = TextParts.split(text, tokensMax: 4)
        #expect(parts.joined() == text)
        #expect(parts.allSatisfy { $0.utf8.count <= 16 } && !parts.isEmpty)
    }
}

extension JSONObject {
    fileprivate var text: String { JSONValue.object(self).text }
}

/// Lets nobody pass before so many have come.
private actor Gate {
    private let count: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        self.count = count
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if waiting.count == count {
                for waiter in waiting { waiter.resume() }
            }
        }
    }
}
