import Glibc
import HTTP
import Support
import Synchronization
import Testing

@testable import Server

@Suite struct ConnectionTests {
    @Test func keepsAConnectionAlive() async throws {
        try await withServer { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                for number in 0..<20 {
                    client.request("POST", "/\(number)?n=\(number)", body: "body \(number)")
                    let answer = try client.answer()
                    #expect(answer.text == "POST /\(number) [n=\(number)] body \(number)")
                    #expect(answer.headers["Content-Type"] == "text/plain")
                    #expect(answer.headers["Date"] != nil)
                }
            }
            #expect(server.statistics.requests == 20)
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer(handler: { request in
            // The first takes longest, so that an answer out of order would show.
            if request.path == "/0" { try? await Task.sleep(for: .milliseconds(50)) }
            return await echo(request)
        }) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                var text = ""
                for number in 0..<50 {
                    text += "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n\(100 + number)"
                }
                client.send(text)
                for number in 0..<50 {
                    #expect(try client.answer().text == "POST /\(number) [] \(100 + number)")
                }
            }
        }
    }

    @Test(arguments: [
        "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /a?b=c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        "POST /a?b=c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
    ])
    func readsByteByByte(raw: String) async throws {
        try await withServer { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                for _ in 0..<2 {
                    for byte in raw.utf8 { client.send([byte]) }
                    #expect(try client.answer().text == "POST /a [b=c] hello")
                }
            }
        }
    }

    @Test func readsALargeChunkedBody() async throws {
        let count = 1_000
        try await withServer(handler: { Response(200, body: .bytes(Array("\($0.body.count)".utf8))) }) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "fff\r\n" + String(repeating: "x", count: 0xfff) + "\r\n"
                for _ in 0..<count { client.send(chunk) }
                client.send("0\r\n\r\n")
                #expect(try client.answer().text == "\(count * 0xfff)")
            }
        }
    }

    @Test func answersHeadLikeGetWithoutTheBody() async throws {
        try await withServer(handler: { request in
            request.path == "/stream"
                ? Response(200, body: .stream(pieces(["a", "b"]))) : await echo(request)
        }) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.request("HEAD", "/a")
                let head = try client.answer(toHead: true)
                #expect(head.status == 200)
                #expect(head.headers["Content-Length"] == "\("GET /a [] ".utf8.count)")
                client.request("GET", "/a")
                #expect(try client.answer().text == "GET /a [] ")
                client.request("HEAD", "/stream")
                let stream = try client.answer(toHead: true)
                #expect(stream.status == 200)
                #expect(stream.headers["Content-Length"] == nil)
                #expect(client.isClosed(), "no byte of the body")
            }
        }
    }

    @Test func sendsStatusesWithoutABody() async throws {
        try await withServer(handler: { Response(Int($0.path.dropFirst()) ?? 500) }) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                for status in [204, 304, 200, 418, 503] {
                    client.request("GET", "/\(status)")
                    #expect(try client.answer().status == status)
                }
                client.request("GET", "/999")
                #expect(try client.answer().status == 500, "a status that no response may have")
            }
        }
    }

    @Test func asksTheImmediateHandlerFirst() async throws {
        let handled = Mutex(0)
        try await withServer(
            immediate: { $0.path == "/fast" ? .response(Response(200, body: .bytes(Array("fast".utf8)))) : nil },
            handler: { request in
                handled.withLock { $0 += 1 }
                return await echo(request)
            }
        ) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                for path in ["/fast", "/slow", "/fast"] {
                    client.request("POST", path, body: "x")
                    #expect(try client.answer().text == (path == "/fast" ? "fast" : "POST /slow [] x"))
                }
            }
            #expect(handled.withLock { $0 } == 1)
        }
    }

    @Test func servesSeveralListenersAtOnceAndTellsWhoAsks() async throws {
        try await withFolder { folder in
            let configuration = ServerConfiguration(listen: ["127.0.0.1:0", "[::1]:0"], socketPath: "\(folder)/s")
            try await withServer(configuration, handler: { Response(200, body: .bytes(Array("\($0.peer)".utf8))) }) {
                server in
                let addresses = server.addresses
                #expect(addresses[2] == "unix:\(folder)/s")
                let peers = try await blocking {
                    try addresses.map { address in
                        let client = try RawClient(address)
                        client.request("GET", "/")
                        return try client.answer().text
                    }
                }
                let unix = Peer.unix(uid: getuid(), pid: getpid())
                #expect(peers == ["\(Peer.tcp(address: "127.0.0.1"))", "\(Peer.tcp(address: "::1"))", "\(unix)"])
            }
        }
    }

    @Test func leavesOutHeadersThatBreakTheResponse() async throws {
        let lines = Mutex<[String]>([])
        let log = Log { line in lines.withLock { $0.append(line) } }
        let headers: Headers = [
            "X-Good": "yes", "X-Split": "a\r\nX-Evil: 1", "X Bad": "1", "Content-Length": "3",
            "Transfer-Encoding": "chunked",
        ]
        try await withServer(log: log, handler: { _ in Response(200, headers: headers, body: .bytes([65])) }) {
            server in
            let address = server.addresses[0]
            let answer = try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/")
                return try client.answer()
            }
            #expect(answer.text == "A")
            #expect(answer.headers["X-Good"] == "yes")
            for name in ["X-Split", "X-Evil", "X Bad", "Transfer-Encoding"] { #expect(answer.headers[name] == nil) }
            #expect(lines.withLock { $0.count } == 4)
        }
    }

    @Test func continuesWhereAsked() async throws {
        try await withServer { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                #expect(try client.oneAnswer().status == 100)
                client.send("ok")
                #expect(try client.answer().text == "POST / [] ok")
            }
        }
    }
}
