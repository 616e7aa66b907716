import HTTP
import JSON
import Testing

@testable import Models

@Suite struct ResponsesStreamReaderTests {
    private static func event(_ data: String, type: String) -> String { "event: \(type)\ndata: \(data)\n\n" }

    private static let created = event(#"{"type":"response.created","response":{}}"#, type: "response.created")
    private static let delta = event(
        #"{"type":"response.output_text.delta","delta":"Hi","x":1.10}"#, type: "response.output_text.delta")

    private static func completed(_ status: String = "completed", _ members: String = "") -> String {
        event(
            #"""
            {"type":"response.\#(status)","response":{"status":"\#(status)","model":"m","output":[{"type":"reasoning"},
            {"type":"message","content":[{"type":"output_text","text":"Hi","annotations":[]}]}],
            "usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":2},"output_tokens":3,
            "output_tokens_details":{"reasoning_tokens":1}}\#(members)}}
            """#.replacing("\n", with: ""), type: "response.\(status)")
    }

    private static func read(_ stream: String, pieces: Int = 1) -> (ResponsesStreamReader, String) {
        var reader = ResponsesStreamReader()
        var shown: [UInt8] = []
        var rest = Array(stream.utf8)[...]
        while !rest.isEmpty {
            shown += reader.read(Array(rest.prefix(max(1, stream.utf8.count / pieces))))
            rest = rest.dropFirst(max(1, stream.utf8.count / pieces))
        }
        return (reader, String(decoding: shown, as: UTF8.self))
    }

    private static func completion(_ body: JSONValue) throws -> Completion {
        try Completion(
            body: body, api: .responses, headers: Headers(), requestedModel: "asked", latencyMilliseconds: 1)
    }

    @Test(arguments: [1, 7, 400]) func theLastEventIsHeldBack(pieces: Int) throws {
        let last = Self.completed()
        let (reader, shown) = Self.read(Self.created + Self.delta + last + "data: [DONE]\n\n", pieces: pieces)
        #expect(shown == Self.created + Self.delta)
        #expect(reader.end == .done && String(decoding: reader.lastEvent, as: UTF8.self) == last)
        let completion = try Self.completion(reader.body)
        #expect(completion.text == "Hi" && completion.finishReason == "stop" && !completion.hasToolCalls)
        #expect(
            completion.usage == Usage(promptTokens: 5, cachedTokens: 2, completionTokens: 3, reasoningTokens: 1))
    }

    @Test func aStreamWithoutItsLastEventIsNotFinished() {
        let (reader, _) = Self.read(Self.created + Self.delta + "data: [DONE]\n\n")
        #expect(reader.end == nil && !reader.isFinished && reader.lastEvent.isEmpty)
    }

    @Test func whatIsCutShortIsNoWholeAnswer() throws {
        let details = #","incomplete_details":{"reason":"max_output_tokens"}"#
        let (reader, _) = Self.read(Self.completed("incomplete", details))
        #expect(reader.end == .done)
        #expect(try Self.completion(reader.body).finishReason == "length")
    }

    @Test func anErrorEndsTheStreamAndIsTheUpstreams() throws {
        let error = #"{"type":"error","code":"server_error","message":"Sorry","param":null,"sequence_number":3}"#
        let (reader, shown) = Self.read(Self.created + Self.event(error, type: "error") + Self.completed())
        #expect(shown == Self.created)
        guard case .refused(let body) = reader.end else {
            Issue.record("\(String(describing: reader.end))")
            return
        }
        let json = try JSONValue.parse(body)
        #expect(json["error"]?["message"] == "Sorry" && json["sequence_number"] == 3 && json["type"] == "error")
        let failed = #"{"type":"response.failed","response":{"error":{"code":"x"}}}"#
        #expect(Self.read(Self.event(failed, type: "response.failed")).0.end == .refused(Array(failed.utf8)))
    }

    @Test(arguments: [
        #"{"status":"completed","output":[{"type":"function_call","name":"f","arguments":"{}"}]}"#,
        #"{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation"}]}]}]}"#,
    ])
    func whatATextCannotSayIsNoPlainAnswer(json: String) throws {
        #expect(try Self.completion(JSONValue.parse(json)).hasToolCalls)
    }

    @Test(arguments: [#"{}"#, #"{"output":5,"status":"completed"}"#, #"{"output":[]}"#])
    func whatIsNoResponseIsRefused(json: String) throws {
        let body = try JSONValue.parse(json)
        #expect(throws: InvalidReply.self) { try Self.completion(body) }
    }

    @Test(arguments: [
        (#"{}"#, #"{"reasoning":{"effort":"low"}}"#),
        (#"{"reasoning":{"effort":"high"}}"#, #"{"reasoning":{"effort":"high"}}"#),
        (#"{"reasoning":{"effort":null}}"#, #"{"reasoning":{"effort":null}}"#),
    ])
    func aRolesEffortIsTheRequestsUnlessItBringsOne(json: String, expected: String) throws {
        let body = try #require(try JSONValue.parse(json).object)
        let filled = AnswerAPI.responses.body(body, reasoningEffort: "low")
        #expect(try JSONValue.object(filled) == JSONValue.parse(expected))
        #expect(AnswerAPI.chat.body(JSONObject(), reasoningEffort: "low")["reasoning_effort"] == "low")
    }
}
