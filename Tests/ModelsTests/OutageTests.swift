import HTTP
import HTTPClient
import JSON
import Support
import Synchronization
import TestServer
import Testing

@testable import Models

/// Models that are retired, and an upstream that is down.
@Suite struct OutageTests {
    private static func withModels(
        clock: WallClock, _ script: @escaping TestServer.Script,
        _ test: (ModelClient, TestServer, _ lines: () -> [String], _ records: () -> [CallRecord]) async throws -> Void
    ) async throws {
        let server = try TestServer(script)
        defer { server.stop() }
        let http = HTTPClient()
        let noted = Notes()
        let client = ModelClient(
            configuration: ModelsConfiguration(upstream: Upstream(baseURL: server.url + "/v1", key: nil)), http: http,
            clock: clock, log: Log(level: .warning) { noted.add($0) }, record: { noted.add($0) })
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(client, server, { noted.lines }, { noted.records }))
        } catch {
            result = .failure(error)
        }
        await http.close()
        try result.get()
    }

    private final class Notes: Sendable {
        private let state = Mutex<(lines: [String], records: [CallRecord])>(([], []))

        var lines: [String] { state.withLock(\.lines) }
        var records: [CallRecord] { state.withLock(\.records) }
        func add(_ line: String) { state.withLock { $0.lines.append(line) } }
        func add(_ record: CallRecord) { state.withLock { $0.records.append(record) } }
    }

    private static let now = Timestamp(milliseconds: 1_000_000)
    private static let down: [Step] = .reply(500, ["x-should-retry: false"], #"{"error":{"message":"down"}}"#)
    private static let up: [Step] = .reply(
        200, [], #"{"model":"m","choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#)

    @Test func theDefaultMiniMovesOnWhenItsFirstModelIsShutDown() async throws {
        try await Self.withModels(
            clock: WallClock { Self.now },
            { request in
                request.text.contains("gpt-5-mini")
                    ? .reply(404, [], #"{"error":{"message":"gone","code":"model_not_found"}}"#) : Self.up
            }
        ) { client, server, lines, _ in
            _ = try await client.chat([:], role: .mini, purpose: .confirm)
            #expect(
                server.requests.map(\.text) == [
                    #"{"reasoning_effort":"minimal","model":"gpt-5-mini"}"#,
                    #"{"reasoning_effort":"none","model":"gpt-6.1-terra"}"#,
                ])
            #expect(lines().count == 1 && lines()[0].contains("gpt-5-mini"))
        }
    }

    @Test(arguments: [
        ("gpt-5", "minimal"), ("gpt-5-mini", "minimal"), ("gpt-5-nano-2025-08-07", "minimal"), ("gpt-5.1", "none"),
        ("gpt-6.1-terra", "none"), ("qwen3", "minimal"),
    ])
    func theLeastEffortHasTwoNames(model: String, effort: String) {
        #expect(RoleSettings.defaultMini.reasoningEffort(of: model) == effort)
        var high = RoleSettings.defaultMini
        high.reasoningEffort = "high"
        #expect(high.reasoningEffort(of: model) == "high")
    }

    @Test func anUpstreamThatIsDownIsLeftAloneForAWhile() async throws {
        let time = Mutex(Self.now)
        let isUp = Mutex(false)
        try await Self.withModels(
            clock: WallClock { time.withLock { $0 } }, { _ in isUp.withLock { $0 } ? Self.up : Self.down }
        ) { client, server, lines, _ in
            func kind() async -> ModelError.Kind? {
                do {
                    _ = try await client.chat([:], model: "m", purpose: .answer)
                    return nil
                } catch {
                    return error.kind
                }
            }
            for _ in 0..<Limits.upstreamFailuresMax {
                guard case .rejected(status: 500, _, _) = await kind() else {
                    Issue.record("not the upstream's error")
                    return
                }
            }
            #expect(await kind() == .suspended(seconds: Limits.upstreamPauseSeconds))
            #expect(server.requests.count == Limits.upstreamFailuresMax && lines().count == 1)
            isUp.withLock { $0 = true }
            time.withLock { $0 = $0 + Int64(Limits.upstreamPauseSeconds) }
            #expect(await kind() == nil)
            #expect(await kind() == nil)
        }
    }

    @Test func aClientsKeyGoesUpstreamAndItsRefusalIsItsAlone() async throws {
        try await Self.withModels(
            clock: WallClock { Self.now },
            { request in
                request.text.contains("gpt-5-mini") && request.values(of: "authorization") == ["Bearer sk-of-a-client"]
                    ? .reply(404, [], #"{"error":{"message":"sk-of-a-client?","code":"model_not_found"}}"#) : Self.up
            }
        ) { client, server, lines, _ in
            for key in ["sk-of-a-client", nil] {
                try await ModelClient.$caller.withValue(Caller(key: key.flatMap { Secret($0) })) {
                    _ = try await client.chat([:], role: .mini, purpose: .confirm)
                }
            }
            #expect(
                server.requests.map { $0.values(of: "authorization").first } == [
                    "Bearer sk-of-a-client", "Bearer sk-of-a-client", nil,
                ])
            #expect(server.requests.last?.text.contains("gpt-5-mini") == true && lines().isEmpty)
        }
    }

    /// What is the caller's fault does not count against the upstream.
    @Test(arguments: [400, 401, 404, 429]) func aRefusalIsNoOutage(status: Int) async throws {
        try await Self.withModels(
            clock: WallClock { Self.now }, { _ in .reply(status, ["x-should-retry: false"], "{}") }
        ) { client, server, _, _ in
            for _ in 0...Limits.upstreamFailuresMax {
                await #expect(throws: ModelError.self) { try await client.chat([:], model: "m", purpose: .answer) }
            }
            #expect(server.requests.count == Limits.upstreamFailuresMax + 1)
        }
    }

    @Test func warnsOnceOfModelsThatGo() async throws {
        let list = #"{"data":[{"id":"gpt-5-mini","shutdown_date":"2026-12-11"},{"id":"gpt-5.2","shutdown_date":null}]}"#
        try await Self.withModels(clock: WallClock { Self.now }, { _ in .reply(200, [], list) }) {
            client, _, lines, _ in
            for _ in 0..<2 { _ = try await client.models() }
            #expect(lines().count == 2)
            #expect(lines().contains { $0.contains("gpt-5-mini") && $0.contains("2026-12-11") })
            #expect(lines().contains { $0.contains("gpt-6.1-terra") && $0.contains("not listed") })
        }
    }

    @Test func embeddingsPassAsTheyCome() async throws {
        let reply = #"{ "data": [], "usage": {"prompt_tokens": 7, "total_tokens": 7} }"#
        try await Self.withModels(clock: WallClock { Self.now }, { _ in .reply(200, ["X-Request-Id: r1"], reply) }) {
            client, server, _, records in
            let body: JSONObject = ["input": "a", "model": "e", "new": 1.50]
            let response = try await client.embeddings(body, model: "e")
            #expect(response.body.bytes == Array(reply.utf8) && response.headers["x-request-id"] == "r1")
            #expect(server.requests.first?.text == JSONValue.object(body).text)
            #expect(records().map(\.usage) == [Usage(promptTokens: 7, completionTokens: 0)])
            #expect(records().first?.purpose == .embed && records().first?.model == "e")
        }
    }
}
