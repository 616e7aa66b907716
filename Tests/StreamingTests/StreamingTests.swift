import Foundation
import HTTP
import HTTPClient
import JSON
import StandIn
import TestServer
import Testing

@Suite struct StreamingTests {
    /// The stand-in in this process and a daemon in front of it.
    static func withDaemon(
        faults: [String] = [], _ test: (Daemon, _ calls: () async throws -> JSONValue) async throws -> Void
    ) async throws {
        var settings = StandIn.Settings()
        settings.faults = try faults.map { try FaultRule(specification: $0) }
        let server = try StandInServer(settings)
        defer { server.stop() }
        try await withDaemon(upstream: server.url) { daemon in
            let control = server.url.replacing("/v1", with: "/standin/requests")
            try await test(daemon) { try JSONValue.parse(await Daemon.get(control, daemon.http)) }
        }
    }

    static func withDaemon(upstream: String, _ test: (Daemon) async throws -> Void) async throws {
        let daemon = try await Daemon.started(upstream: upstream)
        let result: Result<Void, any Error>
        do { result = .success(try await test(daemon)) } catch { result = .failure(error) }
        await daemon.stop()
        try result.get()
    }

    static func wait(until condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    private static let usage: JSONObject = ["stream_options": ["include_usage": true]]

    @Test(.timeLimit(.minutes(1))) func anEventIsPassedOnBeforeTheNextOneComes() async throws {
        let chunk = #"data: {"id":"c","x":1.10,"choices":[{"index":0,"delta":{"content":"Hi"}}],"usage":null}"# + "\n\n"
        let upstream = try TestServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: u1\r\n\r\n" + chunk), .hang]
        }
        defer { upstream.stop() }
        try await Self.withDaemon(upstream: upstream.url + "/v1") { daemon in
            let response = try await daemon.open(Daemon.chat("Do you stream?"))
            #expect(response.status == 200 && response.headers["Cache-Status"] == "refrain; fwd=miss")
            #expect(response.headers["Content-Type"] == "text/event-stream; charset=utf-8")
            #expect(response.headers["x-request-id"] == "u1")
            for try await piece in response.pieces {
                #expect(String(decoding: piece, as: UTF8.self) == chunk.replacing(#","usage":null"#, with: ""))
                break
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerServesStreamedAndWholeRequestsAlike() async throws {
        try await Self.withDaemon { daemon, calls in
            for (question, isStreamed) in [("Is this streamed first?", true), ("Which whole comes first?", false)] {
                let first = try await daemon.ask(Daemon.chat(question, stream: isStreamed))
                #expect(first.status == 200 && first.cacheStatus.hasPrefix("refrain; fwd=miss"))
                #expect(first.isDone == isStreamed && !first.text.contains("usage") == isStreamed)
                let whole = try await daemon.ask(Daemon.chat(question, stream: false))
                let bare = try await daemon.ask(Daemon.chat(question))
                let counted = try await daemon.ask(Daemon.chat(question, Self.usage))
                for hit in [whole, bare, counted] {
                    #expect(hit.cacheStatus == "refrain; hit; detail=exact" && hit.headers["Age"] != nil)
                    #expect(hit.content == first.content && !hit.content.isEmpty)
                }
                #expect(bare.isDone && counted.isDone && !bare.text.contains("usage"))
                #expect(bare.chunks.first?["choices"]?[0]?["delta"]?["role"] == "assistant")
                #expect(bare.chunks.last?["choices"]?[0]?["finish_reason"] == "stop")
                #expect(Set(counted.chunks.map { $0["id"] }).count == 1)
                #expect(Set([first, whole, bare, counted].map(\.id)).count == 4)
                #expect(counted.chunks.dropLast().allSatisfy { $0["usage"]?.isNull == true })
                #expect(counted.chunks.last?["choices"] == [])
                #expect(counted.chunks.last?["usage"]?["total_tokens"] == whole.json?["usage"]?["total_tokens"])
            }
            #expect(try await calls()["total"] == 2)
            // The cost is known though the client did not ask for the usage.
            let statistics = try JSONValue.parse(await daemon.get("/cache/stats"))
            #expect((statistics["store"]?["spent_usd"]?.double ?? 0) > 0)
        }
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("cut_after_bytes=900", "upstream_unreachable"), ("cut_after_bytes=0", nil),
            ("status=429;retry_after=60", nil), ("html", nil), ("close", nil), ("bad_json", nil),
        ] as [(String, String?)])
    func aFailureIsNoAnswer(fault: String, inMidStream code: String?) async throws {
        try await Self.withDaemon(faults: ["purpose=answer;text_contains=fails;" + fault]) { daemon, _ in
            let failed = try await daemon.ask(Daemon.chat("What fails here?"))
            #expect(!failed.isDone && !failed.text.contains(#""finish_reason":"stop""#))
            if let code {
                #expect(failed.status == 200 && failed.chunks.count > 1 && failed.error?["code"]?.string == code)
            } else {
                #expect(failed.status >= 400 && failed.json?["error"]?["message"] != nil)
                #expect(failed.headers["Content-Type"] == "application/json")
                if fault.hasPrefix("status=429") {
                    #expect(failed.status == 429 && failed.headers["Retry-After"] == "60")
                }
            }
            #expect(try await daemon.stored().isEmpty)
            #expect(try await daemon.ask(Daemon.chat("What works here?")).isDone)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["finish_reason=length", "refusal", "tool_calls"])
    func whatIsNoCompleteAnswerIsPassedOnAndNotStored(fault: String) async throws {
        try await Self.withDaemon(faults: [fault]) { daemon, calls in
            for count in 1...2 {
                let answer = try await daemon.ask(Daemon.chat("What is not kept?"))
                #expect(answer.isDone && answer.error == nil)
                #expect(try await calls()["total"]?.int == count)
            }
            #expect(try await daemon.stored().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatLeavesEndsTheCall() async throws {
        // Some 700 KB of events: by itself it would take longer than the test may.
        let text = String(repeating: "and so on ", count: 4_000)
        try await Self.withDaemon(faults: ["drip_bytes_per_second=8000;text=" + text]) { daemon, calls in
            for body in [Daemon.chat("Who leaves?"), Daemon.chat("Who leaves?", ["n": 2])] {
                let before = try await calls()["abandoned"]?.int ?? 0
                for try await _ in try await daemon.open(body).pieces { break }
                try await Self.wait { try await calls()["abandoned"]?.int == before + 1 }
            }
            #expect(try await daemon.stored().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aLeaderThatLeavesDoesNotCutTheOthers() async throws {
        try await Self.withDaemon(faults: ["drip_bytes_per_second=2500"]) { daemon, calls in
            let question = "Who goes first?"
            let leader = Task { try await daemon.open(Daemon.chat(question)) }
            try await Self.wait { try await calls()["in_flight"] == 1 }
            let streamed = Task { try await daemon.ask(Daemon.chat(question)) }
            let whole = Task { try await daemon.ask(Daemon.chat(question, stream: false)) }
            // The three, and the one that asks.
            try await Self.wait { try await daemon.requestsInFlight() == 4 }
            for try await _ in try await leader.value.pieces { break }
            for answer in [try await streamed.value, try await whole.value] {
                // A follower that is slow to arrive finds the answer stored.
                #expect(
                    ["refrain; fwd=miss; collapsed", "refrain; hit; detail=exact"].contains(answer.cacheStatus))
                #expect(answer.content.hasPrefix("This is the stand-in"))
            }
            #expect(try await streamed.value.isDone)
            #expect(try await streamed.value.content == whole.value.content)
            #expect(try await calls()["total"] == 1)
            #expect(try await daemon.stored() == [question])
        }
    }

    @Test(.timeLimit(.minutes(1))) func identicalMissesMakeOneCall() async throws {
        try await Self.withDaemon(faults: ["delay_ms=300"]) { daemon, calls in
            let answers = try await withThrowingTaskGroup(of: StreamedAnswer.self) { group in
                for _ in 0..<50 { group.addTask { try await daemon.ask(Daemon.chat("What do all ask?")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.isDone && $0.content == answers[0].content && !$0.content.isEmpty })
            #expect(try await calls()["total"] == 1)
        }
    }
}
