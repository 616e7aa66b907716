import HTTP
import JSON
import Support
import Testing

@testable import Models

@Suite struct CompletionTests {
    private static func read(_ text: String) throws -> Completion {
        try Completion(
            body: Array(text.utf8), headers: ["x-request-id": "r"], requestedModel: "asked", latencyMilliseconds: 1.5)
    }

    @Test func readsAWholeReply() throws {
        let text = #"""
            {"id":"c","object":"chat.completion","model":"gpt-5.2-2026-01-31","choices":[{"index":0,"message":
            {"role":"assistant","content":"Hi 👋","refusal":null,"annotations":[]},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":5,"completion_tokens":7},"extra":1.10}
            """#
        let completion = try CompletionTests.read(text)
        #expect(completion.text == "Hi 👋")
        #expect(completion.finishReason == "stop")
        #expect(completion.refusal == nil)
        #expect(!completion.hasToolCalls)
        #expect(completion.model == "gpt-5.2-2026-01-31")
        #expect(completion.usage == Usage(promptTokens: 5, completionTokens: 7))
        #expect(completion.cost == nil)
        #expect(completion.body == (try JSONValue.parse(text)))
        #expect(completion.headers["X-Request-ID"] == "r")
        #expect(completion.latencyMilliseconds == 1.5)
    }

    @Test func readsABareReply() throws {
        let completion = try CompletionTests.read(#"{"choices":[{"message":{"content":"x"}}]}"#)
        #expect(completion.text == "x")
        #expect(completion.finishReason == nil)
        #expect(completion.model == "asked")
        #expect(completion.usage == nil)
    }

    @Test(
        arguments: [
            (#"{"content":null,"refusal":"no"}"#, nil, "no", false),
            (#"{"content":null,"tool_calls":[{"id":"1"}]}"#, nil, nil, true),
            (#"{"content":"x","tool_calls":[]}"#, "x", nil, false),
            (#"{"content":"x","tool_calls":null}"#, "x", nil, false),
            (#"{"content":null,"function_call":{"name":"f"}}"#, nil, nil, true), ("{}", nil, nil, false),
            (#"{"content":""}"#, "", nil, false),
        ] as [(String, String?, String?, Bool)])
    func readsMessages(_ message: String, _ text: String?, _ refusal: String?, _ hasToolCalls: Bool) throws {
        let completion = try CompletionTests.read(#"{"choices":[{"message":\#(message)},{"message":7}]}"#)
        #expect(completion.text == text)
        #expect(completion.refusal == refusal)
        #expect(completion.hasToolCalls == hasToolCalls)
    }

    @Test(
        arguments: [
            ("<html>oops</html>", "it is a page, not JSON"), ("  \n<!doctype html>", "it is a page, not JSON"),
            ("", "invalid JSON at byte 0: the text ends where a value should stand"),
            ("upstream error", "invalid JSON at byte 0: no value starts like this"),
            (#"{"choices":[]"#, "invalid JSON at byte 13: expected ',' or '}'"),
            ("[1]", "it is an array, not an object"), ("null", "it is null, not an object"),
            ("{}", "it has no choices"),
            (#"{"choices":[]}"#, "its choices are empty"), (#"{"choices":{}}"#, "its choices are an object"),
            (#"{"choices":null}"#, "its choices are null"), (#"{"choices":[{}]}"#, "its first choice has no message"),
            (#"{"choices":["x"]}"#, "its first choice has no message"),
            (#"{"choices":[{"message":"x"}]}"#, "its first choice has no message"),
            (#"{"choices":[{"message":{"content":[1]}}]}"#, "its message's content is an array"),
            (#"{"choices":[{"message":{"refusal":true}}]}"#, "its message's refusal is a boolean"),
            (#"{"choices":[{"message":{},"finish_reason":1}]}"#, "its finish_reason is a number"),
            (#"{"model":5,"choices":[{"message":{}}]}"#, "its model is a number"),
            (#"{"error":{"message":"x"}}"#, "it has no choices"),
        ])
    func refuses(_ text: String, _ reason: String) {
        #expect(throws: InvalidReply(reason)) { try CompletionTests.read(text) }
    }
}

@Suite struct ModelRosterTests {
    @Test func passesOverWhatIsGoneForAnHour() {
        let roster = ModelRoster()
        let start = Timestamp(milliseconds: 1_000_000)
        #expect(roster.candidates(["a", "b"], now: start) == ["a", "b"])
        #expect(roster.markGone("a", now: start))
        #expect(!roster.markGone("a", now: start + 3_599))
        #expect(roster.candidates(["a", "b"], now: start + 3_599) == ["b"])
        #expect(roster.candidates(["a"], now: start) == ["a"])
        #expect(roster.candidates(["a", "b"], now: start + 3_600) == ["a", "b"])
        #expect(roster.markGone("a", now: start + 3_600))
    }
}
