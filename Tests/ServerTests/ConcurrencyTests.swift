import Glibc
import HTTP
import Synchronization
import Testing

@testable import Server

@Suite struct ConcurrencyTests {
    @Test func answersManyAtOnce() async throws {
        let count = 200
        let arrived = Mutex(0)
        let gate = Gate()
        try await withServer(handler: { request in
            // None is answered before all are there: each must wait without holding a thread.
            if arrived.withLock({ arrived in
                arrived += 1
                return arrived == count
            }) {
                gate.open()
            }
            await gate.wait()
            return await echo(request)
        }) { server in
            let address = server.addresses[0]
            try await withThrowingTaskGroup { group in
                for number in 0..<count {
                    group.addTask {
                        try await blocking {
                            let client = try RawClient(address)
                            client.request("POST", "/\(number)", body: "\(number)")
                            #expect(try client.answer().text == "POST /\(number) [] \(number)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.statistics.requests == count)
        }
    }

    @Test func answersOthersWhileSomeAreSlow() async throws {
        let gate = Gate()
        try await withServer(handler: { request in
            if request.path == "/slow" { await gate.wait() }
            return await echo(request)
        }) { server in
            let address = server.addresses[0]
            let slow = try await blocking {
                let clients = try (0..<20).map { _ in try RawClient(address) }
                for client in clients { client.request("GET", "/slow") }
                return SendableBox(clients)
            }
            try await blocking {
                let client = try RawClient(address)
                for _ in 0..<50 {
                    client.request("GET", "/quick")
                    #expect(try client.answer().status == 200)
                }
            }
            gate.open()
            try await blocking {
                for client in slow.value {
                    let answer = try client.answer()
                    #expect(answer.text == "GET /slow [] ")
                }
            }
        }
    }

    @Test(arguments: ["127.0.0.1:0", "unix"])
    func cancelsTheTaskOfAClientThatLeaves(listener: String) async throws {
        let started = Gate()
        let cancelled = Gate()
        try await withFolder { folder in
            let configuration =
                listener == "unix"
                ? ServerConfiguration(socketPath: "\(folder)/s") : ServerConfiguration(listen: [listener])
            try await withServer(
                configuration,
                handler: { request in
                    if request.path == "/stays" { return await echo(request) }
                    started.open()
                    await sleepUntilCancelled()
                    cancelled.open()
                    return Response(200)
                }
            ) { server in
                let address = server.addresses[0]
                let client = try await blocking {
                    let client = try RawClient(address)
                    // A second request in the socket's buffer must not hide that the client is gone.
                    client.request("GET", "/leaves")
                    client.request("GET", "/unread")
                    return SendableBox(client)
                }
                try await eventually("started") { started.isOpen }
                #expect(!cancelled.isOpen)
                client.value.hangUp()
                try await eventually("cancelled") { cancelled.isOpen }
                try await eventually("the exchange ends") { server.statistics.requestsInFlight == 0 }
                #expect(server.statistics.deserted >= 1)
                try await blocking {
                    let other = try RawClient(address)
                    other.request("GET", "/stays")
                    #expect(try other.answer().status == 200)
                }
            }
        }
    }

    /// Clients that come, ask and leave at random moments, so that the suspending, resuming and closing of connections
    /// meet in every order.
    @Test func survivesClientsThatLeaveAtAnyMoment() async throws {
        try await withServer(handler: { request in
            if request.path == "/stream" { return Response(200, body: .stream(pieces(["a", "b", "c"]))) }
            try? await Task.sleep(for: .microseconds(Int.random(in: 0..<500)))
            return await echo(request)
        }) { server in
            let address = server.addresses[0]
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await blocking {
                            for round in 0..<100 {
                                let client = try RawClient(address)
                                client.request("POST", round % 2 == 0 ? "/" : "/stream", body: "x")
                                if Bool.random() { usleep(UInt32.random(in: 0..<500)) }
                                if round % 3 == 0 { _ = try client.answer() }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await eventually("all exchanges end") { server.statistics.requestsInFlight == 0 }
            try await eventually("all connections are closed") { server.statistics.connections == 0 }
        }
    }
}
