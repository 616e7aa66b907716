import JSON
import Models
import Support
import Testing

@testable import API

@Suite struct ResponsesRequestTests {
    private static func kind(responses json: String) throws -> ChatRequest.Kind {
        try ResponsesRequest(try JSONValue.parse(json)).kind
    }

    private static func kind(chat json: String) throws -> ChatRequest.Kind {
        try ChatRequest(try JSONValue.parse(json)).kind
    }

    /// The last member is the chat that asks the same.
    @Test(arguments: [
        (
            #"{"model":"m","input":"Why?"}"#,
            #"{"model":"m","messages":[{"role":"user","content":"Why?"}]}"#
        ),
        (
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"Why?"}]}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":"Why?"}]}"#
        ),
        (
            #"{"model":"m","instructions":"Be brief.","input":"Why?","store":false,"metadata":{"a":"b"},"user":null}"#,
            #"{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"}]}"#
        ),
        (
            #"{"model":"m","instructions":"Be brief.","input":[{"type":"message","role":"user","content":"Why?"}]}"#,
            #"""
            {"model":"m","messages":[{"role":"developer","content":[{"type":"text","text":"Be brief."}]},
            {"role":"user","content":[{"type":"text","text":"Why?"}]}]}
            """#
        ),
        (
            #"""
            {"model":"m","input":[{"role":"user","content":"A?"},{"type":"message","id":"msg_1","status":"completed",
            "role":"assistant","content":[{"type":"output_text","text":"A!","annotations":[],"logprobs":[]}]},
            {"role":"user","content":"Why?"}]}
            """#,
            #"""
            {"model":"m","messages":[{"role":"user","content":"A?"},{"role":"assistant","content":"A!","refusal":null},
            {"role":"user","content":"Why?"}]}
            """#
        ),
        (
            #"""
            {"model":"m","input":"Why?","max_output_tokens":9,"reasoning":{"effort":"low","summary":null},
            "text":{"format":{"type":"text"},"verbosity":"low"},"temperature":0.50,"tools":[],"tool_choice":"auto",
            "parallel_tool_calls":true,"include":[],"background":false,"truncation":"disabled","top_logprobs":0,
            "new":7}
            """#,
            #"""
            {"model":"m","messages":[{"role":"user","content":"Why?"}],"max_completion_tokens":9,
            "reasoning_effort":"low","verbosity":"low","temperature":0.50,"new":7}
            """#
        ),
        (#"{"model":"refrain","input":"Why?"}"#, #"{"model":"refrain","messages":[{"role":"user","content":"Why?"}]}"#),
    ])
    func aPlainQuestionHasTheScopeOfTheChatThatAsksTheSame(responses: String, chat: String) throws {
        let kind = try Self.kind(responses: responses)
        guard case .question("Why?", _) = kind else {
            Issue.record("\(kind)")
            return
        }
        #expect(try kind == Self.kind(chat: chat))
    }

    @Test(arguments: [
        #""model":"n""#, #""model":"m","instructions":"Be long.""#, #""model":"m","temperature":0.4"#,
        #""model":"m","max_output_tokens":5"#, #""model":"m","reasoning":{"effort":"high"}"#,
        #""model":"m","truncation":"auto""#, #""model":"m","text":{"verbosity":"high"}"#,
    ])
    func whatChangesTheAnswerIsAnotherScope(members: String) throws {
        let plain = try Self.kind(responses: #"{"model":"m","input":"Why?"}"#)
        let other = try Self.kind(responses: "{\(members),\"input\":\"Why?\"}")
        guard case .question(_, let context) = plain, case .question(_, let otherContext) = other else {
            Issue.record("\(other)")
            return
        }
        #expect(context != otherContext)
    }

    @Test(arguments: [
        #""tools":[{"type":"web_search"}]"#, #""previous_response_id":"resp_1""#, #""conversation":"conv_1""#,
        #""background":true"#, #""include":["reasoning.encrypted_content"]"#, #""top_logprobs":2"#,
        #""prompt":{"id":"pmpt_1"}"#, #""text":{"format":{"type":"json_object"}}"#, #""reasoning":{"summary":"auto"}"#,
        #""tool_choice":"required""#, #""instructions":[]"#, #""text":5"#,
    ])
    func whatIsNoPlainQuestionGoesPastTheCache(member: String) throws {
        let kind = try Self.kind(responses: #"{"model":"m","input":"Why?",\#(member)}"#)
        guard case .bypass = kind else {
            Issue.record("\(kind)")
            return
        }
    }

    @Test(arguments: [
        #"{"model":"m"}"#, #"{"input":"Why?"}"#, #"{"model":"m","input":[]}"#, #"{"model":"m","input":""}"#,
        #"{"model":"m","input":[{"role":"user","content":[{"type":"input_image","image_url":"u"}]}]}"#,
        #"{"model":"m","input":[{"role":"user","content":"Why?"},{"type":"function_call_output","output":"1"}]}"#,
        #"{"model":"m","input":[{"role":"user","content":"Why?"},{"role":"assistant","content":"Because"}]}"#,
        #"{"model":"m","input":[{"type":"item_reference","id":"msg_1"}]}"#,
    ])
    func whatHasNoLastUserTextGoesPastTheCache(json: String) throws {
        let kind = try Self.kind(responses: json)
        guard case .bypass = kind else {
            Issue.record("\(kind)")
            return
        }
    }

    // MARK: Answers

    private static let time = Timestamp(milliseconds: 1_700_000_000_000)

    private static func response(_ answer: PlainAnswer) throws -> (ResponsesRequest, JSONValue) {
        let request = try ResponsesRequest(try JSONValue.parse(#"{"model":"m","input":"Why?","temperature":0.5}"#))
        return (request, request.body(answer, now: time))
    }

    private static func answer(
        text: String? = nil, refusal: String? = nil, finishReason: String = "stop"
    ) -> PlainAnswer {
        PlainAnswer(
            text: text, refusal: refusal, finishReason: finishReason, model: "m-2026",
            usage: Usage(promptTokens: 3, completionTokens: 4))
    }

    private static let text =
        "Because of the rain, which falls mainly in the plain, and on the hills behind it as well."

    @Test func anAnswerThereIsAsEvents() throws {
        let (request, response) = try Self.response(Self.answer(text: Self.text))
        #expect(response["temperature"]?.text == "0.5" && response["status"] == "completed")
        #expect(response["usage"]?["total_tokens"] == 7 && response["model"] == "m-2026")
        let events = Self.events(request.events(of: response, isWhole: true))
        let deltas = events.filter { $0["type"] == "response.output_text.delta" }
        #expect(deltas.count > 1 && deltas.compactMap { $0["delta"]?.string }.joined() == Self.text)
        #expect(events.map { $0["sequence_number"]?.int } == Array(0..<events.count))
        let types = events.compactMap { $0["type"]?.string }.filter { $0 != "response.output_text.delta" }
        #expect(
            types == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.completed",
            ])
        #expect(events.first?["response"]?["output"] == [] && events.first?["response"]?["status"] == "in_progress")
        #expect(events.last?["response"] == response)
        #expect(Set(events.compactMap { $0["response"]?["id"] }) == [response["id"]])
    }

    @Test func aRefusalAndACutAnswerSaySo() throws {
        let (request, refused) = try Self.response(Self.answer(refusal: "No."))
        #expect(refused["output"]?[0]?["content"]?[0]?["type"] == "refusal")
        let events = Self.events(request.events(of: refused, isWhole: true))
        #expect(events.contains { $0["type"] == "response.refusal.delta" && $0["delta"] == "No." })
        let (_, cut) = try Self.response(Self.answer(text: "Because", finishReason: "length"))
        #expect(cut["status"] == "incomplete" && cut["incomplete_details"]?["reason"] == "max_output_tokens")
        let last = Self.events(request.events(of: cut, isWhole: true)).last
        #expect(last?["type"] == "response.incomplete")
    }

    @Test func anErrorInMidStreamIsAnEvent() throws {
        let own = ResponsesRequest.errorEvent(["error": ["message": "Gone", "code": "upstream_timeout"]], after: 5)
        let event = try #require(Self.events(own).first)
        #expect(event["type"] == "error" && event["message"] == "Gone" && event["sequence_number"] == 5)
        #expect(event["error"]?["code"] == "upstream_timeout")
        let upstream: JSONValue = ["type": "response.failed", "sequence_number": 9, "response": [:]]
        #expect(Self.events(ResponsesRequest.errorEvent(upstream, after: 5)) == [upstream])
    }

    /// The data of each event, whose name must be its type.
    private static func events(_ bytes: [UInt8]) -> [JSONValue] {
        var parser = ServerSentEventParser()
        return (try? parser.parse(bytes))?.compactMap { event in
            let data = try? JSONValue.parse(event.data)
            return data?["type"]?.string == event.type ? data : nil
        } ?? []
    }
}
