import HTTP
import Synchronization
import Testing

@testable import Server

@Suite struct StreamTests {
    struct Broken: Error {}

    @Test func sendsPiecesAsTheyCome() async throws {
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        try await withServer(handler: { _ in
            Response(200, headers: ["Content-Type": "text/event-stream"], body: .stream(stream))
        }) { server in
            let address = server.addresses[0]
            let client = try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                while try !client.line().isEmpty {}
                return SendableBox(client)
            }
            // Each piece arrives before the next one is made.
            for text in ["one", "two", "", "three"] {
                continuation.yield(Array(text.utf8))
                if text.isEmpty { continue }
                #expect(try await blocking { client.value.chunk() } == Array(text.utf8))
            }
            continuation.finish()
            #expect(try await blocking { client.value.chunk() } == [])
            let next = try await blocking {
                client.value.request("GET", "/")
                return try client.value.answer()
            }
            #expect(next.isWhole, "the connection is still good")
        }
    }

    @Test func sendsLargePiecesWhole() async throws {
        let piece = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withServer(handler: { _ in
            Response(
                200,
                body: .stream(
                    AsyncThrowingStream { continuation in
                        for _ in 0..<3 { continuation.yield(piece) }
                        continuation.finish()
                    }))
        }) { server in
            let address = server.addresses[0]
            let answer = try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                return try client.answer()
            }
            #expect(answer.isWhole)
            // Compared outside: of two arrays this long the expectation would look for the difference for minutes.
            let isSame = answer.body == piece + piece + piece
            #expect(isSame)
        }
    }

    @Test func cutsTheConnectionOnAnError() async throws {
        for immediately in [true, false] {
            try await withServer(handler: { _ in
                Response(
                    200,
                    body: .stream(
                        AsyncThrowingStream { continuation in
                            if !immediately { continuation.yield([65]) }
                            continuation.finish(throwing: Broken())
                        }))
            }) { server in
                let address = server.addresses[0]
                let (answer, isClosed) = try await blocking {
                    let client = try RawClient(address)
                    client.request("GET", "/")
                    return (try client.answer(), client.isClosed())
                }
                #expect(answer.status == 200)
                #expect(!answer.isWhole, "a client must see that the body was cut")
                #expect(isClosed)
                #expect(answer.body == (immediately ? [] : [65]))
            }
        }
    }

    /// A sequence without a buffer of its own that counts how often it was asked.
    struct Counting: AsyncSequence, Sendable {
        let pulled: @Sendable () -> Void
        let count: Int

        struct AsyncIterator: AsyncIteratorProtocol {
            let pulled: @Sendable () -> Void
            var left: Int

            mutating func next() async throws -> [UInt8]? {
                if left == 0 { return nil }
                left -= 1
                pulled()
                return [UInt8](repeating: 120, count: 64 << 10)
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pulled: pulled, left: count) }
    }

    @Test func pullsNoFasterThanTheClientReads() async throws {
        let pulled = Mutex(0)
        let count = 1_000
        let stream = Counting(pulled: { pulled.withLock { $0 += 1 } }, count: count)
        try await withServer(handler: { _ in Response(200, body: .stream(stream)) }) { server in
            let address = server.addresses[0]
            let client = try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                return SendableBox(client)
            }
            // The sockets' buffers fill, then the pulling stops: 64 MB do not fit.
            var last = -1
            while pulled.withLock({ $0 }) != last || last < 1 {
                last = pulled.withLock { $0 }
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(last < count)
            let answer = try await blocking { try client.value.answer() }
            #expect(answer.isWhole)
            #expect(answer.body.count == count * (64 << 10))
            #expect(pulled.withLock { $0 } == count)
        }
    }

    @Test(arguments: [true, false])
    func endsTheSequenceOfAClientThatLeaves(isWaiting: Bool) async throws {
        let ended = Gate()
        try await withServer(handler: { _ in
            let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            continuation.onTermination = { _ in ended.open() }
            // Either the client is gone while nothing is there to send, or while much is.
            for _ in 0..<(isWaiting ? 1 : 1_000) { continuation.yield([UInt8](repeating: 65, count: 64 << 10)) }
            return Response(200, body: .stream(stream))
        }) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                #expect(try client.line().contains("200"))
            }
            try await eventually("ended") { ended.isOpen }
            try await eventually("the exchange ends") { server.statistics.requestsInFlight == 0 }
        }
    }
}
