import Foundation
import HTTP
import JSON
import Testing

/// What the daemon makes of an upstream that fails.
@Suite(.sharedRig("--full-timeout-seconds", "6"))
struct UpstreamTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let fault: JSONObject
        /// How many requests in a row the fault befalls; nil is all of them.
        var times: Int? = 1
        let status: Int
        /// The error's code where it is one of ours.
        var code: String?
        /// Requests the upstream got.
        var tries = 1
        /// Headers that the client gets from the upstream.
        var headers: Headers = [:]
    }

    static let cases = [
        Case(
            description: "429 to come back much later", fault: ["status": 429, "retry_after": "60"], times: nil,
            status: 429, headers: ["Retry-After": "60", "Content-Type": "application/json"]),
        Case(
            description: "429 to come back at once", fault: ["status": 429, "retry_after_ms": 1], status: 200, tries: 2),
        Case(description: "500 once", fault: ["status": 500, "retry_after_ms": 1], status: 200, tries: 2),
        Case(
            description: "500 always", fault: ["status": 500, "retry_after_ms": 1], times: nil, status: 500, tries: 2),
        Case(
            description: "503 that asks for no retry", fault: ["status": 503, "should_retry": false], times: nil,
            status: 503, headers: ["x-should-retry": "false"]),
        Case(description: "401", fault: ["status": 401], times: nil, status: 401),
        Case(description: "no answer", fault: ["hang": true], status: 504, code: "upstream_timeout"),
        Case(
            description: "slow drip", fault: ["drip_bytes_per_second": 20], status: 504, code: "upstream_timeout"),
        Case(description: "HTML", fault: ["html": true], status: 502, code: "invalid_upstream_reply"),
        Case(description: "bad JSON", fault: ["bad_json": true], status: 502, code: "invalid_upstream_reply"),
        Case(description: "no choices", fault: ["empty_choices": true], status: 502, code: "invalid_upstream_reply"),
        Case(
            description: "an event stream unasked", fault: ["event_stream": true], status: 502,
            code: "invalid_upstream_reply"),
        Case(description: "too large", fault: ["huge_mb": 100], status: 502, code: "invalid_upstream_reply"),
        Case(description: "cut", fault: ["cut_after_bytes": 20], status: 502, code: "upstream_unreachable"),
        Case(
            description: "a length too long", fault: ["content_length_off_by": 10], status: 502,
            code: "upstream_unreachable"),
        Case(
            description: "a length too short", fault: ["content_length_off_by": -10], status: 502,
            code: "invalid_upstream_reply"),
        Case(description: "closed before the head", fault: ["close": true], status: 200, tries: 2),
    ]

    @Test(arguments: cases)
    func fails(_ test: Case) async throws {
        let rig = try Rig.current()
        let question = "What happens with \(test.description)?"
        try await rig.standIn.fault(test.fault, times: test.times, containing: question)
        let reply = try await rig.daemon.chat(question)
        #expect(reply.status == test.status, "\(reply.text)")
        for field in test.headers.fields { #expect(reply.headers[field.name] == field.value) }
        #expect(try await rig.standIn.bodies(.answer, containing: question).count == test.tries)
        if test.status == 200 {
            #expect(reply.cacheStatus == "refrain; fwd=miss; stored")
            return
        }
        #expect(reply.cacheStatus == "refrain; fwd=miss")
        #expect(reply.errorCode == test.code)
        #expect(reply.member("error", "message")?.string?.isEmpty == false)
        #expect(try await rig.daemon.entries(containing: question).isEmpty)
        if test.times == nil { return }
        let next = try await rig.daemon.chat(question)
        #expect(next.status == 200 && next.cacheStatus == "refrain; fwd=miss; stored")
    }

    @Test func theUpstreamsErrorIsPassedOnWhole() async throws {
        let rig = try Rig.current()
        let body: JSONValue = [
            "error": ["message": "Your quota is used up. é", "type": "insufficient_quota", "param": nil, "code": "q"],
            "more": 1.10,
        ]
        try await rig.standIn.fault(
            ["status": 429, "should_retry": false, "body": body], containing: "Whose quota is it?")
        let reply = try await rig.daemon.chat("Whose quota is it?")
        #expect(reply.status == 429)
        #expect(try reply.json == body)
        #expect(reply.headers["x-request-id"]?.hasPrefix("req_standin") == true)
        #expect(reply.headers["openai-processing-ms"] != nil)
    }

    /// `/cache/ask` and the command say the same.
    @Test func askFailsInTheSameForm() async throws {
        let rig = try Rig.current()
        try await rig.standIn.fault(["html": true], times: 2, containing: "Does asking fail?")
        let reply = try await rig.daemon.post("/cache/ask", ["question": "Does asking fail?"])
        #expect(reply.status == 502)
        #expect(reply.errorCode == "invalid_upstream_reply")
        let command = try await refrain("ask", "Does asking fail?", "--data", rig.daemon.data, home: rig.home)
        #expect(command.code == 2)
        #expect(command.output.isEmpty)
        #expect(command.errors.contains("cannot be understood"), "\(command.errors)")
        let after = try await refrain("ask", "Does asking fail?", "--data", rig.daemon.data, home: rig.home)
        #expect(after.code == 0)
        #expect(after.output.contains("stand-in"))
    }

    @Test func hitsAreServedWhileTheUpstreamIsGone() async throws {
        let rig = try await Rig.start()
        let stored = try await rig.daemon.chat("Who is still there?")
        try await rig.standIn.kill()
        #expect(try await rig.daemon.chat("Who is still there?").answer == stored.answer)
        let miss = try await rig.daemon.chat("Who is gone?")
        #expect(miss.status == 502)
        #expect(miss.errorCode == "upstream_unreachable")
        #expect(try await rig.daemon.get("/readyz").status == 200)
    }

    /// The key goes to the upstream and nowhere else.
    @Test func theKeyIsSentAndShownToNobody() async throws {
        let home = try Scratch()
        let key = "sk-e2e-0123456789abcdef"
        let standIn = try await StandIn.start(in: home, ["--key", key])
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, ["--log-level", "debug"], environment: ["OPENAI_API_KEY": key])
        #expect(try await daemon.chat("Is the key right?").status == 200)
        let wrong = try await Daemon.start(
            in: home, data: "other", upstream: standIn, environment: ["OPENAI_API_KEY": key + "x"])
        let refused = try await wrong.chat("Is the key right?")
        #expect(refused.status == 401)
        #expect(refused.errorCode == "invalid_api_key")
        let check = try await refrain("config", "check", home: home, environment: ["OPENAI_API_KEY": key])
        let shown = [
            daemon.child.errors, daemon.readyLine, wrong.child.errors, check.output, check.errors, refused.text,
            try await daemon.get("/metrics").text, try await daemon.get("/cache/stats").text,
        ]
        #expect(shown.allSatisfy { !$0.contains(key) })
        let process = "/proc/\(daemon.child.id)"
        #expect(try !String(contentsOfFile: process + "/cmdline", encoding: .utf8).contains(key))
        let limits = try String(contentsOfFile: process + "/limits", encoding: .utf8)
        #expect(limits.contains(#/Max core file size +0 +0 /#), "a crash would write the memory down")
    }
}
