import HTTP
import JSON
import TestServer
import Testing

private let stored = "Where is my zebra's invoice?"
private let paraphrase = "where can I find my zebra's invoice"

/// Spans that a collector on loopback gets.
@Suite struct TraceTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let caller = "00f067aa0ba902b7"

    /// All spans so far, each checked to be of OTLP's form.
    private static func spans(_ collector: TestServer) throws -> [JSONValue] {
        try collector.requests.flatMap { request -> [JSONValue] in
            #expect(request.method == "POST" && request.target == "/v1/traces")
            #expect(request.values(of: "Content-Type") == ["application/json"])
            let body = try JSONValue.parse(request.body)
            let resource = try #require(body["resourceSpans"]?[0], "\(body.text)")
            let spans = try #require(resource["scopeSpans"]?[0]?["spans"]?.array, "\(body.text)")
            for span in spans {
                #expect(span["traceId"]?.string?.wholeMatch(of: /[0-9a-f]{32}/) != nil, "\(span.text)")
                #expect(span["spanId"]?.string?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
                #expect(span["parentSpanId"].map { $0.string?.wholeMatch(of: /[0-9a-f]{16}/) != nil } ?? true)
                let times = ["startTimeUnixNano", "endTimeUnixNano"].compactMap { span[$0]?.string.flatMap(Int64.init) }
                #expect(
                    times.count == 2 && times[0] <= times[1] && times[0] > 1_700_000_000_000_000_000, "\(span.text)")
                for attribute in span["attributes"]?.array ?? [] {
                    #expect(attribute["key"]?.string?.isEmpty == false)
                    #expect(attribute["value"]?.object?.members.count == 1, "\(attribute.text)")
                }
            }
            return spans
        }
    }

    private static func value(_ span: JSONValue, _ key: String) -> JSONValue? {
        let attribute = span["attributes"]?.array?.first { $0["key"]?.string == key }
        return attribute?["value"]?.object?.members.first?.value
    }

    @Test func tellsOfEveryStageAndOfNoText() async throws {
        let home = try Scratch()
        let collector = try TestServer { _ in
            [.send(Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}".utf8))]
        }
        let standIn = try await StandIn.start(in: home, same: [(paraphrase, stored)])
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": collector.url + "/"])
        try await standIn.fault(["text": .string(MiniTests.answer)], containing: stored)
        let scope: Headers = ["Refrain-Scope": "zebra", "Refrain-Label": "session=zebra"]
        #expect(try await daemon.chat(stored, ["model": "refrain"], headers: scope).outcome == "miss")
        var traced = scope
        traced["traceparent"] = "00-\(Self.trace)-\(Self.caller)-01"
        let confirmed = try await daemon.chat(paraphrase, ["model": "refrain"], headers: traced)
        #expect(confirmed.outcome == "confirmed", "\(confirmed.text)")
        traced["traceparent"] = "00-\(Self.trace)-\(Self.caller)-00"
        let unsampled = try await daemon.chat(stored, ["model": "refrain"], headers: traced)
        #expect(unsampled.outcome == "exact")
        // The last ones are sent before it ends.
        #expect(try await daemon.stop() == .exited(0))

        let spans = try Self.spans(collector)
        let requests = spans.filter { $0["kind"] == 2 }
        #expect(requests.count == 2, "\(spans.map(\.text))")
        let request = try #require(requests.first { $0["traceId"]?.string == Self.trace })
        #expect(request["parentSpanId"]?.string == Self.caller && request["name"] == "POST /v1/chat/completions")
        #expect(Self.value(request, "refrain.outcome") == "confirmed")
        #expect(Self.value(request, "refrain.request.id")?.string == confirmed.headers["x-request-id"])
        let own = spans.filter { $0["traceId"]?.string == Self.trace && $0["kind"] != 2 }
        let stages = own.filter { $0["kind"] == 1 }
        #expect(stages.compactMap { $0["name"]?.string }.sorted() == ["confirm", "embed", "search"])
        #expect(stages.allSatisfy { $0["parentSpanId"] == request["spanId"] })
        let call = try #require(own.first { $0["kind"] == 3 })
        #expect(own.count == 4 && call["parentSpanId"] == stages.first { $0["name"] == "confirm" }?["spanId"])
        #expect(call["name"]?.string?.hasPrefix("chat gpt-5-mini") == true)
        #expect(Self.value(call, "gen_ai.operation.name") == "chat")
        #expect(Self.value(call, "gen_ai.usage.input_tokens")?.string.flatMap { Int($0) } ?? 0 > 0, "\(call.text)")
        #expect(Self.value(call, "refrain.purpose") == "confirm")
        for span in spans { #expect(!span.text.contains("zebra"), "\(span.text)") }
        collector.stop()

        // What the upstream does for the request is below it in the trace.
        let confirmation = try await standIn.requests()["last"]?.array?.last { $0["purpose"] == "confirm" }
        let header = try #require(confirmation?["headers"]?["traceparent"]?.string)
        #expect(header == "00-\(Self.trace)-\(request["spanId"]?.string ?? "")-01")
    }

    @Test func aCollectorThatIsDownHarmsNobody() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, ["--traces-endpoint", "http://127.0.0.1:1"])
        for question in ["Is it lost?", "Is it lost, too?"] {
            #expect(try await daemon.chat(question, ["model": "refrain"]).outcome == "miss")
        }
        try await eventually("the spans are counted as dropped") {
            try await daemon.get("/metrics").text.contains(/refrain_spans_dropped_total [1-9]/)
        }
        #expect(daemon.child.errors.contains("spans are lost"))
        #expect(try await daemon.stop() == .exited(0))
    }
}
