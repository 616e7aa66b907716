import HTTP
import HTTPClient
import JSON
import Testing

/// A response, read as the tests want it.
struct Reply: Sendable {
    let status: Int
    let headers: Headers
    let bytes: [UInt8]

    init(_ response: Response) {
        status = response.status
        headers = response.headers
        bytes = response.body.bytes ?? []
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The body as JSON; a test fails where it is none.
    var json: JSONValue {
        get throws { try JSONValue.parse(bytes) }
    }

    /// The member of a JSON body that the path of names and indexes leads to.
    func member(_ path: String...) -> JSONValue? {
        var value = try? json
        for name in path { value = Int(name).map { index in value?[index] } ?? value?[name] }
        return value
    }

    /// The text of a chat completion's answer.
    var answer: String? { member("choices", "0", "message", "content")?.string }

    /// The `code` of an error in OpenAI's form, checked to be whole.
    var errorCode: String? {
        guard let error = member("error")?.object, error["message"]?.string?.isEmpty == false,
            error["type"]?.string != nil, error["param"] != nil
        else { return nil }
        return error["code"]?.string
    }

    var cacheStatus: String? { headers["Cache-Status"] }

    /// The receipt of `/cache/ask` and `/cache/lookup`, or that of the header.
    var receipt: JSONValue? {
        member("receipt") ?? headers["Refrain-Receipt"].flatMap { try? JSONValue.parse($0) }
    }
    var outcome: String? { receipt?["outcome"]?.string }
}

/// One client for all tests: it only carries bytes.
enum Wire {
    static let client = HTTPClient()

    static func send(
        _ method: String, _ url: String, headers: Headers = [:], body: [UInt8] = [], socket: String? = nil
    ) async throws -> Reply {
        Reply(
            try await client.send(
                OutgoingRequest(
                    method: method, url: url, headers: headers, body: body, unixSocket: socket,
                    timeoutMilliseconds: 240_000, connectTimeoutMilliseconds: 60_000, bodyBytesMax: 64 << 20)))
    }
}
