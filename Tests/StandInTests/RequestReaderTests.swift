import HTTP
import Testing

@testable import StandIn

@Suite struct RequestReaderTests {
    private static let post = "POST /v1/x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    private static let chunked =
        "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n"

    @Test(arguments: [1, 2, 3, 7, 1_000]) func anyPacketSizeGivesTheSameRequests(size: Int) throws {
        var reader = RequestReader()
        var requests: [WireRequest] = []
        let bytes = Array((Self.post + Self.chunked + "\r\n" + "GET / HTTP/1.0\r\n\r\n").utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            reader.append(bytes[start..<min(start + size, bytes.count)])
            while let request = try reader.next() { requests.append(request) }
        }
        #expect(requests.map(\.method) == ["POST", "POST", "GET"])
        #expect(requests.map(\.path) == ["/v1/x", "/c", "/"])
        #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == ["hello", "hello", ""])
        #expect(requests.map(\.keepsAlive) == [true, true, false])
        #expect(requests[0].headers["host"] == "a")
    }

    @Test(arguments: [
        ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: keep-alive\r\n", true), ("HTTP/1.1", "", true),
        ("HTTP/1.1", "Connection: Close\r\n", false),
    ]) func connectionIsKeptAsTheClientWants(version: String, header: String, keepsAlive: Bool) throws {
        var reader = RequestReader()
        reader.append(Array("GET / \(version)\r\n\(header)\r\n".utf8))
        let request = try reader.next()
        #expect(request?.keepsAlive == keepsAlive)
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n: nameless\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
    ]) func malformedBytesAreRefused(text: String) {
        var reader = RequestReader()
        reader.append(Array(text.utf8))
        #expect(throws: MalformedRequest.self) { try reader.next() }
    }

    @Test func endlessHeadIsRefused() {
        var reader = RequestReader()
        reader.append([UInt8](repeating: 65, count: 70_000))
        #expect(throws: MalformedRequest.self) { try reader.next() }
    }

    @Test func continueIsOwedOnce() throws {
        var reader = RequestReader()
        reader.append(Array("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8))
        let early = try reader.next()
        #expect(early == nil)
        let owed = reader.takeContinue()
        #expect(owed)
        let owedAgain = reader.takeContinue()
        #expect(!owedAgain)
        reader.append(Array("ok".utf8))
        let request = try reader.next()
        #expect(request?.body == Array("ok".utf8))
    }
}
