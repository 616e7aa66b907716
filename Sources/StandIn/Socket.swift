import Glibc

/// A TCP socket with blocking calls, closed when it goes.
final class Socket: Sendable {
    let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// A socket that listens on 127.0.0.1 only: the stand-in is nobody's server.
    static func listening(port: UInt16) throws(SystemError) -> Socket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        let listener = Socket(descriptor: descriptor)
        listener.enable(SOL_SOCKET, SO_REUSEADDR)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let bound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else { throw SystemError(call: "bind to 127.0.0.1:\(port)") }
        guard listen(descriptor, SOMAXCONN) == 0 else { throw SystemError(call: "listen") }
        return listener
    }

    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        precondition(result == 0, "a bound socket has a name")
        return UInt16(bigEndian: address.sin_port)
    }

    /// The next connection; nil when the socket was shut down.
    func accept() -> Socket? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                let socket = Socket(descriptor: connection)
                // A child process of a test must not keep the connection open.
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                socket.enable(Int32(IPPROTO_TCP), TCP_NODELAY)
                return socket
            }
            switch errno {
            case EINVAL, EBADF: return nil
            // Out of descriptors: others will be closed.
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(10_000)
            default: continue
            }
        }
    }

    private func enable(_ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        unsafe _ = setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Waits for bytes; none at the connection's end.
    func receive(into buffer: inout [UInt8]) -> ArraySlice<UInt8> {
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            return buffer[..<max(count, 0)]
        }
    }

    /// - Returns: whether the client was still there.
    func send(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe Glibc.send(
                    descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Waits, unless the client leaves before.
    ///
    /// - Parameter milliseconds: nil waits for the client to leave.
    /// - Returns: whether the client is still there.
    func wait(milliseconds: Int?) -> Bool {
        let end = milliseconds.map { monotonicMilliseconds() + $0 }
        while true {
            let left = end.map { max(0, $0 - monotonicMilliseconds()) }
            var event = pollfd(fd: descriptor, events: peerHasLeft, revents: 0)
            let result = unsafe poll(&event, 1, left.map { Int32(clamping: $0) } ?? -1)
            if result > 0 { return false }
            if result == 0, left == 0 { return true }
        }
    }
}

/// POLLRDHUP of <poll.h>, which Glibc's module leaves out: the other end has closed its half or all.
private let peerHasLeft: Int16 = 0x2000

private func monotonicMilliseconds() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
}
