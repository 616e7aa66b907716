import HTTP

/// A request that the server turns away itself, before any handler sees it; the connection is closed after it.
struct Refusal: Error, Equatable, Sendable {
    let status: Int
    /// The error's `code`, for programs.
    let code: String
    /// The error's `message`, for people: plain ASCII without quotation marks, because it is put into JSON as it is.
    let message: String

    /// In the form of OpenAI's errors.
    var response: Response {
        let type = status < 500 ? "invalid_request_error" : "server_error"
        let json =
            "{\"error\":{\"message\":\"\(message)\",\"type\":\"\(type)\",\"param\":null,\"code\":\"\(code)\"}}"
        var headers: Headers = ["Content-Type": "application/json", "Connection": "close"]
        if status == 503 { headers["Retry-After"] = "1" }
        return Response(status, headers: headers, body: .bytes(Array(json.utf8)))
    }

    // MARK: Framing: what two readers could understand differently

    static let lengthAndChunked = Refusal(
        status: 400, code: "ambiguous_length",
        message: "Content-Length and Transfer-Encoding exclude each other: send one of them")
    static let repeatedLength = Refusal(
        status: 400, code: "ambiguous_length", message: "Content-Length is given more than once: send it once")
    static let malformedLength = Refusal(
        status: 400, code: "malformed_length", message: "Content-Length is not a decimal number of bytes")
    static let transferCodingUnfinished = Refusal(
        status: 400, code: "malformed_transfer_encoding",
        message: "Transfer-Encoding must be chunked, alone, and of HTTP/1.1")
    static let transferCodingUnknown = Refusal(
        status: 501, code: "unsupported_transfer_encoding",
        message: "Transfer-Encoding has a coding other than chunked: send the body as it is, or chunked")
    static let missingHost = Refusal(
        status: 400, code: "missing_host", message: "HTTP/1.1 needs a Host header")
    static let repeatedHost = Refusal(
        status: 400, code: "repeated_host", message: "Host is given more than once: send it once")
    static let malformedHost = Refusal(
        status: 400, code: "malformed_host", message: "Host has characters that no host name has")
    static let malformedHeader = Refusal(
        status: 400, code: "malformed_header",
        message: "a header has a space or control character in its name, or a control character in its value")
    static let unclearHeaders = Refusal(
        status: 400, code: "malformed_header", message: "a header line is folded, has no name or holds a NUL")
    static let malformedMethod = Refusal(
        status: 400, code: "malformed_method", message: "the method is not a token")
    static let version = Refusal(
        status: 505, code: "unsupported_version", message: "send HTTP/1.1 or HTTP/1.0")

    // MARK: The target

    static let malformedTarget = Refusal(
        status: 400, code: "malformed_target",
        message: "the request target is no absolute path: percent-encode spaces, control and non-ASCII characters")
    static let malformedEncoding = Refusal(
        status: 400, code: "malformed_target",
        message: "the request target is not percent-encoded UTF-8 without NUL")

    // MARK: Limits

    static let targetTooLong = Refusal(
        status: 414, code: "target_too_long", message: "the request target is too long: send the data in a body")
    static let headersTooLarge = Refusal(
        status: 431, code: "headers_too_large", message: "the headers are too large")
    static func bodyTooLarge(limit: Int) -> Refusal {
        Refusal(
            status: 413, code: "body_too_large",
            message: "the body is larger than \(limit) bytes: send it in smaller requests")
    }
    var isOfBodySize: Bool { status == 413 }
    static let overloaded = Refusal(
        status: 503, code: "overloaded", message: "too many requests are being worked on: try again in a second")
    static let stopping = Refusal(
        status: 503, code: "stopping", message: "the server is stopping: try again in a second")
}
