import HTTP
import HTTPClient
import JSON
import Support
import Synchronization
import TestServer
import Testing

@testable import Models

@Suite struct ModelStreamTests {
    /// What the receiver and the ledger of one call got.
    private final class Notes: Sendable {
        private let state = Mutex<(events: String, heads: [Headers], records: [CallRecord])>(("", [], []))

        var events: String { state.withLock(\.events) }
        var heads: [Headers] { state.withLock(\.heads) }
        var records: [CallRecord] { state.withLock(\.records) }
        func add(_ record: CallRecord) { state.withLock { $0.records.append(record) } }

        @Sendable func receive(_ head: Headers, _ events: [UInt8]) async {
            state.withLock { state in
                state.events += String(decoding: events, as: UTF8.self)
                state.heads.append(head)
            }
        }
    }

    private static func withModels(
        _ script: @escaping TestServer.Script, _ test: (ModelClient, TestServer, Notes) async throws -> Void
    ) async throws {
        let server = try TestServer(script)
        defer { server.stop() }
        let http = HTTPClient()
        let notes = Notes()
        let upstream = Upstream(baseURL: server.url + "/v1", key: Secret("sk-very-secret"))
        let client = ModelClient(
            configuration: ModelsConfiguration(upstream: upstream), http: http, record: { notes.add($0) })
        let result: Result<Void, any Error>
        do { result = .success(try await test(client, server, notes)) } catch { result = .failure(error) }
        await http.close()
        try result.get()
    }

    private static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: r1\r\nConnection: close\r\n\r\n"

    private static func chunk(_ delta: String, finish: String = "null", usage: String? = nil) -> String {
        #"data: {"model":"gpt-5.2-2026-01-31","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]"#
            + (usage.map { #","usage":\#($0)"# } ?? "") + "}\n\n"
    }

    private static let usage =
        #"data: {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":10}}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"

    private static func ask(
        _ client: ModelClient, _ notes: Notes, _ body: JSONObject = ["model": "gpt-5.2", "stream": true]
    ) async -> Result<Completion, ModelError> {
        do throws(ModelError) {
            return .success(try await client.chat(body, model: "gpt-5.2", purpose: .answer, receive: notes.receive))
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: [false, true]) func relaysAssemblesAndCounts(clientAsksForUsage: Bool) async throws {
        let first = Self.chunk(#"{"role":"assistant","content":"Hi"}"#, usage: "null")
        let last = Self.chunk(#"{"content":" there"}"#, finish: #""stop""#, usage: "null")
        try await Self.withModels({ _ in
            [
                .send(Self.head), .send(": hello\n\n" + first), .pause(milliseconds: 5),
                .send(last + Self.usage + Self.done), .close,
            ]
        }) { client, server, notes in
            var body: JSONObject = ["model": "gpt-5.2", "stream": true, "n": 1.0]
            if clientAsksForUsage { body["stream_options"] = ["include_usage": true, "x": 1] }
            let completion = try await Self.ask(client, notes, body).get()
            #expect(completion.text == "Hi there" && completion.finishReason == "stop" && completion.isWhole)
            #expect(completion.cost == Money(nanodollars: 1_000 * 1_750 + 10 * 14_000))
            #expect(completion.body["usage"]?["prompt_tokens"] == 1_000)
            #expect(notes.heads.allSatisfy { $0["x-request-id"] == "r1" })
            let shown =
                clientAsksForUsage
                ? first + last + Self.usage : (first + last).replacing(#","usage":null"#, with: "")
            #expect(notes.events == shown)
            let options = clientAsksForUsage ? #"{"include_usage":true,"x":1}"# : #"{"include_usage":true}"#
            #expect(server.requests[0].text == #"{"model":"gpt-5.2","stream":true,"n":1,"stream_options":\#(options)}"#)
            #expect(notes.records.map(\.status) == ["200"])
            #expect(notes.records[0].usage == completion.usage && notes.records[0].model == "gpt-5.2-2026-01-31")
        }
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rest: [Step]
        var kind: ModelError.Kind?
        var record: String
    }

    @Test(arguments: [
        Broken(testDescription: "cut", rest: [.reset], kind: .unreachable, record: "cut"),
        Broken(testDescription: "an end too early", rest: [.close], kind: .unreachable, record: "cut"),
        Broken(
            testDescription: "no JSON", rest: [.send("data: {\"a\n\n"), .hang], kind: nil, record: "invalid_reply"),
        Broken(
            testDescription: "an error of the upstream's", rest: [.send("data: {\"error\":{\"code\":7}}\n\n"), .hang],
            kind: nil, record: "failed"),
    ])
    func aStreamThatBreaksIsAnErrorAndNotTriedAgain(_ broken: Broken) async throws {
        let first = Self.chunk(#"{"content":"Hi"}"#)
        try await Self.withModels({ _ in [.send(Self.head + first), .pause(milliseconds: 5)] + broken.rest }) {
            client, server, notes in
            guard case .failure(let error) = await Self.ask(client, notes) else {
                Issue.record("no error")
                return
            }
            if let kind = broken.kind { #expect(error.kind == kind) }
            if case .rejected(let status, let headers, let body) = error.kind {
                #expect(status == 502 && headers["content-type"] == "application/json")
                #expect(body == Array(#"{"error":{"code":7}}"#.utf8))
            }
            #expect(notes.events == first)
            #expect(notes.records.map(\.status) == [broken.record])
            #expect(server.requests.count == 1)
        }
    }

    @Test func aStreamThatSaysWhyItEndsButNotThatItDoesIsNotWhole() async throws {
        try await Self.withModels({ _ in
            [.send(Self.head + Self.chunk(#"{"content":"Hi"}"#, finish: #""stop""#)), .close]
        }) { client, _, notes in
            let completion = try await Self.ask(client, notes).get()
            #expect(!completion.isWhole && completion.finishReason == "stop")
        }
    }

    @Test func aServerThatAnswersWholeHasItsAnswerReturned() async throws {
        let body = #"{"model":"m","choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#
        try await Self.withModels({ _ in .reply(200, ["Content-Type: application/json"], body) }) { client, _, notes in
            let completion = try await Self.ask(client, notes).get()
            #expect(completion.text == "Hi" && completion.isWhole)
            #expect(notes.heads.isEmpty)
        }
    }

    @Test func triesOnceMoreBeforeTheFirstByteAndHandsAnErrorOn() async throws {
        try await Self.withModels({ request in
            request.number == 0
                ? .reply(503, ["retry-after-ms: 1"]) : .reply(429, ["Retry-After: 60"], #"{"error":{"message":"no"}}"#)
        }) { client, server, notes in
            guard case .failure(let error) = await Self.ask(client, notes),
                case .rejected(let status, let headers, let body) = error.kind
            else {
                Issue.record("not rejected")
                return
            }
            #expect(status == 429 && headers["retry-after"] == "60" && !body.isEmpty)
            #expect(notes.records.map(\.status) == ["503", "429"])
            #expect(server.requests.count == 2 && notes.heads.isEmpty)
        }
    }

    @Test func aCancelledCallEndsTheTransfer() async throws {
        try await Self.withModels({ _ in [.send(Self.head + Self.chunk(#"{"content":"Hi"}"#)), .hang] }) {
            client, server, notes in
            let asking = Task { await Self.ask(client, notes) }
            while notes.heads.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
            asking.cancel()
            guard case .failure(let error) = await asking.value else {
                Issue.record("no error")
                return
            }
            #expect(error.kind == .cancelled)
            #expect(notes.records.map(\.status) == ["cancelled"])
            while server.departureCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test func theEndMarkEndsTheCallThoughTheConnectionStaysOpen() async throws {
        let whole = Self.chunk(#"{"content":"Hi"}"#, finish: #""stop""#) + Self.done
        try await Self.withModels({ _ in [.send(Self.head + whole), .hang] }) { client, server, notes in
            let completion = try await Self.ask(client, notes).get()
            #expect(completion.text == "Hi")
            // And is given up after a while.
            while server.departureCount == 0 { try await Task.sleep(for: .milliseconds(10)) }
        }
    }
}
