import JSON
import Models
import Support
import Synchronization
import Testing

@testable import Plans

/// What of a step's template the model gets to see, and what is kept of its outputs.
struct StepRequestTests {
    @Test func limitsAndExamplesStandFirst() async throws {
        let models = PlayedModels { _, _ in "out" }
        let plan = try plan(
            """
            a: {role: 'mini', instructions: 'Sum it up.', words_max: 20, bullets_max: 3, data: {q: 'input.q'},
                output_tokens_max: 60, examples: [{data: {q: 'long'}, output: 'short'}]}
            """)
        _ = try await models.engine.run(plan, inputs: ["q": "text"])
        let messages = try #require(models.requests[0].body["messages"]?.array)
        #expect(messages.map { $0["role"]?.string } == ["system", "user", "assistant", "user"])
        #expect(
            messages[0]["content"]?.string?.hasPrefix(
                "Sum it up.\nAnswer in at most 20 words.\nAnswer in at most 3 bullets, a line each, and nothing else.\n\n"
            )
                == true)
        #expect(messages[1]["content"] == #"{"q":"long"}"# && messages[2]["content"] == "short")
        #expect(messages[3]["content"] == #"{"q":"text"}"#)
    }

    @Test func aSystemMessageIsSentOnce() async throws {
        let models = PlayedModels { _, _ in "out" }
        let plan = try Plan.parse(
            """
            {summary: 's', inputs: {c: {kind: 'conversation'}}, outputs: {a: 'a'}, steps: {
            a: {role: 'full', instructions: 'Be brief.', conversation: 'input.c', output_tokens_max: 50}}}
            """, name: "p", file: "p")
        let brief: JSONValue = ["role": "system", "content": "Be brief."]
        let user: JSONValue = ["role": "user", "content": "hi"]
        _ = try await models.engine.run(plan, inputs: ["c": [brief, user, brief, user]])
        #expect(models.requests[0].body["messages"] == [brief, user, user])
    }

    @Test func anEqualCallIsMadeOnce() async throws {
        let kept = Mutex<[JSONObject: String]>([:])
        let cache = StepCache(
            find: { key in kept.withLock { $0[key.request] } },
            keep: { key, output, _ in kept.withLock { $0[key.request] = output } })
        let calls = Mutex(0)
        let engine = PlanEngine(ModelsConfiguration(), cache: cache) { body, _, _ throws(ModelError) in
            let count = calls.withLock {
                $0 += 1; return $0
            }
            let text = JSONValue.object(body).text.contains("anew") ? #"{"n":1}"# : count == 1 ? "n = 1" : #"{"n":2}"#
            return Completion(playing: "m", text: text, usage: Usage(promptTokens: 5, completionTokens: 5), cost: nil)
        }
        let plan = try plan(
            """
            a: {role: 'mini', instructions: 'i', data: {q: 'input.q'}, output_tokens_max: 9, cache: true,
                schema: {type: 'object', properties: {n: {type: 'integer'}}, required: ['n']}}
            """)
        // The first output is mended; what is kept is the mended one.
        let first = try await engine.run(plan, inputs: ["q": "x"])
        #expect(first.outputs["a"] == ["n": 1] && calls.withLock { $0 } == 2)
        let second = try await engine.run(plan, inputs: ["q": "x"])
        #expect(second.outputs["a"] == ["n": 1] && calls.withLock { $0 } == 2)
        #expect(second.calls.map(\.isCached) == [true] && second.cost == .zero && second.usage.promptTokens == 0)
        #expect(try await engine.run(plan, inputs: ["q": "y"]).outputs["a"] == ["n": 2])
    }
}
