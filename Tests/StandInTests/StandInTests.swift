import HTTP
import JSON
import Support
import Testing

@testable import StandIn

/// The stand-in without a socket.
@Suite struct StandInTests {
    private static func standIn(
        _ change: (inout StandIn.Settings) throws -> Void
    ) rethrows -> StandIn {
        var settings = StandIn.Settings()
        try change(&settings)
        return StandIn(settings, clock: WallClock { Timestamp(milliseconds: 7_000) })
    }

    /// Sends a request through and returns the status and the body that would be sent.
    private static func send(
        _ standIn: StandIn, _ method: String, _ path: String, headers: Headers = [:], _ body: JSONValue? = nil
    ) throws -> (status: Int, body: JSONValue?) {
        let exchange = standIn.begin(WireRequest(method, path, headers: headers, body: body?.bytes ?? []))
        standIn.end(exchange, abandoned: false)
        guard case .send(let bytes)? = exchange.transmission.steps.first else { return (exchange.status, nil) }
        let text = String(decoding: bytes, as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        return (exchange.status, try? JSONValue.parse(String(text[end.upperBound...])))
    }

    @Test(arguments: [
        ("GET", "/v1/models", 200), ("GET", "/v1/models/gpt-5-mini", 200), ("GET", "/v1/models/none", 404),
        ("GET", "/v1/chat/completions", 405), ("POST", "/v1/chat/completions", 400), ("POST", "/v1/responses", 400),
        ("GET", "/", 404), ("POST", "/v1/models", 405), ("GET", "/standin/nothing", 404),
        ("POST", "/v1/embeddings", 400),
        ("POST", "/standin/faults", 400),
    ]) func routesAnswer(method: String, path: String, status: Int) throws {
        let reply = try Self.send(Self.standIn { _ in }, method, path)
        #expect(reply.status == status)
        #expect((reply.body?["error"]?["message"]?.string != nil) == (status != 200))
    }

    @Test func modelsAreListed() throws {
        let body = try Self.send(Self.standIn { _ in }, "GET", "/v1/models").body
        let names = body?["data"]?.array?.compactMap { $0["id"]?.string } ?? []
        #expect(names.contains("gpt-5.2") && names.contains("gpt-5-mini"))
        #expect(body?["data"]?[0]?["owned_by"] == "stand-in")
    }

    @Test(
        arguments: [
            ([:], 401, nil), (["Authorization": "Bearer wrong"], 401, "invalid_api_key"),
            (["authorization": "Bearer right"], 200, nil),
        ] as [(Headers, Int, String?)]) func theKeyIsAskedFor(headers: Headers, status: Int, code: String?) throws
    {
        let standIn = Self.standIn { $0.key = "right" }
        let reply = try Self.send(standIn, "GET", "/v1/models", headers: headers)
        #expect(reply.status == status)
        #expect(reply.body?["error"]?["code"]?.string == code)
        #expect(try Self.send(standIn, "GET", "/standin/requests").status == 200)
    }

    private static func confirmation(_ question: String, _ candidates: [String]) -> JSONValue {
        let text: JSONValue = ["question": .string(question), "candidates": .array(candidates.map { .string($0) })]
        return ChatRequestTests.request("gpt-5-mini", text.text, ["response_format": ChatRequestTests.schema])
    }

    @Test func confirmationsGetVerdicts() throws {
        let standIn = try Self.standIn {
            $0.confirmer.truth = try Truth([(1, ["question": "remove it", "matches": "uninstall it"])])
        }
        let body = Self.confirmation("Remove it", ["Install it", "Uninstall it"])
        let reply = try Self.send(standIn, "POST", "/v1/chat/completions", body).body
        #expect(reply?["choices"]?[0]?["message"]?["content"]?.string == #"{"same_as":1,"reason":"same"}"#)
        #expect(reply?["model"] == "gpt-5-mini-2025-08-07")
        #expect(reply?["created"] == 7)
    }

    @Test func confirmationsCanBeAnsweredOffSchema() throws {
        let standIn = Self.standIn { $0.confirmationText = "Sure! The first one." }
        let reply = try Self.send(standIn, "POST", "/v1/chat/completions", Self.confirmation("a", ["a"])).body
        #expect(reply?["choices"]?[0]?["message"]?["content"]?.string == "Sure! The first one.")
        let answer = try Self.send(standIn, "POST", "/v1/chat/completions", ChatRequestTests.request()).body
        #expect(answer?["choices"]?[0]?["message"]?["content"]?.string?.hasPrefix("This is the stand-in") == true)
    }

    @Test func delaysGoByTheModel() {
        let standIn = Self.standIn { ($0.delayMilliseconds, $0.miniDelayMilliseconds) = (30, 4) }
        let steps = ["gpt-5.2", "gpt-5-mini"].map { model in
            let body = ChatRequestTests.request(model).bytes
            return standIn.begin(WireRequest("POST", "/v1/chat/completions", body: body)).transmission.steps.first
        }
        #expect(steps == [.wait(milliseconds: 30), .wait(milliseconds: 4)])
    }

    @Test func faultsComeByRouteAndByHeader() throws {
        let standIn = Self.standIn { _ in }
        let rules: JSONValue = [
            ["match": ["purpose": "confirm"], "fault": ["status": 500], "times": 1],
            ["match": ["text_contains": "hi"], "fault": ["finish_reason": "length"]],
        ]
        #expect(try Self.send(standIn, "POST", "/standin/faults", rules).body?["rules"] == 2)
        let path = "/v1/chat/completions"
        #expect(try Self.send(standIn, "POST", path, Self.confirmation("a", [])).status == 500)
        #expect(try Self.send(standIn, "POST", path, Self.confirmation("a", [])).status == 200)
        let answer = try Self.send(standIn, "POST", path, ChatRequestTests.request())
        #expect(answer.body?["choices"]?[0]?["finish_reason"] == "length")
        let header = try Self.send(
            standIn, "POST", path, headers: ["X-Standin-Fault": "status=503"], ChatRequestTests.request())
        #expect(header.status == 503)
        #expect(try Self.send(standIn, "GET", "/v1/models", headers: ["X-Standin-Fault": "x"]).status == 400)
        #expect(try Self.send(standIn, "DELETE", "/standin/faults").body?["rules"] == 0)
        #expect(
            try Self.send(standIn, "POST", path, ChatRequestTests.request()).body?["choices"]?[0]?["finish_reason"]
                == "stop")
    }

    @Test func requestsAreCounted() throws {
        let standIn = Self.standIn { _ in }
        let path = "/v1/chat/completions"
        _ = try Self.send(
            standIn, "POST", path, headers: ["Authorization": "Bearer secret"], ChatRequestTests.request())
        _ = try Self.send(standIn, "POST", path, Self.confirmation("a", []))
        _ = try Self.send(standIn, "POST", path, ChatRequestTests.request("gpt-9"))
        let open = [1, 2].map { _ in standIn.begin(WireRequest("GET", "/v1/models")) }
        standIn.end(open[0], abandoned: true)
        let counts = try #require(try Self.send(standIn, "GET", "/standin/requests").body)
        #expect(counts["total"] == 5)
        #expect(
            counts["counts"] == ["": ["models": 2], "gpt-5-mini": ["answer": 1, "confirm": 1], "gpt-9": ["answer": 1]])
        #expect(counts["in_flight"] == 1)
        #expect(counts["peak_in_flight"] == 2)
        #expect(counts["abandoned"] == 1)
        #expect(counts["last"]?[0]?["body"] == ChatRequestTests.request())
        #expect(counts["last"]?[2]?["status"] == 404)
        #expect(!counts.text.contains("secret"))
        _ = try Self.send(standIn, "DELETE", "/standin/requests")
        let after = try Self.send(standIn, "GET", "/standin/requests").body
        #expect(after?["total"] == 0)
        #expect(after?["in_flight"] == 1)
    }

    @Test func onlyTheLastRequestsAreKept() throws {
        let standIn = Self.standIn { _ in }
        for _ in 0..<100 { _ = try Self.send(standIn, "GET", "/v1/models") }
        let counts = try Self.send(standIn, "GET", "/standin/requests").body
        #expect(counts?["total"] == 100)
        #expect(counts?["last"]?.array?.count == 64)
    }
}
