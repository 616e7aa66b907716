import HTTP
import Testing

@testable import API

@Suite struct MediaTests {
    @Test(arguments: [
        ("Content-Encoding", "gzip", "unsupported_encoding"), ("Content-Encoding", "br, gzip", "unsupported_encoding"),
        ("Content-Type", "multipart/form-data; boundary=x", "unsupported_media_type"),
        ("Content-Type", "application/json; charset=iso-8859-1", "unsupported_media_type"),
        ("Content-Type", "application/json;charset=\"utf-16\"", "unsupported_media_type"),
    ])
    func refusesWhatItCannotRead(name: String, value: String, code: String) async throws {
        try await withBench { bench in
            for path in ["/v1/chat/completions", "/cache/lookup", "/cache/entries"] {
                let reply = await bench.send("POST", path, headers: [name: value], body: #"{"question":"q"}"#)
                #expect(reply.status == 415)
                #expect(reply.code == code)
            }
        }
    }

    @Test(arguments: [
        ("Content-Type", "application/json"), ("Content-Type", "application/json; charset=UTF-8"),
        ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Type", "text/plain"),
        ("Content-Encoding", "identity"),
    ])
    func readsWhatIsJSONUnderAnyName(name: String, value: String) async throws {
        try await withBench { bench in
            let reply = await bench.send("POST", "/cache/lookup", headers: [name: value], body: #"{"question":"q"}"#)
            #expect(reply.outcome == "miss")
        }
    }
}
