import HTTP
import Support
import Synchronization
import Testing

@testable import Server

/// A connection remembers the head of its latest request; it must not show in what is understood of the next one.
@Suite struct KeptHeadTests {
    /// Heads that are alike: in their first bytes, in what libmicrohttpd makes of them, or but for a letter's case.
    static let heads = [
        "POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\nX-B: c\r\n",
        // The same bytes once the line end is overwritten, which is no line end here.
        "POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\0\0X-B: c\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\0\0X-B\0 c\r\n",
        "POST /a HTTP/1.1\r\nHost: h\0\0X-A: b\r\nX-B: c\r\n",
        "POST /a HTTP/1.1\r\nHost: h\nX-A: b\nX-B: c\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\n X-B: c\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\n: c\r\nX-B: c\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\nX-B: d\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nx-a: b\r\nX-B: c\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nX-B: c\r\nX-A: b\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nHost: h\r\nX-B: c\r\n",
        "POST /a HTTP/1.0\r\nHost: h\r\nX-A: b\r\nX-B: c\r\n",
        "POST /b HTTP/1.1\r\nHost: h\r\nX-A: b\r\nX-B: c\r\n",
        "HEAD /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\nX-B: c\r\n",
        "POST /a?c=d HTTP/1.1\r\nHost: h\r\nX-A: b\r\n",
        "POST /a?c%3dd HTTP/1.1\r\nHost: h\r\nX-A: b\r\n",
        "POST /a\0c=d HTTP/1.1\r\nHost: h\r\nX-A: b\r\n",
        "POST /a?c\0d HTTP/1.1\r\nHost: h\r\nX-A: b\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nX-Large: \(String(repeating: "b", count: Limits.rememberedHeadBytesMax))\r\n",
    ]

    /// What the server understands of a request, the order and the case of its headers included.
    @Sendable private static func understood(_ request: Request) -> Response {
        let headers = request.headers.fields.filter { $0.name != "Content-Length" }
            .map { "\($0.name)=\($0.value.prefix(20))" }
        let text = "\(describe(request)) \(headers.joined(separator: ";"))"
        // In a header too, for what is answered to HEAD has nothing else.
        return Response(200, headers: ["X-Understood": text], body: .bytes(Array(text.utf8)))
    }

    private struct Outcome: Equatable, CustomStringConvertible {
        let status: Int
        let understood: String
        var description: String { "\(status) \(understood)" }
    }

    private static func send(_ client: RawClient, _ head: String, body: String) throws -> Outcome {
        client.send("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let answer = try client.answer(toHead: head.hasPrefix("HEAD"))
        return Outcome(status: answer.status, understood: answer.headers["X-Understood"] ?? answer.text)
    }

    @Test func whateverCameBeforeARequestIsUnderstoodAsAlone() async throws {
        try await withServer(immediate: { .response(Self.understood($0)) }) { server in
            let address = server.addresses[0]
            try await blocking {
                let alone = try Self.heads.map { try Self.send(RawClient(address), $0, body: "x") }
                #expect(Set(alone.map(\.status)) == [200, 400])
                for (before, head) in Self.heads.enumerated() where alone[before].status == 200 {
                    // Such a request ends its connection.
                    if head.contains("HTTP/1.0") { continue }
                    for (index, next) in Self.heads.enumerated() {
                        let client = try RawClient(address)
                        for _ in 0..<2 { #expect(try Self.send(client, head, body: "x") == alone[before]) }
                        #expect(try Self.send(client, next, body: "x") == alone[index], "\(head) then \(next)")
                    }
                }
            }
        }
    }

    /// The same for whatever one, two or three bytes of a head become, those above all that take a head apart.
    @Test(arguments: UInt64(1)...3) func aHeadWithOtherBytesIsUnderstoodAsAlone(seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        let others = (0..<150).map { _ in
            var bytes = Array(Self.heads[0].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let byte = Array("\0\0\r\n :\t?=&xH1".utf8).randomElement(using: &generator)
                bytes[Int.random(in: bytes.indices, using: &generator)] = byte ?? 0
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        try await withServer(immediate: { .response(Self.understood($0)) }) { server in
            let address = server.addresses[0]
            try await blocking {
                for other in others {
                    // What is no request at all is answered by closing the connection.
                    let alone = try? Self.send(RawClient(address), other, body: "x")
                    let client = try RawClient(address)
                    _ = try Self.send(client, Self.heads[0], body: "x")
                    let next = try? Self.send(client, other, body: "x")
                    #expect(next == alone, "\(other.debugDescription)")
                }
            }
        }
    }

    @Test func onlyTheBodyOfTheNextRequestIsNew() async throws {
        let heads = Mutex<[Request.Head]>([])
        try await withServer(immediate: { request in
            heads.withLock { $0.append(request.head) }
            return .response(Self.understood(request))
        }) { server in
            let address = server.addresses[0]
            try await blocking {
                let client = try RawClient(address)
                for body in ["a", "b", "", "cd"] {
                    let outcome = try Self.send(client, Self.heads[0], body: body)
                    #expect(outcome.understood.hasPrefix("POST /a [] \(body) Host=h"))
                }
                // Of the same length, so that the heads are the same too, save that of another connection.
                for client in [client, client, try RawClient(address)] {
                    _ = try Self.send(client, Self.heads[0], body: "ef")
                }
            }
        }
        let seen = heads.withLock { $0 }
        let isSame = zip(seen, seen.dropFirst()).map { $0 === $1 }
        #expect(isSame == [true, false, false, true, true, false])
    }
}
