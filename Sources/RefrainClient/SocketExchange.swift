import Foundation
import Glibc

/// One HTTP/1.1 request and its response over a Unix socket, on a thread of its own.
struct SocketExchange: Sendable {
    struct Response: Sendable {
        let status: Int
        let body: [UInt8]
    }

    let path: String
    let timeoutSeconds: Int

    /// An answer has some kilobytes; a daemon that sends this much is none.
    private static let responseBytesMax = 64 << 20

    /// Sends the bytes and reads to the end; cancelling the task hangs up.
    func run(_ request: [UInt8]) async throws -> Response {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(errno) }
        // Closed only once the thread is done with it, so that its number cannot be another file's meanwhile.
        defer { close(descriptor) }
        return try await withTaskCancellationHandler {
            let result = await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(returning: Result { try exchange(descriptor, request) })
                }
            }
            try Task.checkCancellation()
            return try result.get()
        } onCancel: {
            _ = shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }

    private func exchange(_ descriptor: Int32, _ request: [UInt8]) throws -> Response {
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        try connect(descriptor)
        var rest = request[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { rest.removeFirst(count) } else if errno != EINTR { throw failure(errno) }
        }
        var reply: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { return try parse(reply) }
            if count > 0 { reply += buffer.prefix(count) } else if errno != EINTR { throw failure(errno) }
            guard reply.count <= Self.responseBytesMax else {
                throw RefrainClientError("the daemon's reply has no end")
            }
        }
    }

    private func connect(_ descriptor: Int32) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytesMax = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard (1...bytesMax).contains(path.utf8.count) else { throw failure(ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw failure(errno) }
    }

    /// Status and body; with `Connection: close` the body goes to the end.
    private func parse(_ reply: [UInt8]) throws -> Response {
        let text = String(decoding: reply.prefix(16), as: UTF8.self).split(separator: " ")
        let mark: [UInt8] = Array("\r\n\r\n".utf8)
        guard text.count > 1, text[0].hasPrefix("HTTP/1."), let status = Int(text[1]),
            let end = reply.indices.first(where: { reply[$0...].starts(with: mark) })
        else { throw RefrainClientError("the daemon at \(path) hung up") }
        return Response(status: status, body: Array(reply[(end + mark.count)...]))
    }

    private func failure(_ code: Int32) -> RefrainClientError {
        let reason = code == EAGAIN ? "it took longer than \(timeoutSeconds) s" : unsafe String(cString: strerror(code))
        return RefrainClientError("no answer from the daemon at \(path): \(reason)")
    }
}
