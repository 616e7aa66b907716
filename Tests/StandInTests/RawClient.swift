import Glibc

/// A blocking client that sends and receives bytes as they are; a receive that takes 10 s fails.
final class RawClient {
    private let descriptor: Int32

    struct Failure: Error {
        let call: String
        let number: Int32
    }

    /// - Parameter url: `http://127.0.0.1:PORT/v1`.
    init(_ url: String) throws {
        let port = url.split(separator: ":")[2].prefix { $0.isNumber }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port)!.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(call: "connect", number: errno) }
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// The next bytes; empty at the end.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(call: "recv", number: errno) }
        return Array(buffer[..<count])
    }

    func receive(until text: String) throws -> String {
        var received = ""
        while !received.contains(text) {
            let bytes = try receive()
            if bytes.isEmpty { throw Failure(call: "end before \(text), after: \(received)", number: 0) }
            received += String(decoding: bytes, as: UTF8.self)
        }
        return received
    }

    func receiveToTheEnd() throws -> String {
        var received: [UInt8] = []
        while case let bytes = try receive(), !bytes.isEmpty { received += bytes }
        return String(decoding: received, as: UTF8.self)
    }
}
