import HTTP
import TestServer
import Testing

@testable import HTTPClient

@Suite struct StreamTests {
    private static let chunkedHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func body(_ response: Response) throws -> any AsyncSequence<[UInt8], any Error> & Sendable {
        guard case .stream(let body) = response.body else { throw HTTPClientError(.other, detail: "not a stream") }
        return body
    }

    @Test func bringsPiecesAsTheyCome() async throws {
        try await withServer({ request in
            request.target == "/head"
                ? [.send(StreamTests.chunkedHead), .hang]
                : [
                    .send(StreamTests.chunkedHead), .send("3\r\none\r\n"), .pause(milliseconds: 20),
                    .send("3\r\ntwo\r\n0\r\n\r\n"),
                ]
        }) { server, client in
            let atHead = try await client.stream(.to(server.url + "/head"))
            #expect(atHead.status == 200)
            #expect(atHead.headers["content-type"] == "text/event-stream")

            let response = try await client.stream(.to(server.url + "/body"))
            var text = ""
            for try await piece in try StreamTests.body(response) { text += String(decoding: piece, as: UTF8.self) }
            #expect(text == "onetwo")
        }
    }

    @Test func aLaggingConsumerHoldsTheServer() async throws {
        let count = 4 << 20
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        try await withServer({ _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n"), .send(content)]
        }) { server, client in
            let response = try await client.stream(.to(server.url))
            var received: [UInt8] = []
            var pieceCount = 0
            for try await piece in try StreamTests.body(response) {
                received += piece
                pieceCount += 1
                // Everything that came in the meantime is the next piece: without pausing it would grow.
                #expect(piece.count <= 64 << 10 + 16 << 10)
                if pieceCount % 50 == 1 { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(received == content)
        }
    }

    @Test func aPausedStreamDoesNotHoldOthers() async throws {
        let large = [UInt8](repeating: 1, count: 8 << 20)
        try await withServer({ request in
            request.target == "/large"
                ? [.send("HTTP/1.1 200 OK\r\nContent-Length: \(large.count)\r\n\r\n"), .send(large)]
                : .reply(200, [], "ok")
        }) { server, client in
            let paused = try await client.stream(.to(server.url + "/large"))
            for _ in 0..<20 {
                let other = try await text(client, .to(server.url))
                #expect(other == "ok")
            }
            var count = 0
            for try await piece in try StreamTests.body(paused) { count += piece.count }
            #expect(count == large.count)
        }
    }

    @Test func aCutStreamThrowsAfterWhatCame() async throws {
        try await withServer({ _ in [.send(StreamTests.chunkedHead), .send("3\r\none\r\n"), .close] }) {
            server, client in
            let response = try await client.stream(.to(server.url))
            var text = ""
            do {
                for try await piece in try StreamTests.body(response) { text += String(decoding: piece, as: UTF8.self) }
                Issue.record("the end of a cut body was taken for its end")
            } catch let error as HTTPClientError {
                #expect(error.kind == .cut)
                #expect(error.hasResponseBegun)
            }
            #expect(text == "one")
        }
    }

    @Test func failsBeforeTheHead() async throws {
        try await withServer({ _ in [.close] }) { server, client in
            await #expect(throws: HTTPClientError.self) { _ = try await client.stream(.to(server.url)) }
        }
    }

    @Test func lettingGoEndsTheTransfer() async throws {
        try await withServer({ _ in [.send(StreamTests.chunkedHead), .hang] }) { server, client in
            do { _ = try await client.stream(.to(server.url)) }
            try await eventually { server.departureCount == 1 }
        }
    }

    @Test func cancellingTheConsumerEndsTheTransfer() async throws {
        try await withServer({ _ in [.send(StreamTests.chunkedHead + "3\r\none\r\n"), .hang] }) { server, client in
            let response = try await client.stream(.to(server.url))
            let body = try StreamTests.body(response)
            let consumer = Task {
                for try await _ in body {}
            }
            try await eventually { server.requests.count == 1 }
            consumer.cancel()
            await #expect(throws: HTTPClientError.self) { try await consumer.value }
            try await eventually { server.departureCount == 1 }
        }
    }

    @Test func endsWithTheClient() async throws {
        let server = try TestServer { _ in [.send(StreamTests.chunkedHead), .hang] }
        defer { server.stop() }
        let response = try await HTTPClient().stream(.to(server.url))
        await #expect(throws: HTTPClientError(.closed, hasResponseBegun: true)) {
            for try await _ in try StreamTests.body(response) {}
        }
    }
}
