import HTTP
import Synchronization
import Testing

@testable import Server

/// What the wire brings, libmicrohttpd's own reading included: raw bytes in, a status out.
@Suite struct FramingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let raw: String
        let status: Int
        /// Whether the refusal is ours, in JSON, or libmicrohttpd's own page.
        var isOurs = true
        var testDescription: String { String(raw.prefix(80).map { $0.isNewline ? "·" : $0 }) }
    }

    static let host = "Host: h\r\n"
    static let cases = [
        Case(raw: "GET / HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "GET / HTTP/1.0\r\n\r\n", status: 200),
        Case(raw: "\r\nGET / HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "BREW /pot HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "DELETE / HTTP/1.1\r\n\(host)Content-Length: 1\r\n\r\nx", status: 200),
        Case(raw: "OPTIONS * HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "GET http://h/a HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "GET / HTTP/1.1\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)\(host)\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 3, 3\r\n\r\nabc", status: 400, isOurs: false),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: +3\r\n\r\nabc", status: 400, isOurs: false),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: -3\r\n\r\nabc", status: 400, isOurs: false),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 3x\r\n\r\nabc", status: 400, isOurs: false),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 0x3\r\n\r\nabc", status: 400, isOurs: false),
        Case(
            raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\nabc", status: 413, isOurs: false
        ),
        Case(
            raw: "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            status: 400),
        Case(
            raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip\r\n\r\n", status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n", status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", status: 501),
        Case(
            raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
            status: 400),
        Case(raw: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
        Case(raw: "GET /a b HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET  / HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "GET /a\0b HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET /a\0?b HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET /a?b=\0 HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET /a?b=1 HTTP/1.1\r\n\(host)\r\n", status: 200),
        Case(raw: "GET /%00 HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET /%ff HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET /é HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET a HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET / HTTP/2.0\r\n\(host)\r\n", status: 505, isOurs: false),
        Case(raw: "GET / HTTP/1.9\r\n\(host)\r\n", status: 505),
        Case(raw: "GET / JUNK/1.1\r\n\(host)\r\n", status: 400, isOurs: false),
        Case(raw: "G@T / HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A: a\u{1}b\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A: a\u{7f}b\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X A: b\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A : b\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X(A: b\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host): b\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host): b\r\nGET /hidden HTTP/1.1\r\n\(host)\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A: b\r\n c\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A: b\r\n\tc\r\nX-D: e\r\n\r\n", status: 400),
        Case(raw: "POST / HTTP/1.1\r\n\(host)Content-Leng: 3\r\n th\r\n\r\nabc", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A: b\0c\r\n\r\n", status: 400),
        Case(raw: "GET / HTTP/1.1\r\n\(host)X-A:  b \r\nX-B:\r\nX-C:d\t\r\n\r\n", status: 200),
        Case(raw: "GET / HTTP/1.1\nHost: h\nX-A: b\n\n", status: 200),
        Case(raw: "GET / HTTP/1.1\r\nHost: h\rX-A: b\r\n\r\n", status: 400),
        Case(raw: "GET /\r\n\r\n", status: 400, isOurs: false),
        Case(raw: "GET / HTTP/1.1\r\n\(host)no colon\r\n\r\n", status: 400, isOurs: false),
        Case(
            raw: "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", status: 400, isOurs: false
        ),
    ]

    @Test(arguments: cases)
    func answers(_ testCase: Case) async throws {
        let handled = Mutex(0)
        try await withServer(handler: { request in
            handled.withLock { $0 += 1 }
            return await echo(request)
        }) { server in
            let address = server.addresses[0]
            let (answer, isClosed) = try await blocking {
                let client = try RawClient(address)
                client.send(testCase.raw)
                let answer = try client.answer()
                if answer.status == 200 { return (answer, true) }
                // libmicrohttpd says some of its own refusals twice.
                return (answer, testCase.isOurs ? client.isClosed() : client.isClosedAfterRest())
            }
            #expect(answer.status == testCase.status)
            #expect(isClosed, "a refused connection is closed")
            #expect(handled.withLock { $0 } == (testCase.status == 200 ? 1 : 0))
            if testCase.status != 200 {
                #expect(answer.text.hasPrefix("{\"error\":{\"message\":\"") == testCase.isOurs)
            }
        }
    }
}
