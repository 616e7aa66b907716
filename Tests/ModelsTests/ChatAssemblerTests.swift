import JSON
import Testing

@testable import Models

@Suite struct ChatAssemblerTests {
    private static func body(_ chunks: [String]) throws -> JSONValue {
        var assembler = ChatAssembler()
        for chunk in chunks { try assembler.add(#require(try JSONValue.parse(chunk).object)) }
        return assembler.body
    }

    private static func choice(_ delta: String, _ rest: String = "", index: Int = 0) -> String {
        #"{"choices":[{"index":\#(index),"delta":\#(delta)\#(rest)}]}"#
    }

    @Test func joinsTheTextAndKeepsTheEnvelope() throws {
        let body = try Self.body([
            #"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","system_fingerprint":null,"x":1.10,"#
                + #""choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"#
                + #""usage":null}"#,
            Self.choice(#"{"content":"Hi "}"#), Self.choice(#"{"content":"👋"}"#, #","logprobs":null"#),
            Self.choice("{}", #","finish_reason":"stop""#),
            #"{"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
        ])
        #expect(
            body.text
                == #"{"id":"c","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":"#
                + #"{"role":"assistant","content":"Hi 👋","refusal":null},"finish_reason":"stop","logprobs":null}],"#
                + #""x":1.10,"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
    }

    @Test func mergesToolCallsByTheirIndex() throws {
        let message = try Self.body([
            Self.choice(
                #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#),
            Self.choice(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}}]}"#),
            Self.choice(
                #"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]}"#),
            Self.choice(
                #"{"tool_calls":[{"index":0,"function":{"arguments":":1}"}},{"index":1,"function":{"arguments":"{}"}}]}"#
            ),
            // Some servers repeat what does not change.
            Self.choice(#"{"role":"assistant","tool_calls":[{"index":1,"id":"b","type":"function"}]}"#),
        ])["choices"]?[0]?["message"]
        #expect(
            message?["tool_calls"]?.text
                == #"[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},"#
                + #"{"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]"#)
        #expect(message?["role"] == "assistant")
    }

    @Test func keepsChoicesApartAndInOrder() throws {
        let body = try Self.body([
            Self.choice(#"{"content":"b"}"#, index: 1), Self.choice(#"{"content":"a"}"#, index: 0),
            Self.choice(#"{"content":"B"}"#, index: 1),
        ])
        #expect(body["choices"]?.array?.map { $0["message"]?["content"]?.string } == ["a", "bB"])
    }

    @Test func keepsWhatItDoesNotKnow() throws {
        let choice = try Self.body([
            Self.choice(#"{"reasoning_content":"th","extra":{"n":1}}"#, #","logprobs":{"content":[{"token":"x"}]}"#),
            Self.choice(#"{"reasoning_content":"ink","extra":{"s":"a"}}"#, #","logprobs":{"content":[{"token":"y"}]}"#),
        ])["choices"]?[0]
        #expect(choice?["message"]?["reasoning_content"] == "think")
        #expect(choice?["message"]?["extra"]?.text == #"{"n":1,"s":"a"}"#)
        #expect(choice?["logprobs"]?.text == #"{"content":[{"token":"x"},{"token":"y"}]}"#)
    }

    @Test func isFinishedWhenEveryChoiceSaysWhy() throws {
        var assembler = ChatAssembler()
        #expect(!assembler.isFinished)
        for (chunk, isFinished) in [
            (Self.choice(#"{"content":"a"}"#), false), (Self.choice("{}", #","finish_reason":"stop""#), true),
            (Self.choice("{}", index: 1), false), (Self.choice("{}", #","finish_reason":"length""#, index: 1), true),
            (#"{"choices":[]}"#, true),
        ] {
            try assembler.add(#require(try JSONValue.parse(chunk).object))
            #expect(assembler.isFinished == isFinished, "\(chunk)")
        }
    }

    @Test(arguments: [#"{"choices":7}"#, #"{"choices":["x"]}"#])
    func whatIsNoChunkIsRefused(_ chunk: String) {
        #expect(throws: InvalidReply.self) { try Self.body([chunk]) }
    }
}
