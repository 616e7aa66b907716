import Glibc
import HTTP

/// A blocking HTTP client that sends any bytes and hides nothing of what comes back.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Answer {
        var status: Int
        var headers: Headers
        var body: [UInt8]
        /// Whether a chunked body had its last chunk, or a counted one all of its bytes.
        var isWhole: Bool

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var hasTimedOut = false

    /// - Parameter address: as a server tells it, `127.0.0.1:4711`, `[::1]:4711` or `unix:/path`.
    init(_ address: String) throws {
        let isUnix = address.hasPrefix("unix:")
        let isV6 = address.hasPrefix("[")
        descriptor = socket(
            isUnix ? AF_UNIX : isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let result: Int32
        if isUnix {
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: address.dropFirst(5).utf8) }
            result = unsafe RawClient.connect(descriptor, &name, MemoryLayout<sockaddr_un>.size)
        } else {
            let colon = try RawClient.unwrap(address.lastIndex(of: ":"))
            let port = try RawClient.unwrap(UInt16(address[address.index(after: colon)...]))
            if isV6 {
                var name = sockaddr_in6()
                name.sin6_family = sa_family_t(AF_INET6)
                name.sin6_port = port.bigEndian
                name.sin6_addr = in6addr_loopback
                result = unsafe RawClient.connect(descriptor, &name, MemoryLayout<sockaddr_in6>.size)
            } else {
                var name = sockaddr_in()
                name.sin_family = sa_family_t(AF_INET)
                name.sin_port = port.bigEndian
                name.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
                result = unsafe RawClient.connect(descriptor, &name, MemoryLayout<sockaddr_in>.size)
            }
        }
        guard result == 0 else { throw Failure(description: "connect: errno \(errno)") }
        // So that a broken server fails the test instead of hanging it.
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    private static func connect(_ descriptor: Int32, _ name: UnsafeRawPointer, _ size: Int) -> Int32 {
        unsafe Glibc.connect(descriptor, name.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
    }

    private static func unwrap<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Failure(description: "malformed") }
        return value
    }

    /// Sends everything; false when the server has closed the connection.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// A plain request with its Host header, and a body if there is one.
    func request(_ method: String, _ target: String, headers: [String] = [], body: String? = nil) {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n"
        for header in headers { text += header + "\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" } else { text += "\r\n" }
        send(text)
    }

    /// Closes the connection both ways, as a client that is gone.
    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Whether the server closes the connection with nothing more to say.
    func isClosed() -> Bool { buffer.isEmpty && !fill() && !hasTimedOut }

    /// Reads whatever is still sent; whether the server then closes the connection.
    func isClosedAfterRest() -> Bool {
        while fill() {}
        return !hasTimedOut
    }

    /// Reads one response, its final one where 100 comes before it.
    func answer(toHead: Bool = false) throws -> Answer {
        while true {
            let answer = try oneAnswer(toHead: toHead)
            if answer.status != 100 { return answer }
        }
    }

    /// Reads one response, 100 as well.
    func oneAnswer(toHead: Bool = false) throws -> Answer {
        var lines: [String] = []
        while true {
            let line = try line()
            if line.isEmpty { break }
            lines.append(line)
        }
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else {
            throw Failure(description: "no status line: \(lines)")
        }
        var headers = Headers()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers.add(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        var answer = Answer(status: status, headers: headers, body: [], isWhole: true)
        if toHead || status < 200 || status == 204 || status == 304 { return answer }
        if headers["Transfer-Encoding"] == "chunked" {
            while let piece = chunk() {
                if piece.isEmpty { return answer }
                answer.body += piece
            }
            answer.isWhole = false
        } else {
            let count = Int(headers["Content-Length"] ?? "") ?? .max
            while buffer.count < count, fill() {}
            answer.body = Array(buffer.prefix(count))
            answer.isWhole = answer.body.count == count
            buffer.removeFirst(answer.body.count)
        }
        return answer
    }

    /// The next chunk of a chunked body, empty at its end; nil when the connection was cut.
    func chunk() -> [UInt8]? {
        guard let line = try? line(), let size = Int(line, radix: 16) else { return nil }
        while buffer.count < size + 2 { if !fill() { return nil } }
        let piece = Array(buffer.prefix(size))
        buffer.removeFirst(size + 2)
        return piece
    }

    func line() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end].filter { $0 != 13 }, as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line
            }
            guard fill() else {
                throw Failure(
                    description: "connection closed, or silent for 20 s, after \(buffer.count) bytes of a line")
            }
        }
    }

    private func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe recv(descriptor, &piece, piece.count, 0)
        if count > 0 { buffer += piece.prefix(count) }
        hasTimedOut = count < 0 && errno == EAGAIN
        return count > 0
    }
}
