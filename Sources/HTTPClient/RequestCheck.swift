import CCurl
import HTTP

/// What has to be true of a request before libcurl may see it.
struct RequestCheck {
    /// Whether the other end is this machine, so that a proxy from the environment has no business in between.
    let isLocal: Bool

    init(_ request: OutgoingRequest) throws(HTTPClientError) {
        precondition(request.timeoutMilliseconds > 0, "libcurl takes 0 for no limit")
        precondition(request.connectTimeoutMilliseconds > 0, "libcurl takes 0 for its own limit")
        precondition(request.bodyBytesMax > 0, "libcurl takes 0 for no limit")
        precondition(
            !request.method.isEmpty && request.method.utf8.allSatisfy { (0x41...0x5A).contains($0) },
            "a method is upper-case letters")
        for field in request.headers.fields { try RequestCheck.check(field) }
        let host = try RequestCheck.host(of: request.url)
        isLocal = request.unixSocket != nil || RequestCheck.isLoopback(host)
    }

    /// libcurl writes a field as it is given: a line end in it would begin a field, or a request, of its own.
    private static func check(_ field: Headers.Field) throws(HTTPClientError) {
        let isToken = field.name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        guard isToken, !field.name.isEmpty else {
            throw HTTPClientError(.invalidHeader, detail: "a field's name has characters that names cannot have")
        }
        guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw HTTPClientError(.invalidHeader, detail: "the value of \(field.name) has control characters")
        }
        let isFraming = ["Content-Length", "Transfer-Encoding", "Connection", "Expect"].contains {
            Headers.same($0, field.name)
        }
        guard !isFraming else {
            throw HTTPClientError(.invalidHeader, detail: "\(field.name) follows from the transfer itself")
        }
    }

    /// The host in libcurl's normal form: `0x7f.1` reads `127.0.0.1`, an IPv6 address stands in brackets.
    private static func host(of url: String) throws(HTTPClientError) -> String {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw HTTPClientError(.invalidURL, detail: "it has spaces or control characters")
        }
        guard let parsed = unsafe curl_url() else { fatalError("out of memory") }
        defer { unsafe curl_url_cleanup(parsed) }
        let code = unsafe curl_url_set(parsed, CURLUPART_URL, url, UInt32(CURLU_DISALLOW_USER))
        guard code == CURLUE_OK else {
            throw HTTPClientError(.invalidURL, detail: unsafe String(cString: curl_url_strerror(code)))
        }
        guard let scheme = unsafe part(CURLUPART_SCHEME, of: parsed), scheme == "http" || scheme == "https" else {
            throw HTTPClientError(.invalidURL, detail: "only http and https are spoken")
        }
        return unsafe part(CURLUPART_HOST, of: parsed) ?? ""
    }

    @unsafe private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(url, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }

    private static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        let isIPv4 = host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        return host == "localhost" || host == "[::1]" || isIPv4 && host.hasPrefix("127.")
    }
}
