import HTTP
import Support
import TestServer
import Testing

@testable import HTTPClient

@Suite struct FailureTests {
    struct Failing: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [Step]
        var kind: HTTPClientError.Kind
        var hasResponseBegun: Bool
        var testDescription: String { name }
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"

    @Test(
        arguments: [
            Failing(name: "a short body", steps: [.send(head + "x"), .close], kind: .cut, hasResponseBegun: true),
            Failing(
                name: "a body without its last chunk",
                steps: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"), .close], kind: .cut,
                hasResponseBegun: true),
            Failing(name: "a reset within the body", steps: [.send(head), .reset], kind: .cut, hasResponseBegun: true),
            Failing(
                name: "half a head", steps: [.send("HTTP/1.1 200 OK\r\nX: "), .close], kind: .cut,
                hasResponseBegun: true),
            Failing(name: "nothing", steps: [.close], kind: .cut, hasResponseBegun: false),
            Failing(name: "a reset", steps: [.reset], kind: .cut, hasResponseBegun: false),
            Failing(
                name: "no HTTP", steps: [.send("220 mail ready\r\n"), .close], kind: .other, hasResponseBegun: false),
            Failing(
                name: "a declared length over the limit",
                steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")],
                kind: .tooLarge, hasResponseBegun: true),
            Failing(
                name: "chunks over the limit",
                steps: [
                    .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f40\r\n"),
                    .send([UInt8](repeating: 1, count: 8_000)), .send("\r\n"),
                ], kind: .tooLarge, hasResponseBegun: true),
            Failing(
                name: "a head without end",
                steps: [.send("HTTP/1.1 200 OK\r\n" + String(repeating: "X: 0123456789\r\n", count: 20_000))],
                kind: .tooLarge, hasResponseBegun: true),
        ])
    func tellsWhy(_ failing: Failing) async throws {
        try await withServer({ _ in failing.steps }) { server, client in
            let error = await failure(client, .to(server.url, method: "POST", body: [1], bodyBytesMax: 6_000))
            #expect(error?.kind == failing.kind)
            #expect(error?.hasResponseBegun == failing.hasResponseBegun)
            // A connection that broke is never answered with a second request of ours.
            #expect(server.requests.count == 1)
        }
    }

    @Test func timesOut() async throws {
        try await withServer({ $0.target == "/silent" ? [.hang] : [.send(FailureTests.head), .hang] }) {
            server, client in
            let silent = await failure(client, .to(server.url + "/silent", timeoutMilliseconds: 50))
            #expect(silent?.kind == .timedOut)
            #expect(silent?.hasResponseBegun == false)
            let begun = await failure(client, .to(server.url + "/begun", timeoutMilliseconds: 300))
            #expect(begun?.kind == .timedOut)
            #expect(begun?.hasResponseBegun == true)
            try await eventually { server.departureCount == 2 }
        }
    }

    @Test func timesOutWhileWaitingForItsTurn() async throws {
        try await withServer(transfersMax: 1, { _ in [.hang] }) { server, client in
            async let first = failure(client, .to(server.url))
            try await eventually { server.requests.count == 1 }
            let second = await failure(client, .to(server.url, timeoutMilliseconds: 50))
            #expect(second?.kind == .timedOut)
            #expect(server.connectionCount == 1)
            await client.close()
            #expect(await first?.kind == .closed)
        }
    }

    @Test func cannotConnect() async throws {
        let server = try TestServer { _ in [] }
        let url = server.url
        server.stop()
        let client = HTTPClient()
        #expect(await failure(client, .to(url))?.kind == .cannotConnect)
        #expect(
            await failure(client, .to("http://refrain.test", unixSocket: "/nowhere/x.sock"))?.kind == .cannotConnect)
        await client.close()
    }

    @Test func noTLSWhereNoneIsSpoken() async throws {
        try await withServer({ _ in .reply() }) { server, client in
            let url = server.url.replacing("http:", with: "https:")
            #expect(await failure(client, .to(url))?.kind == .tls)
        }
    }

    @Test(
        arguments: [
            "", "example", "example.com/v1", "/v1", "ftp://127.0.0.1/x", "file:///etc/hostname", "http://",
            "http:// a/",
            "http://a\r\nX: y/", "http://a\0b/", "http://user:secret@127.0.0.1/", "https://[::1",
            "http://127.0.0.1:99999/",
            "gopher://127.0.0.1/",
        ])
    func refusesAddresses(_ url: String) async {
        let client = HTTPClient()
        let error = await failure(client, .to(url))
        #expect(error?.kind == .invalidURL)
        #expect(error.map { !"\($0)".contains("secret") } == true)
        await client.close()
    }

    @Test(
        arguments: [
            ("X", "se\r\ncret"), ("X", "se\ncret"), ("X", "se\0cret"), ("X", "secret\u{7F}"), ("", "secret"),
            ("X Y", "secret"), ("X:", "secret"), ("Ä", "secret"), ("content-length", "5"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "close"), ("Expect", "100-continue"),
        ])
    func refusesFields(_ name: String, _ value: String) async throws {
        try await withServer({ _ in .reply() }) { server, client in
            let error = await failure(client, .to(server.url, headers: Headers(dictionaryLiteral: (name, value))))
            #expect(error?.kind == .invalidHeader)
            #expect(error.map { !"\($0)".contains("cret") } == true)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func closedMeansClosed() async throws {
        try await withServer({ _ in [.hang] }) { server, client in
            async let underWay = failure(client, .to(server.url))
            try await eventually { server.requests.count == 1 }
            await client.close()
            #expect(await underWay?.kind == .closed)
            #expect(await failure(client, .to(server.url))?.kind == .closed)
            await client.close()
            try await eventually { server.departureCount == 1 }
        }
    }

    @Test func cancellingFreesTheTransfer() async throws {
        try await withServer(transfersMax: 1, { $0.target == "/hang" ? [.hang] : .reply(200, [], "free") }) {
            server, client in
            let running = Task { await failure(client, .to(server.url + "/hang")) }
            try await eventually { server.requests.count == 1 }
            let waiting = Task { await failure(client, .to(server.url + "/hang")) }
            waiting.cancel()
            #expect(await waiting.value?.kind == .cancelled)
            running.cancel()
            #expect(await running.value?.kind == .cancelled)
            try await eventually { server.departureCount == 1 }
            // The only place is free again.
            let first = try await text(client, .to(server.url))
            #expect(first == "free")
            #expect(server.requests.count == 2)
        }
    }

    @Test func manyCancellationsAtAnyMoment() async throws {
        try await withServer(transfersMax: 8, { _ in [.pause(milliseconds: 1)] + .reply(200, [], "ok") }) {
            server, client in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let task = Task { await failure(client, .to(server.url)) }
                        if number % 3 > 0 { try? await Task.sleep(for: .microseconds(number * 37 % 9_000)) }
                        task.cancel()
                        let error = await task.value
                        #expect(error == nil || error?.kind == .cancelled)
                    }
                }
            }
            let second = try await text(client, .to(server.url))
            #expect(second == "ok")
        }
    }

    @Test func kindsSayWhatHappened() {
        let texts = HTTPClientError.Kind.allCases.map { HTTPClientError($0, detail: "why").description }
        #expect(Set(texts).count == HTTPClientError.Kind.allCases.count)
        #expect(texts.allSatisfy { $0.contains(": why") })
    }
}
