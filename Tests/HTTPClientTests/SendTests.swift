import Foundation
import HTTP
import TestServer
import Testing

@testable import HTTPClient

@Suite struct SendTests {
    @Test(
        arguments: [
            ("GET", ""), ("HEAD", ""), ("DELETE", ""), ("OPTIONS", ""), ("POST", ""), ("POST", #"{"a":1}"#),
            ("PUT", "x"),
            ("PATCH", "y"), ("DELETE", "z"), ("POST", "with\0zero"),
        ])
    func arrivesAsGiven(_ method: String, _ body: String) async throws {
        try await withServer({ _ in .reply(200, ["A: b"]) }) { server, client in
            var headers: Headers = ["Authorization": "Bearer key", "X-Empty": "", "X-Twice": "1"]
            headers.add("X-Twice", "2")
            let response = try await client.send(
                .to(server.url + "/v1/x?y=%20z", method: method, headers: headers, body: Array(body.utf8)))
            #expect(response.status == 200)
            let request = try #require(server.requests.first)
            #expect(request.method == method)
            #expect(request.target == "/v1/x?y=%20z")
            #expect(request.text == body)
            #expect(request.values(of: "Authorization") == ["Bearer key"])
            #expect(request.values(of: "X-Empty") == [""])
            #expect(request.values(of: "X-Twice") == ["1", "2"])
            #expect(request.values(of: "User-Agent") == ["refrain"])
            #expect(request.values(of: "Content-Type") == [])
            #expect(request.values(of: "Expect") == [])
            let isFramed = ["POST", "PUT", "PATCH"].contains(method) || !body.isEmpty
            #expect(request.values(of: "Content-Length") == (isFramed ? [String(body.utf8.count)] : []))
        }
    }

    @Test func aLargeBodyGoesWithoutAsking() async throws {
        try await withServer({ .reply(200, [], "\($0.body.count)") }) { server, client in
            let body = [UInt8](repeating: 7, count: 3 << 20)
            let response = try await client.send(.to(server.url, method: "POST", body: body))
            #expect(response.text == "\(3 << 20)")
            #expect(server.requests[0].values(of: "Expect") == [])
            #expect(server.requests[0].body == body)
        }
    }

    struct Reply: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [Step]
        var status = 200
        var body = ""
        var fields: [String] = []
        var testDescription: String { name }
    }

    @Test(
        arguments: [
            Reply(name: "no body", steps: [.send("HTTP/1.1 204 No Content\r\n\r\n")], status: 204),
            Reply(name: "an error is a response", steps: .reply(500, [], "oops"), status: 500, body: "oops"),
            Reply(
                name: "a redirect is not followed", steps: .reply(302, ["Location: /elsewhere"], ""), status: 302),
            Reply(
                name: "chunks and trailers",
                steps: [
                    .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: head\r\n\r\n"),
                    .send("3\r\nabc\r\n"), .pause(milliseconds: 5), .send("2\r\nde\r\n0\r\nX: trailer\r\n\r\n"),
                ], body: "abcde", fields: ["X: head"]),
            Reply(
                name: "informational responses before",
                steps: [
                    .send("HTTP/1.1 100 Continue\r\nX: no\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: no\r\n\r\n"),
                    .send("HTTP/1.1 200 OK\r\nX: yes\r\nContent-Length: 1\r\n\r\n!"),
                ], body: "!", fields: ["X: yes"]),
            Reply(
                name: "byte by byte",
                steps: [
                    .drip(
                        Array("HTTP/1.1 200 OK\r\nX:  a  b \r\nContent-Length: 2\r\n\r\nhi".utf8), everyMilliseconds: 1)
                ],
                body: "hi", fields: ["X: a  b"]),
            Reply(
                name: "until the connection closes", steps: [.send("HTTP/1.0 200 OK\r\n\r\nall of it"), .close],
                body: "all of it"),
            Reply(
                name: "fields of one name stay apart, in order", steps: .reply(200, ["X: 1", "Y: 2", "x: 3"], ""),
                fields: ["X: 1", "Y: 2", "x: 3"]),
        ])
    func readsResponses(_ reply: Reply) async throws {
        try await withServer({ _ in reply.steps }) { server, client in
            let response = try await client.send(.to(server.url))
            #expect(response.status == reply.status)
            #expect(response.text == reply.body)
            if !reply.fields.isEmpty {
                let fields = response.headers.fields.filter { ["X", "Y", "x"].contains($0.name) }
                #expect(fields.map { "\($0.name): \($0.value)" } == reply.fields)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func keepsTheConnection() async throws {
        try await withServer({ .reply(200, [], "\($0.number)") }) { server, client in
            for number in 0..<5 {
                let response = try await client.send(.to(server.url, method: "POST", body: [1]))
                #expect(response.text == "\(number)")
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func sendsAgainWhenTheKeptConnectionWasClosed() async throws {
        // The server hangs up silently once a response is out, as one whose idle time is over does.
        try await withServer({ $0.number == 1 ? [.close] : .reply(200, [], "\($0.number)") }) { server, client in
            let first = try await text(client, .to(server.url, method: "POST", body: [1]))
            #expect(first == "0")
            let second = try await text(client, .to(server.url, method: "POST", body: [1]))
            #expect(second == "2")
        }
    }

    @Test func speaksOverAUnixSocket() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "refrain-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "test.sock").path
        let server = try TestServer(unixSocket: path) { .reply(200, [], $0.values(of: "Host").joined()) }
        defer { server.stop() }
        let client = HTTPClient()
        let response = try await client.send(.to(server.url + "/x", unixSocket: path))
        #expect(response.text == "refrain.test")
        await client.close()
    }

    @Test func twoHundredAtOnce() async throws {
        try await withServer({ [.pause(milliseconds: 20)] + .reply(200, [], $0.text) }) { server, client in
            let texts = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await client.send(.to(server.url, method: "POST", body: Array("\(number)".utf8))).text
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1 ?? "nothing") }
            }
            #expect(texts == Set((0..<200).map(String.init)))
            #expect(server.requests.count == 200)
        }
    }

    @Test func furtherTransfersWaitTheirTurn() async throws {
        try await withServer(transfersMax: 2, { [.pause(milliseconds: 5)] + .reply(200, [], $0.text) }) {
            server, client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await client.send(.to(server.url)).status } }
                for try await status in group { #expect(status == 200) }
            }
            // Kept connections serve all of them: a third one would mean a third transfer at once.
            #expect(server.connectionCount <= 2)
            #expect(server.requests.count == 20)
        }
    }
}
