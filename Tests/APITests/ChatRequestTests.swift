import JSON
import Support
import Testing

@testable import API

/// What of a chat request is the question, and what decides the scope.
@Suite struct ChatRequestTests {
    private func kind(_ text: String) throws -> ChatRequest.Kind {
        try ChatRequest(try JSONValue.parse(text)).kind
    }

    private func context(_ text: String) throws -> Digest? {
        guard case .question(_, let context) = try kind(text) else { return nil }
        return context
    }

    private static let user = #""messages":[{"role":"user","content":"Q"}]"#

    @Test(arguments: [
        (#"{"model":"m","messages":[{"role":"user","content":"Q"}]}"#, "Q"),
        (#"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}]}"#, "Q"),
        (#"{"model":"m","messages":[{"role":"user","content":"A"},{"role":"user","content":"B"}]}"#, "B"),
        (
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"A"},{"type":"text","text":"B"}]}]}"#,
            "A\nB"
        ),
    ])
    func findsTheQuestion(body: String, question: String) throws {
        guard case .question(let found, _) = try kind(body) else {
            Issue.record("not a question: \(body)")
            return
        }
        #expect(found == question)
    }

    /// Each pair has one scope.
    @Test(arguments: [
        (#""user":"a""#, #""user":"b""#), (#""metadata":{"a":"b"}"#, #""n":1"#),
        (#""prompt_cache_key":"a","prompt_cache_retention":"24h""#, #""store":false"#),
        (#""stream_options":{"include_usage":true}"#, #""service_tier":"flex""#),
        (#""temperature":null"#, #""logprobs":false"#), (#""stop":null,"seed":null"#, #""safety_identifier":"x""#),
        (#""seed":1,"top_p":0.5"#, #""top_p":0.5,"seed":1"#),
        (#""tools":[{"a":1,"b":2}]"#, #""tools":[{"b":2,"a":1}]"#),
    ])
    func sameScope(left: String, right: String) throws {
        let contexts = try [left, right].map { try context(#"{"model":"m",\#(Self.user),\#($0)}"#) }
        #expect(contexts[0] != nil && contexts[0] == contexts[1])
    }

    /// Ways to say the same.
    @Test(arguments: [
        #"{"role":"developer","content":"S"}"#, #"{"role":"system","content":[{"type":"text","text":"S"}]}"#,
        #"{"role":"system","content":"S","name":null}"#,
    ])
    func sameEarlierMessage(message: String) throws {
        func context(of message: String) throws -> Digest? {
            try self.context(#"{"model":"m","messages":[\#(message),{"role":"user","content":"Q"}]}"#)
        }
        #expect(try context(of: message) == context(of: #"{"role":"system","content":"S"}"#))
    }

    /// All of them have scopes of their own.
    @Test func otherScopes() throws {
        let bodies =
            [
                #""seed":1"#, #""seed":2"#, #""temperature":0"#, #""temperature":1"#, #""tools":[]"#, #""tools":[{}]"#,
                #""reasoning_effort":"low""#, #""new_member":null,"other":0"#, #""verbosity":"low""#,
                #""response_format":{"type":"json_object"}"#, #""response_format":{"type":"text"}"#,
            ].map { #"{"model":"m",\#(Self.user),\#($0)}"# }
            + [
                #"{"model":"m",\#(Self.user)}"#, #"{"model":"n",\#(Self.user)}"#, #"{"model":"refrain",\#(Self.user)}"#,
                #"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}]}"#,
                #"{"model":"m","messages":[{"role":"user","content":"S"},{"role":"user","content":"Q"}]}"#,
                #"{"model":"m","messages":[{"role":"user","name":"n","content":"Q"}]}"#,
            ]
        let contexts = try bodies.map { try context($0) }
        #expect(!contexts.contains(nil))
        #expect(Set(contexts).count == bodies.count)
    }

    /// The question is not in the scope, or no two questions would ever meet.
    @Test func theQuestionDoesNotCount() throws {
        #expect(
            try context(#"{"model":"m","messages":[{"role":"user","content":"A"}]}"#)
                == context(#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"B"}]}]}"#))
        #expect(try context(#"{"model":"refrain",\#(Self.user)}"#) == ChatRequest.plainContext)
    }

    @Test(arguments: [
        #""n":2"#, #""logprobs":true"#, #""top_logprobs":0"#, #""modalities":["audio"]"#, #""audio":{}"#,
        #""web_search_options":{}"#, #""previous_response_id":"r""#, #""background":true"#, #""prediction":{}"#,
    ])
    func bypasses(member: String) throws {
        guard case .bypass(let reason) = try kind(#"{"model":"m",\#(Self.user),\#(member)}"#) else {
            Issue.record("\(member) is no bypass")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test(arguments: [
        #"{"role":"assistant","content":"A"}"#, #"{"role":"user","content":""}"#, #"{"role":"user","content":[]}"#,
        #"{"role":"user"}"#, #"{"role":"user","content":null}"#, #"{"role":"tool","content":"A"}"#,
        #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}"#,
        #"{"role":"user","content":[{"type":"text","text":"A"},{"type":"input_audio"}]}"#, #""text""#, "7",
    ])
    func aLastMessageThatIsNoTextOfAUserBypasses(message: String) throws {
        guard case .bypass = try kind(#"{"model":"m","messages":[\#(message)]}"#) else {
            Issue.record("\(message) is no bypass")
            return
        }
    }
}
