import HTTP
import HTTPClient
import JSON
import Support
import Synchronization
import TestServer
import Testing

@testable import Models

/// What a client noted while a test ran.
private final class Notes: Sendable {
    private let state = Mutex<(records: [CallRecord], lines: [String])>(([], []))

    var records: [CallRecord] { state.withLock(\.records) }
    var lines: [String] { state.withLock(\.lines) }
    var log: Log { Log(level: .debug) { line in self.state.withLock { $0.lines.append(line) } } }

    func add(_ record: CallRecord) { state.withLock { $0.records.append(record) } }
}

@Suite struct ModelClientTests {
    private static let now = Timestamp(milliseconds: 1_000_000)

    private static func withModels(
        mini: [String] = ["gpt-5-mini"], key: String? = "sk-very-secret", clock: WallClock = WallClock { now },
        _ script: @escaping TestServer.Script, _ test: (ModelClient, TestServer, Notes) async throws -> Void
    ) async throws {
        let server = try TestServer(script)
        defer { server.stop() }
        let http = HTTPClient()
        let notes = Notes()
        var settings = RoleSettings.defaultMini
        settings.models = mini
        let upstream = Upstream(baseURL: server.url + "/v1/", key: key.flatMap { Secret($0) })
        let client = ModelClient(
            configuration: ModelsConfiguration(upstream: upstream, mini: settings), http: http, clock: clock,
            log: notes.log, record: { notes.add($0) })
        let result: Result<Void, any Error>
        do { result = .success(try await test(client, server, notes)) } catch { result = .failure(error) }
        await http.close()
        #expect(!(notes.lines + notes.records.map { "\($0)" }).contains { $0.contains("very") })
        try result.get()
    }

    private static func reply(_ text: String, model: String = "gpt-5-mini-2026-01-31") -> [Step] {
        let body: JSONValue = [
            "model": .string(model), "choices": [["message": ["content": .string(text)], "finish_reason": "stop"]],
            "usage": ["prompt_tokens": 1_000, "completion_tokens": 10],
        ]
        return .reply(200, ["Content-Type: application/json", "X-Request-Id: r1"], body.text)
    }

    private static func error(_ status: Int, code: String? = nil, _ fields: [String] = []) -> [Step] {
        let code = code.map { JSONValue.string($0) } ?? .null
        let body: JSONValue = ["error": ["message": "no, sk-very-secret", "type": "x", "param": nil, "code": code]]
        return .reply(status, fields, body.text)
    }

    private static func failure(
        _ client: ModelClient, deadlineMilliseconds: Int? = nil
    ) async -> ModelError? {
        do {
            _ = try await client.chat([:], role: .mini, purpose: .confirm, deadlineMilliseconds: deadlineMilliseconds)
            return nil
        } catch {
            return error
        }
    }

    @Test func aRoleFillsInItsModelAndEffort() async throws {
        try await ModelClientTests.withModels({ _ in ModelClientTests.reply("yes") }) { client, server, notes in
            let body: JSONObject = ["model": "refrain", "messages": [], "unknown": 1.50]
            let completion = try await client.chat(body, role: .mini, purpose: .confirm)
            #expect(completion.text == "yes")
            #expect(completion.cost == Money(nanodollars: 1_000 * 250 + 10 * 2_000))
            #expect(completion.headers["x-request-id"] == "r1")
            _ = try await client.chat(["reasoning_effort": "high"], role: .full, purpose: .answer)

            let requests = server.requests
            #expect(requests[0].method == "POST")
            #expect(requests[0].target == "/v1/chat/completions")
            #expect(requests[0].values(of: "Authorization") == ["Bearer sk-very-secret"])
            #expect(requests[0].values(of: "Content-Type") == ["application/json"])
            #expect(
                requests[0].text == #"{"model":"gpt-5-mini","messages":[],"unknown":1.5,"reasoning_effort":"minimal"}"#)
            #expect(requests[1].text == #"{"reasoning_effort":"high","model":"gpt-5.2"}"#)

            let record = try #require(notes.records.first)
            #expect(record.latencyMilliseconds == completion.latencyMilliseconds)
            #expect(
                record
                    == CallRecord(
                        role: .mini, model: "gpt-5-mini-2026-01-31", purpose: .confirm, usage: completion.usage,
                        cost: completion.cost, latencyMilliseconds: record.latencyMilliseconds, status: "200",
                        time: ModelClientTests.now))
        }
    }

    @Test func aNamedModelsBodyPassesAsItIs() async throws {
        try await ModelClientTests.withModels(key: nil, { _ in ModelClientTests.reply("yes", model: "other") }) {
            client, server, notes in
            let completion = try await client.chat(["model": "other", "n": 2], model: "other", purpose: .answer)
            #expect(completion.cost == nil)
            #expect(completion.usage != nil)
            #expect(server.requests[0].text == #"{"model":"other","n":2}"#)
            #expect(server.requests[0].values(of: "Authorization") == [])
            #expect(notes.records.map(\.role) == [nil])
            #expect(notes.records.map(\.cost) == [nil])
        }
    }

    struct Retried: Sendable, CustomTestStringConvertible {
        var first: [Step]
        var status: String
        var testDescription: String { status }
    }

    @Test(
        arguments: [
            Retried(first: error(429, ["Retry-After: 0"]), status: "429"),
            Retried(first: error(503, ["retry-after-ms: 1"]), status: "503"),
            Retried(first: error(400, ["x-should-retry: true", "retry-after-ms: 1"]), status: "400"),
            Retried(first: [.close], status: "cut"),
        ])
    func triesOnceMore(_ retried: Retried) async throws {
        try await ModelClientTests.withModels({ $0.number == 0 ? retried.first : ModelClientTests.reply("yes") }) {
            client, server, notes in
            let completion = try await client.chat([:], role: .mini, purpose: .confirm)
            #expect(completion.text == "yes")
            #expect(notes.records.map(\.status) == [retried.status, "200"])
            #expect(notes.records[0].usage == nil && notes.records[0].cost == nil)
            #expect(notes.records[0].model == "gpt-5-mini")
            #expect(server.requests[0].text == server.requests[1].text)
            #expect(notes.lines.count == 1)
        }
    }

    @Test func handsAnErrorOnFaithfully() async throws {
        try await ModelClientTests.withModels({ _ in ModelClientTests.error(429, ["Retry-After: 60", "X-A: b"]) }) {
            client, server, notes in
            let error = await ModelClientTests.failure(client)
            guard case .rejected(let status, let headers, let body) = error?.kind else {
                Issue.record("not rejected: \(error as Any)")
                return
            }
            #expect(status == 429)
            #expect(headers["retry-after"] == "60")
            #expect(headers["x-a"] == "b")
            #expect(String(decoding: body, as: UTF8.self).hasPrefix(#"{"error":{"message":"no,"#))
            #expect(error?.description == "the model service refused the call with status 429: no, [key]")
            #expect(server.requests.count == 1)
            #expect(notes.records.map(\.status) == ["429"])
        }
    }

    @Test func givesUpAfterTheLastTry() async throws {
        try await ModelClientTests.withModels({ ModelClientTests.error(500 + $0.number, ["retry-after-ms: 1"]) }) {
            client, server, notes in
            let error = await ModelClientTests.failure(client)
            #expect(server.requests.count == Limits.upstreamTriesMax)
            #expect(notes.records.map(\.status) == ["500", "501"])
            guard case .rejected(status: 501, _, _) = error?.kind else {
                Issue.record("not the last error: \(error as Any)")
                return
            }
        }
    }

    struct Unanswered: Sendable, CustomTestStringConvertible {
        var steps: [Step]
        var kind: ModelError.Kind
        var status: String
        var testDescription: String { status + " \(kind)" }
    }

    private static let page = "<html>\u{1B}[2J sk-very-secret</html>"

    @Test(
        arguments: [
            Unanswered(
                steps: .reply(200, ["Content-Type: text/html"], page),
                kind: .invalidReply(reason: #"it is a page, not JSON: <html>\u{1b}[2J [key]</html>"#),
                status: "invalid_reply"),
            Unanswered(
                steps: .reply(200, [], #"{"choices":[]}"#),
                kind: .invalidReply(reason: #"its choices are empty: {"choices":[]}"#), status: "invalid_reply"),
            Unanswered(
                steps: .reply(301, ["Location: /"], ""),
                kind: .invalidReply(reason: "a redirect (status 301), which is not followed"), status: "301"),
            // The answer may have been made and paid for: not asked again.
            Unanswered(
                steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), .close], kind: .unreachable,
                status: "cut"),
            Unanswered(steps: [.send("SMTP\r\n"), .close], kind: .unreachable, status: "failed"),
            Unanswered(
                steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")],
                kind: .invalidReply(reason: "the response is too large: Maximum file size exceeded"),
                status: "too_large"),
        ])
    func saysWhatIsWrong(_ unanswered: Unanswered) async throws {
        try await ModelClientTests.withModels({ _ in unanswered.steps }) { client, server, notes in
            let error = await ModelClientTests.failure(client)
            #expect(error?.kind == unanswered.kind)
            #expect(error.map { !"\($0)".contains("very") } == true)
            #expect(notes.records.map(\.status) == [unanswered.status])
            #expect(server.requests.count == 1)
        }
    }

    @Test func keepsItsDeadline() async throws {
        try await ModelClientTests.withModels({ _ in [.hang] }) { client, server, notes in
            let error = await ModelClientTests.failure(client, deadlineMilliseconds: 80)
            #expect(error?.kind == .timedOut)
            #expect(notes.records.map(\.status) == ["timeout"])
            #expect(server.requests.count == 1)
            let late = await ModelClientTests.failure(client, deadlineMilliseconds: 0)
            #expect(late?.kind == .timedOut)
            #expect(server.requests.count == 1)
        }
    }

    @Test func doesNotTryAgainPastItsDeadline() async throws {
        try await ModelClientTests.withModels({ _ in ModelClientTests.error(503, ["Retry-After: 5"]) }) {
            client, server, _ in
            let error = await ModelClientTests.failure(client, deadlineMilliseconds: 4_000)
            guard case .rejected(status: 503, _, _) = error?.kind else {
                Issue.record("not handed on: \(error as Any)")
                return
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func cancellingEndsTheCall() async throws {
        try await ModelClientTests.withModels({
            $0.number == 0 ? [.hang] : ModelClientTests.error(503, ["Retry-After: 5"])
        }) {
            client, server, notes in
            let call = Task { await ModelClientTests.failure(client) }
            try await eventually { server.requests.count == 1 }
            call.cancel()
            #expect(await call.value?.kind == .cancelled)
            #expect(notes.records.map(\.status) == ["cancelled"])
            try await eventually { server.departureCount == 1 }

            let waiting = Task { await ModelClientTests.failure(client) }
            try await eventually { notes.records.count == 2 }
            waiting.cancel()
            #expect(await waiting.value?.kind == .cancelled)
            #expect(server.requests.count == 2)
        }
    }

    @Test func cannotReachWhatIsNotThere() async throws {
        let server = try TestServer { _ in [] }
        server.stop()
        let http = HTTPClient()
        let notes = Notes()
        let configuration = ModelsConfiguration(upstream: Upstream(baseURL: server.url + "/v1", key: nil))
        let client = ModelClient(configuration: configuration, http: http, record: { notes.add($0) })
        let error = await ModelClientTests.failure(client)
        #expect(error?.kind == .unreachable)
        #expect(notes.records.map(\.status) == ["unreachable", "unreachable"])
        await http.close()
    }

    @Test func withoutAnUpstreamNobodyIsCalled() async throws {
        let client = ModelClient(configuration: ModelsConfiguration(), http: HTTPClient())
        #expect(!client.hasUpstream)
        #expect(await ModelClientTests.failure(client)?.kind == .noUpstream)
        await #expect(throws: ModelError(.noUpstream)) { _ = try await client.models() }
    }

    @Test(arguments: [(404, nil), (410, nil), (400, "model_not_found"), (403, "model_not_found")] as [(Int, String?)])
    func movesOnFromAModelThatIsGone(_ status: Int, _ code: String?) async throws {
        let time = Mutex(ModelClientTests.now)
        try await ModelClientTests.withModels(
            mini: ["old", "new"], clock: WallClock { time.withLock { $0 } },
            { request in
                request.text.contains(#""old""#)
                    ? ModelClientTests.error(status, code: code) : ModelClientTests.reply("yes", model: "new")
            }
        ) { client, server, notes in
            for _ in 0..<3 {
                let completion = try await client.chat([:], role: .mini, purpose: .confirm)
                #expect(completion.model == "new")
            }
            let asked = { server.requests.map { $0.text.contains(#""old""#) ? "old" : "new" } }
            #expect(asked() == ["old", "new", "new", "new"])
            #expect(notes.records.map(\.model) == ["old", "new", "new", "new"])
            #expect(notes.lines.count { $0.hasPrefix("warning") } == 1)

            time.withLock { $0 = $0 + Int64(Limits.modelGoneSecondsMax) }
            _ = try await client.chat([:], role: .mini, purpose: .confirm)
            #expect(asked().suffix(2) == ["old", "new"])
        }
    }

    @Test func theLastModelsErrorIsHandedOn() async throws {
        try await ModelClientTests.withModels(mini: ["a", "b"], { _ in ModelClientTests.error(404) }) {
            client, server, _ in
            guard case .rejected(status: 404, _, _) = await ModelClientTests.failure(client)?.kind else {
                Issue.record("not handed on")
                return
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func anotherErrorDoesNotMoveOn() async throws {
        try await ModelClientTests.withModels(
            mini: ["a", "b"], { _ in ModelClientTests.error(400, code: "context_length_exceeded") }
        ) { client, server, _ in
            #expect(await ModelClientTests.failure(client) != nil)
            #expect(server.requests.count == 1)
        }
    }

    @Test func listsModels() async throws {
        try await ModelClientTests.withModels({
            $0.number == 0 ? .reply(200, [], #"{"data":[]}"#) : .reply(200, [], "[]")
        }) {
            client, server, notes in
            let list = try await client.models()
            #expect(list == [])
            #expect(server.requests[0].method == "GET")
            #expect(server.requests[0].target == "/v1/models")
            #expect(server.requests[0].values(of: "Authorization").count == 1)
            await #expect(throws: ModelError(.invalidReply(reason: "it is an array, not an object: []"))) {
                _ = try await client.models()
            }
            #expect(notes.records.isEmpty)
        }
    }
}
