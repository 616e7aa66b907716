import HTTP
import HTTPClient
import JSON
import StandIn
import Testing

/// `/v1/responses` through the daemon, against the stand-in.
@Suite struct ResponsesTests {
    private static func response(_ question: String, stream: Bool, _ more: JSONObject = [:]) -> JSONObject {
        var body: JSONObject = ["model": "gpt-4.1", "stream": .bool(stream), "input": .string(question)]
        for member in more.members { body[member.name] = member.value }
        return body
    }

    @Test(.timeLimit(.minutes(1))) func oneAnswerServesBothFormsStreamedAndWhole() async throws {
        try await StreamingTests.withDaemon { daemon, calls in
            let responses = "/v1/responses"
            for (question, isFirst) in [("What streams first?", true), ("What comes whole first?", false)] {
                let chat = Daemon.chat(question, stream: isFirst, ["model": "gpt-4.1"])
                let first = try await daemon.ask(Self.response(question, stream: isFirst), path: responses)
                let whole = try await daemon.ask(Self.response(question, stream: false), path: responses)
                let streamed = try await daemon.ask(Self.response(question, stream: true), path: responses)
                let asChat = try await daemon.ask(chat)
                #expect(first.cacheStatus.hasPrefix("refrain; fwd=miss") && !first.responseText.isEmpty)
                for hit in [whole, streamed] {
                    #expect(hit.cacheStatus == "refrain; hit; detail=exact")
                    #expect(hit.responseText == first.responseText)
                }
                #expect(asChat.cacheStatus == "refrain; hit; detail=exact" && asChat.content == first.responseText)
                #expect(streamed.typed.last?["type"] == "response.completed")
                #expect(streamed.typed.map { $0["sequence_number"]?.int } == Array(0..<streamed.typed.count))
            }
            #expect(try await calls()["total"] == 2)
        }
    }

    /// The follower asks in the other form and gets the leader's answer in its own.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func formsShareOneCall(stream: Bool) async throws {
        try await StreamingTests.withDaemon(faults: ["drip_bytes_per_second=3000"]) { daemon, calls in
            let leader = Task { try await daemon.ask(Daemon.chat("Who shares?", ["model": "gpt-4.1"])) }
            // A follower that is slow to arrive finds the answer stored.
            try await StreamingTests.wait { try await calls()["total"] == 1 }
            let follower = try await daemon.ask(Self.response("Who shares?", stream: stream), path: "/v1/responses")
            #expect(try await leader.value.content == follower.responseText && !follower.responseText.isEmpty)
            #expect(follower.typed.last?["type"] == (stream ? "response.completed" : nil))
            #expect(try await calls()["total"] == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aStreamThatBreaksEndsWithAnErrorAndIsNotStored() async throws {
        try await StreamingTests.withDaemon(faults: ["cut_after_bytes=2500"]) { daemon, _ in
            let cut = try await daemon.ask(Self.response("What breaks?", stream: true), path: "/v1/responses")
            #expect(cut.typed.first?["type"] == "response.created" && cut.typed.last?["type"] == "error")
            #expect(cut.typed.last?["error"]?["code"] == "upstream_unreachable")
            #expect(cut.typed.map { $0["sequence_number"]?.int } == Array(0..<cut.typed.count))
            #expect(try await daemon.stored().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [["tools": [["type": "custom", "name": "t"]]], [:]] as [JSONObject])
    func theUpstreamGetsTheRequestAsItCame(more: JSONObject) async throws {
        try await StreamingTests.withDaemon { daemon, calls in
            var body = Self.response("What goes on?", stream: false, ["new_member": 1.50])
            for member in more.members { body[member.name] = member.value }
            let answer = try await daemon.ask(body, path: "/v1/responses")
            #expect(answer.cacheStatus.hasPrefix(more.members.isEmpty ? "refrain; fwd=miss" : "refrain; fwd=bypass"))
            let call = try await calls()["last"]?[0]
            #expect(call?["path"] == "/v1/responses" && call?["body"]?.text == JSONValue.object(body).text)
        }
    }
}

extension StreamedAnswer {
    /// The events of a streamed response.
    fileprivate var typed: [JSONValue] {
        text.split(separator: "\n\n").compactMap { event in
            event.split(separator: "\n").last.flatMap { try? JSONValue.parse(String($0.dropFirst("data: ".count))) }
        }
    }

    /// The text of a response, streamed or whole.
    fileprivate var responseText: String {
        if let text = json?["output"]?[0]?["content"]?[0]?["text"]?.string { return text }
        return typed.filter { $0["type"] == "response.output_text.delta" }.compactMap { $0["delta"]?.string }.joined()
    }
}
