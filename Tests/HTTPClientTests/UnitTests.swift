import HTTP
import Testing

@testable import HTTPClient

@Suite struct ResponseHeadTests {
    private static func head(_ lines: [String]) -> ResponseHead {
        var head = ResponseHead()
        for line in lines {
            unsafe Array(line.utf8).withUnsafeBytes { unsafe head.take(line: $0) }
        }
        return head
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n", 200), ("HTTP/2 404 \r\n", 404), ("HTTP/1.1 299\r\n", 299), ("HTTP/1.1\r\n", 0),
            ("HTTP/1.1 20\r\n", 0), ("HTTP/1.1 abc x\r\n", 0),
        ])
    func readsTheStatus(_ line: String, _ status: Int) {
        #expect(ResponseHeadTests.head([line]).status == status)
    }

    @Test func readsFields() {
        let head = ResponseHeadTests.head([
            "HTTP/1.1 200 OK\r\n", "A: b\r\n", "c:d:e \t\r\n", "Empty:\r\n", "no field\r\n", "Long: one\r\n",
            "\ttwo\r\n", "\r\n",
            "Trailer: x\r\n",
        ])
        #expect(head.isComplete)
        #expect(head.headers == ["A": "b", "c": "d:e", "Empty": "", "Long": "one two"])
    }

    @Test func isNotCompleteAfterAnInformationalResponse() {
        #expect(!ResponseHeadTests.head(["HTTP/1.1 100 Continue\r\n", "\r\n"]).isComplete)
    }
}

@Suite struct RequestCheckTests {
    @Test(
        arguments: [
            ("http://localhost:1/", true), ("http://LOCALHOST/", true), ("http://127.0.0.1/", true),
            ("http://127.9.9.9/", true),
            ("https://[::1]:8/", true), ("http://0x7f.1/", true), ("https://api.openai.com/v1", false),
            ("http://127.0.0.1.example.com/", false), ("http://localhost.example.com/", false),
            ("http://10.0.0.1/", false),
        ])
    func knowsWhatIsLocal(_ url: String, _ isLocal: Bool) throws {
        #expect(try RequestCheck(.to(url)).isLocal == isLocal)
    }

    @Test func aUnixSocketIsLocal() throws {
        #expect(try RequestCheck(.to("http://example.com/", unixSocket: "/x")).isLocal)
    }

    @Test func descriptionsKeepSecrets() {
        let request = OutgoingRequest.to(
            "https://a/v1?token=secret", headers: ["Authorization": "Bearer secret"], body: Array("secret".utf8))
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] {
            #expect(!text.contains("secret"))
        }
        #expect("\(request)" == "GET https://a/v1 [Authorization] 6 bytes")
    }
}

@Suite struct StreamBufferTests {
    private static func append(_ count: Int, to buffer: StreamBuffer) -> Bool {
        unsafe [UInt8](repeating: 0, count: count).withUnsafeBytes { unsafe buffer.append($0) }
    }

    @Test func refusesPastItsLimitAndAsksToResume() async {
        let buffer = StreamBuffer(bytesMax: 10)
        #expect(StreamBufferTests.append(6, to: buffer))
        #expect(StreamBufferTests.append(6, to: buffer))
        #expect(!StreamBufferTests.append(1, to: buffer))
        guard case .bytes(let bytes, let resumes) = await buffer.take() else {
            Issue.record("no bytes")
            return
        }
        #expect(bytes.count == 12)
        #expect(resumes)
        #expect(StreamBufferTests.append(1, to: buffer))
        guard case .bytes(_, resumes: false) = await buffer.take() else {
            Issue.record("asked to resume what runs")
            return
        }
        buffer.finish(.success(()))
        buffer.finish(.failure(HTTPClientError(.cut)))
        guard case .end(.success) = await buffer.take() else {
            Issue.record("the second end counted")
            return
        }
    }
}
