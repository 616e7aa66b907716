import HTTP
import Support
import Synchronization
import Testing

@testable import Server

@Suite struct DrainTests {
    @Test func finishesWhatIsUnderWayAndRefusesTheRest() async throws {
        let started = Gate()
        let gate = Gate()
        let server = try HTTPServer(ServerConfiguration(listen: ["127.0.0.1:0"]), log: .none) { request in
            if request.path == "/slow" {
                started.open()
                await gate.wait()
            }
            return await echo(request)
        }
        let address = server.addresses[0]
        let (slow, idle) = try await blocking {
            let idle = try RawClient(address)
            idle.request("GET", "/")
            #expect(try idle.answer().status == 200)
            let slow = try RawClient(address)
            slow.request("GET", "/slow")
            return (SendableBox(slow), SendableBox(idle))
        }
        try await eventually("started") { started.isOpen }
        async let drained: Void = server.drain(deadlineSeconds: 20)
        // The idle connection is closed before the slow request is done.
        #expect(try await blocking { idle.value.isClosed() })
        #expect(throws: RawClient.Failure.self) { try RawClient(address) }
        gate.open()
        let answer = try await blocking { try slow.value.answer() }
        #expect(answer.text == "GET /slow [] ")
        #expect(answer.headers["Connection"] == "close")
        await drained
        #expect(server.statistics.connections == 0)
        await server.drain(deadlineSeconds: 20)
    }

    @Test func letsABodyUnderWayArrive() async throws {
        let server = try HTTPServer(ServerConfiguration(listen: ["127.0.0.1:0"]), log: .none, handler: echo)
        let address = server.addresses[0]
        let (client, idle) = try await blocking {
            let client = try RawClient(address)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
            let idle = try RawClient(address)
            idle.request("GET", "/")
            #expect(try idle.answer().status == 200)
            return (SendableBox(client), SendableBox(idle))
        }
        try await eventually("the body's beginning") { server.statistics.requests == 2 }
        async let drained: Void = server.drain(deadlineSeconds: 20)
        #expect(try await blocking { idle.value.isClosed() })
        let answer = try await blocking {
            client.value.send("llo")
            return try client.value.answer()
        }
        #expect(answer.text == "POST / [] hello")
        await drained
    }

    @Test func losesNoAnswerUnderLoad() async throws {
        let server = try HTTPServer(ServerConfiguration(listen: ["127.0.0.1:0"]), log: .none) { request in
            try? await Task.sleep(for: .milliseconds(2))
            return await echo(request)
        }
        let address = server.addresses[0]
        let answered = Counter()
        try await withThrowingTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    try await blocking {
                        guard let client = try? RawClient(address) else { return }
                        while true {
                            client.request("POST", "/", body: "x")
                            // A connection may be closed before an answer, never within one.
                            guard let answer = try? client.answer() else { return }
                            #expect(answer.text == "POST / [] x")
                            answered.add()
                            if answer.headers["Connection"] == "close" { return }
                        }
                    }
                }
            }
            try await eventually("some answers") { answered.value > 200 }
            await server.drain(deadlineSeconds: 20)
            try await group.waitForAll()
        }
        #expect(server.statistics.requestsInFlight == 0)
        #expect(server.statistics.connections == 0)
    }

    @Test func cancelsWhatOutlastsTheDeadline() async throws {
        let started = Gate()
        let cancelled = Gate()
        let stubborn = Gate()
        let endless = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        endless.continuation.yield([65])
        let server = try HTTPServer(ServerConfiguration(listen: ["127.0.0.1:0"]), log: .none) { request in
            if request.path == "/stream" { return Response(200, body: .stream(endless.stream)) }
            started.open()
            await sleepUntilCancelled()
            cancelled.open()
            // A handler that ignores its cancellation holds nothing up.
            await stubborn.wait()
            return await echo(request)
        }
        let address = server.addresses[0]
        let (waiting, streaming) = try await blocking {
            let waiting = try RawClient(address)
            waiting.request("GET", "/")
            let streaming = try RawClient(address)
            streaming.request("GET", "/stream")
            while try !streaming.line().isEmpty {}
            #expect(streaming.chunk() == [65])
            return (SendableBox(waiting), SendableBox(streaming))
        }
        try await eventually("started") { started.isOpen }
        await server.drain(deadlineSeconds: 0)
        try await eventually("cancelled") { cancelled.isOpen }
        let answer = try await blocking { try waiting.value.answer() }
        #expect(answer.status == 503)
        #expect(answer.text.contains("\"code\":\"stopping\""))
        #expect(try await blocking { streaming.value.chunk() } == nil, "cut, not ended")
        stubborn.open()
    }

    @Test func stopsWithoutADrain() async throws {
        let address = try await blocking {
            let server = try HTTPServer(ServerConfiguration(listen: ["127.0.0.1:0"]), log: .none, handler: echo)
            let client = try RawClient(server.addresses[0])
            client.request("GET", "/")
            #expect(try client.answer().status == 200)
            return server.addresses[0]
        }
        #expect(throws: RawClient.Failure.self) { try RawClient(address) }
    }
}
