import HTTP
import Testing

@testable import Server

@Suite struct LimitTests {
    @Test(arguments: ["127.0.0.1:0", "unix"])
    func refusesABodyByItsLengthBeforeReadingIt(listener: String) async throws {
        try await withFolder { folder in
            var configuration =
                listener == "unix"
                ? ServerConfiguration(socketPath: "\(folder)/s") : ServerConfiguration(listen: [listener])
            configuration.requestBodyBytesMax = 100
            try await withServer(configuration) { server in
                let address = server.addresses[0]
                try await blocking {
                    let client = try RawClient(address)
                    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n")
                    let answer = try client.answer()
                    #expect(answer.status == 413)
                    #expect(answer.text.contains("\"code\":\"body_too_large\""))
                    #expect(client.isClosed())
                    let asking = try RawClient(address)
                    asking.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n")
                    #expect(try asking.oneAnswer().status == 413, "no 100 before it")
                    let fitting = try RawClient(address)
                    fitting.request("POST", "/", body: String(repeating: "x", count: 100))
                    #expect(try fitting.answer().status == 200)
                }
                #expect(server.statistics.refused == 2)
            }
        }
    }

    /// More than the sockets hold between them, so that closing at once would reset the connection.
    @Test(arguments: ["Content-Length: 20000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1312D00\r\n"])
    func whoSendsAllOfABodyTooLargeBeforeReadingIsToldSo(header: String) async throws {
        var configuration = ServerConfiguration(listen: ["127.0.0.1:0"])
        configuration.requestBodyBytesMax = 100
        try await withServer(configuration) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: h\r\n" + header)
                client.send(String(repeating: "x", count: 20_000_000))
                let answer = try client.answer()
                #expect(answer.status == 413 && answer.isWhole)
            }
            #expect(server.statistics.refused == 1)
        }
    }

    @Test func refusesAChunkedBodyWhenItGetsTooLarge() async throws {
        var configuration = ServerConfiguration(listen: ["127.0.0.1:0"])
        configuration.requestBodyBytesMax = 100
        try await withServer(configuration) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "32\r\n" + String(repeating: "x", count: 50) + "\r\n"
                client.send(chunk + chunk + "1\r\nx\r\n")
                // The body has no end yet.
                let answer = try client.answer()
                #expect(answer.status == 413)
                #expect(answer.isWhole)
                #expect(client.isClosed())
                let fitting = try RawClient(address)
                fitting.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n")
                #expect(try fitting.answer().status == 200)
            }
        }
    }

    @Test(arguments: [
        // What fits, what is ours to refuse, and what fills the connection's memory before we see it.
        (8_191, 0, 200), (8_192, 0, 414), (20_000, 0, 414), (60_000, 0, 414), (200_000, 0, 414),
        (1, 15_000, 200), (1, 17_000, 431), (1, 30_000, 431), (1, 200_000, 431),
    ])
    func refusesLongTargetsAndHeaders(pathBytes: Int, headerBytes: Int, status: Int) async throws {
        try await withServer { server in
            let address = server.addresses[0]
            let answered = try await blocking {
                let client = try RawClient(address)
                var text = "GET /\(String(repeating: "a", count: pathBytes)) HTTP/1.1\r\nHost: h\r\n"
                for number in 0..<(headerBytes / 1_000) {
                    text += "X-\(number): \(String(repeating: "b", count: 990))\r\n"
                }
                client.send(text + "\r\n")
                return try client.answer().status
            }
            #expect(answered == status)
        }
    }

    @Test func headsThatDoNotEndKeepNobodyFromBeingServed() async throws {
        var configuration = ServerConfiguration(listen: ["127.0.0.1:0"])
        configuration.requestsInFlightMax = 2
        try await withServer(configuration, handler: echo) { server in
            try await blocking {
                let slow = try (0..<5).map { _ in try RawClient(server.addresses[0]) }
                for client in slow { client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ") }
                // Their first lines have come when a later connection of each event loop was served.
                for _ in 0..<20 {
                    let client = try RawClient(server.addresses[0])
                    client.request("POST", "/", body: "abc")
                    #expect(try client.answer().status == 200)
                }
                for client in slow {
                    client.send("a\r\n\r\n")
                    #expect(try client.answer().status == 200)
                }
            }
        }
    }

    @Test func refusesRequestsBeyondThoseInFlight() async throws {
        var configuration = ServerConfiguration(listen: ["127.0.0.1:0"])
        configuration.requestsInFlightMax = 2
        let gate = Gate()
        try await withServer(
            configuration,
            immediate: { $0.path == "/hit" ? .response(Response(200, body: .bytes(Array("hit".utf8)))) : nil },
            handler: { request in
                await gate.wait()
                return await echo(request)
            }
        ) { server in
            let address = server.addresses[0]
            let waiting = try await blocking {
                let clients = [try RawClient(address), try RawClient(address)]
                for client in clients { client.request("GET", "/") }
                return SendableBox(clients)
            }
            try await eventually("two requests in flight") { server.statistics.requests == 2 }
            try await blocking {
                let refused = try RawClient(address)
                refused.request("GET", "/")
                let answer = try refused.answer()
                #expect(answer.status == 503)
                #expect(answer.headers["Retry-After"] == "1")
                // What is answered at once is answered all the same.
                for body in [nil, "abc"] {
                    let hit = try RawClient(address)
                    hit.request(body == nil ? "GET" : "POST", "/hit", body: body)
                    #expect(try hit.answer().status == 200)
                }
                // A large body is not taken in first.
                let large = try RawClient(address)
                large.send("POST /hit HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n")
                #expect(try large.answer().status == 503)
            }
            gate.open()
            try await blocking {
                let statuses = try waiting.value.map { try $0.answer().status }
                #expect(statuses == [200, 200])
            }
            // A request counts until the server has done with it, which is after its client has the answer.
            try await eventually("no request in flight") { server.statistics.requestsInFlight == 0 }
            try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                #expect(try client.answer().status == 200)
            }
        }
    }

    @Test func closesAConnectionThatSaysNothing() async throws {
        var configuration = ServerConfiguration(listen: ["127.0.0.1:0"])
        configuration.connectionIdleSecondsMax = 1
        try await withServer(configuration) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                #expect(try client.answer().status == 200)
                #expect(client.isClosed())
            }
        }
    }

    @Test(arguments: [1, 2, 5])
    func connectionsBeyondTheirLimitWait(threads: Int) async throws {
        var configuration = ServerConfiguration(listen: ["127.0.0.1:0"], threads: threads)
        configuration.connectionsMax = 2
        try await withServer(configuration) { server in
            let address = server.addresses[0]
            try await blocking {
                var clients: [RawClient] = []
                for _ in 0..<2 {
                    clients.append(try RawClient(address))
                    clients.last?.request("GET", "/")
                    #expect(try clients.last?.answer().status == 200)
                }
                // The third waits in the kernel's queue until one leaves.
                let third = try RawClient(address)
                third.request("GET", "/")
                clients.removeFirst()
                #expect(try third.answer().status == 200)
            }
        }
    }
}
