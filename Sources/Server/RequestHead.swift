import HTTP

/// A request's first line and headers as they came, and what must hold before its body is read.
///
/// libmicrohttpd 0.9.75 accepts much that two readers may understand differently, which is how requests are smuggled
/// past a proxy (RFC 9112, section 11.2). What it hands over is checked here; what it garbles, by `ReceivedHead`. What it
/// hides, and so cannot be checked:
/// - a line that ends in a bare LF is read as if it ended in CR LF, which RFC 9112, section 2.2, allows;
/// - a chunked body's extensions and trailer fields are dropped, and its lines may end in a bare LF;
/// - several spaces between the method and the target are read as one.
///
/// Some requests it answers itself, with a page of HTML, before any of our code: a header line without a colon, a first
/// line without a version, a Content-Length that is no number (400) or beyond 64 bits (413; the head of both is sent
/// twice), a malformed chunk (400), a version other than HTTP/1 (505), and headers beyond the connection's
/// memory, which is twice our limit (431 or 414).
struct RequestHead {
    var method: String
    /// The target as sent.
    var target: [UInt8]
    var version: String
    var headers: Headers
    /// The first line and the headers together, in bytes.
    var size: Int

    enum BodyLength: Equatable, Sendable {
        /// In bytes; 0 without a body.
        case known(Int)
        case chunked

        func isKnown(upTo bytesMax: Int) -> Bool {
            if case .known(let bytes) = self { bytes <= bytesMax } else { false }
        }
    }

    init(method: String, target: [UInt8], version: String, headers: Headers, size: Int) {
        (self.method, self.target, self.version, self.headers, self.size) = (method, target, version, headers, size)
    }

    init(_ received: ReceivedHead) {
        unsafe self.init(
            method: received.method, target: received.target, version: received.version, headers: received.headers,
            size: received.bytes.count)
    }

    /// Checks everything but the target's encoding.
    ///
    /// - Returns: how the body is delimited.
    func check(_ limits: borrowing ServerConfiguration) throws(Refusal) -> BodyLength {
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw .version }
        if target.count > limits.requestTargetBytesMax { throw .targetTooLong }
        if size > limits.requestHeaderBytesMax { throw .headersTooLarge }
        guard RequestHead.isToken(method) else { throw .malformedMethod }
        for field in headers.fields
        where !RequestHead.isToken(field.name) || RequestHead.hasControlCharacter(field.value) {
            throw .malformedHeader
        }
        try checkHost()
        let length = try bodyLength()
        if case .known(let bytes) = length, bytes > limits.requestBodyBytesMax {
            throw .bodyTooLarge(limit: limits.requestBodyBytesMax)
        }
        return length
    }

    private func checkHost() throws(Refusal) {
        let (host, isRepeated) = headers.single("Host")
        if isRepeated { throw .repeatedHost }
        guard let host else {
            if version == "HTTP/1.1" { throw .missingHost }
            return
        }
        // A host name, an address in brackets, a port: whatever separates the parts of a URL is none of them.
        if host.utf8.contains(where: { $0 > 0x7E || RequestHead.separators.contains($0) }) { throw .malformedHost }
    }

    private static let separators = Array("/?#@\\ \t,".utf8)

    private func bodyLength() throws(Refusal) -> BodyLength {
        let (length, isRepeated) = headers.single("Content-Length")
        let codings = headers.all("Transfer-Encoding")
        if !codings.isEmpty {
            if length != nil { throw .lengthAndChunked }
            if version == "HTTP/1.0" { throw .transferCodingUnfinished }
            return try RequestHead.chunked(codings)
        }
        if isRepeated { throw .repeatedLength }
        guard let length else { return .known(0) }
        guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bytes = Int(length) else {
            throw .malformedLength
        }
        return .known(bytes)
    }

    private static func chunked(_ codings: [String]) throws(Refusal) -> BodyLength {
        if codings.count == 1, Headers.same(codings[0], "chunked") { return .chunked }
        let names = codings.flatMap { $0.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) }
        // A coding that is not understood is 501 where the body's end is still clear, that is, chunked comes last and
        // once; otherwise it is 400 (RFC 9112, sections 6.1 and 6.3).
        let isChunked = names.map { Headers.same(String($0), "chunked") }
        guard isChunked.last == true, isChunked.filter(\.self).count == 1, names.count > 1 else {
            throw .transferCodingUnfinished
        }
        throw .transferCodingUnknown
    }

    /// Whether a text is a token (RFC 9110, section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return !bytes.isEmpty
            && bytes.indices.allSatisfy { index in
                switch bytes[index] {
                case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x7C, 0x7E: true
                default: false
                }
            }
    }

    /// Whether a text has a control character other than a tab.
    static func hasControlCharacter(_ text: String) -> Bool {
        let bytes = text.utf8.span
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            // Counted up and without a way out in its midst, the loop looks at many bytes at once: an eighth of the time, as
            // nearly always all are looked at.
            var (index, found) = (0, 0 as UInt8)
            while index < bytes.count {
                let byte = unsafe bytes[index]
                // Below a space or beyond a tilde, which in ASCII is DEL alone.
                found |= byte &- 0x20 > 0x5E && byte < 0x80 && byte != 0x09 ? 1 : 0
                index += 1
            }
            return found != 0
        }
    }
}
