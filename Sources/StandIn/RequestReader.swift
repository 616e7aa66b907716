import HTTP

/// Cuts a connection's bytes into requests (RFC 9112), whatever packets they come in.
///
/// Bytes go in by ``append(_:)``, whole requests come out of ``next()``; no I/O.
package struct RequestReader {
    /// A prompt of a million tokens is about 4 MB; a batch of embeddings is less.
    private static let bodyBytesMax = 64 << 20
    private static let headBytesMax = 64 << 10

    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to where the end of the head has been looked for.
    private var searched = 0
    private var head: Head?
    /// The body of a chunked request as far as it came.
    private var chunks: [UInt8] = []
    private var owesContinue = false

    private struct Head {
        var request: WireRequest
        var framing: Framing
    }

    private enum Framing {
        case length(Int)
        case chunked
    }

    package init() {}

    package mutating func append(_ bytes: some Collection<UInt8>) {
        buffer += bytes
    }

    /// Whether the client waits for `100 Continue` before it sends the body; true once per request.
    package mutating func takeContinue() -> Bool {
        defer { owesContinue = false }
        return owesContinue
    }

    /// The next whole request; nil when more bytes are needed.
    package mutating func next() throws(MalformedRequest) -> WireRequest? {
        if head == nil {
            guard let end = try endOfHead() else { return nil }
            head = try Self.parseHead(buffer[start..<end])
            start = end + 4
            owesContinue = head?.request.headers["expect"]?.lowercased() == "100-continue"
        }
        guard var head, let body = try takeBody(head.framing) else { return nil }
        head.request.body = body
        self.head = nil
        owesContinue = false
        dropRead()
        return head.request
    }

    /// The offset of the empty line that ends the head.
    private mutating func endOfHead() throws(MalformedRequest) -> Int? {
        // An empty line before the request line is skipped (RFC 9112, section 2.2).
        while start + 1 < buffer.count, buffer[start] == 13, buffer[start + 1] == 10 { start += 2 }
        var offset = max(start, searched)
        while offset + 3 < buffer.count {
            if buffer[offset] == 13, buffer[offset + 1] == 10, buffer[offset + 2] == 13, buffer[offset + 3] == 10 {
                return offset
            }
            offset += 1
        }
        searched = offset
        guard buffer.count - start <= Self.headBytesMax else {
            throw MalformedRequest(reason: "the head is longer than \(Self.headBytesMax) bytes")
        }
        return nil
    }

    private mutating func dropRead() {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
        } else {
            buffer.removeFirst(start)
        }
        start = 0
        searched = 0
    }

    private mutating func takeBody(_ framing: Framing) throws(MalformedRequest) -> [UInt8]? {
        switch framing {
        case .length(let length):
            guard buffer.count - start >= length else { return nil }
            defer { start += length }
            return Array(buffer[start..<start + length])
        case .chunked:
            return try takeChunks()
        }
    }

    private mutating func takeChunks() throws(MalformedRequest) -> [UInt8]? {
        while let line = nextLine() {
            let size = String(decoding: buffer[line], as: UTF8.self).prefix { $0 != ";" }
            guard let count = Int(String(size).trimmed, radix: 16), count >= 0 else {
                throw MalformedRequest(reason: "a chunk's size is not a number")
            }
            guard chunks.count + count <= Self.bodyBytesMax else { throw Self.tooLong }
            let data = line.upperBound + 2
            guard buffer.count >= data + count + 2 else { return nil }
            guard buffer[data + count] == 13, buffer[data + count + 1] == 10 else {
                // After the last chunk stand trailers; no client of this API sends any.
                throw MalformedRequest(reason: "a chunk does not end with a line's end")
            }
            chunks += buffer[data..<data + count]
            start = data + count + 2
            if count == 0 {
                defer { chunks = [] }
                return chunks
            }
        }
        return nil
    }

    private func nextLine() -> Range<Int>? {
        var offset = start
        while offset + 1 < buffer.count {
            if buffer[offset] == 13, buffer[offset + 1] == 10 { return start..<offset }
            offset += 1
        }
        return nil
    }

    private static var tooLong: MalformedRequest {
        MalformedRequest(reason: "the body is longer than \(bodyBytesMax) bytes")
    }

    private static func parseHead(_ bytes: ArraySlice<UInt8>) throws(MalformedRequest) -> Head {
        var lines = bytes.split(separator: 10).map { $0.last == 13 ? $0.dropLast() : $0 }[...]
        let requestLine = (lines.popFirst() ?? []).split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
        guard requestLine.count == 3, requestLine[2].hasPrefix("HTTP/1.") else {
            throw MalformedRequest(reason: "the request line is not HTTP/1.x")
        }
        var headers = Headers()
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
                throw MalformedRequest(reason: "a header line has no name")
            }
            headers.add(
                String(decoding: line[..<colon], as: UTF8.self),
                String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed)
        }
        let connection = headers["connection"]?.lowercased() ?? ""
        let keepsAlive = requestLine[2] == "HTTP/1.0" ? connection == "keep-alive" : connection != "close"
        let path = String(requestLine[1].prefix { $0 != "?" })
        let request = WireRequest(requestLine[0], path, headers: headers, keepsAlive: keepsAlive)
        return Head(request: request, framing: try framing(of: headers))
    }

    private static func framing(of headers: Headers) throws(MalformedRequest) -> Framing {
        if headers["transfer-encoding"]?.lowercased() == "chunked" { return .chunked }
        guard let text = headers["content-length"] else { return .length(0) }
        guard let length = Int(text), length >= 0 else {
            throw MalformedRequest(reason: "Content-Length is not a number")
        }
        guard length <= bodyBytesMax else { throw tooLong }
        return .length(length)
    }
}
