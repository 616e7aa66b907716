import HTTP
import Testing

@testable import Server

@Suite struct RequestHeadTests {
    static func head(
        _ fields: [(String, String)], method: String = "POST", version: String = "HTTP/1.1", target: String = "/",
        size: Int = 100
    ) -> RequestHead {
        var headers = Headers()
        for (name, value) in fields { headers.add(name, value) }
        return RequestHead(
            method: method, target: Array(target.utf8), version: version, headers: headers, size: size)
    }

    static let accepted: [([(String, String)], String, RequestHead.BodyLength)] = [
        ([("Host", "h")], "HTTP/1.1", .known(0)),
        ([("Host", "")], "HTTP/1.1", .known(0)),
        ([("Host", "[::1]:80")], "HTTP/1.1", .known(0)),
        ([], "HTTP/1.0", .known(0)),
        ([("Host", "h"), ("Content-Length", "12")], "HTTP/1.1", .known(12)),
        ([("host", "h"), ("content-length", "0012")], "HTTP/1.1", .known(12)),
        ([("Host", "h"), ("Transfer-Encoding", "Chunked")], "HTTP/1.1", .chunked),
        ([("Host", "h"), ("X-A", "tab\tand é")], "HTTP/1.1", .known(0)),
        ([("Host", "h"), ("Content-Length", "8388608")], "HTTP/1.1", .known(8 << 20)),
    ]

    @Test(arguments: accepted)
    func accepts(fields: [(String, String)], version: String, length: RequestHead.BodyLength) throws {
        #expect(try Self.head(fields, version: version).check(ServerConfiguration()) == length)
    }

    static let refused: [([(String, String)], String, Refusal)] = [
        ([], "HTTP/1.1", .missingHost),
        ([("Host", "h"), ("Host", "h")], "HTTP/1.1", .repeatedHost),
        ([("Host", "a"), ("host", "b")], "HTTP/1.0", .repeatedHost),
        ([("Host", "a b")], "HTTP/1.1", .malformedHost),
        ([("Host", "a,b")], "HTTP/1.1", .malformedHost),
        ([("Host", "user@h")], "HTTP/1.1", .malformedHost),
        ([("Host", "h/")], "HTTP/1.1", .malformedHost),
        ([("Host", "h"), ("Content-Length", "1"), ("Content-Length", "1")], "HTTP/1.1", .repeatedLength),
        ([("Host", "h"), ("Content-Length", "1"), ("Content-Length", "2")], "HTTP/1.1", .repeatedLength),
        ([("Host", "h"), ("Content-Length", "1, 1")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "+1")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "-1")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "0x10")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "1٣")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "99999999999999999999")], "HTTP/1.1", .malformedLength),
        ([("Host", "h"), ("Content-Length", "8388609")], "HTTP/1.1", .bodyTooLarge(limit: 8 << 20)),
        ([("Host", "h"), ("Content-Length", "1"), ("Transfer-Encoding", "chunked")], "HTTP/1.1", .lengthAndChunked),
        ([("Transfer-Encoding", "chunked")], "HTTP/1.0", .transferCodingUnfinished),
        ([("Host", "h"), ("Transfer-Encoding", "gzip")], "HTTP/1.1", .transferCodingUnfinished),
        ([("Host", "h"), ("Transfer-Encoding", "identity")], "HTTP/1.1", .transferCodingUnfinished),
        ([("Host", "h"), ("Transfer-Encoding", "")], "HTTP/1.1", .transferCodingUnfinished),
        ([("Host", "h"), ("Transfer-Encoding", "chunked, gzip")], "HTTP/1.1", .transferCodingUnfinished),
        ([("Host", "h"), ("Transfer-Encoding", "chunked, chunked")], "HTTP/1.1", .transferCodingUnfinished),
        (
            [("Host", "h"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], "HTTP/1.1",
            .transferCodingUnfinished
        ),
        ([("Host", "h"), ("Transfer-Encoding", "gzip, chunked")], "HTTP/1.1", .transferCodingUnknown),
        ([("Host", "h"), ("Transfer-Encoding", "xchunked")], "HTTP/1.1", .transferCodingUnfinished),
        ([("Host", "h"), ("X A", "1")], "HTTP/1.1", .malformedHeader),
        ([("Host", "h"), ("X-A ", "1")], "HTTP/1.1", .malformedHeader),
        ([("Host", "h"), ("", "1")], "HTTP/1.1", .malformedHeader),
        ([("Host", "h"), ("X-A", "a\u{1}")], "HTTP/1.1", .malformedHeader),
        ([("Host", "h"), ("X-A", "a\rb")], "HTTP/1.1", .malformedHeader),
        ([("Host", "h"), ("X-A", "a\u{7f}")], "HTTP/1.1", .malformedHeader),
        ([("Host", "h")], "HTTP/2.0", .version),
        ([("Host", "h")], "HTTP/1.2", .version),
        ([("Host", "h")], "", .version),
    ]

    @Test(arguments: refused)
    func refuses(fields: [(String, String)], version: String, refusal: Refusal) {
        #expect(throws: refusal) { try Self.head(fields, version: version).check(ServerConfiguration()) }
    }

    @Test func refusesByLimit() {
        let limits = ServerConfiguration()
        #expect(throws: Refusal.targetTooLong) {
            try Self.head([("Host", "h")], target: "/" + String(repeating: "a", count: 8_192)).check(limits)
        }
        #expect(throws: Refusal.headersTooLarge) {
            try Self.head([("Host", "h")], size: (32 << 10) + 1).check(limits)
        }
        #expect(throws: Refusal.malformedMethod) {
            try Self.head([("Host", "h")], method: "GE(T").check(limits)
        }
    }
}
