import CLinux
import Glibc
import Synchronization

/// A socket that accepts connections, TCP or Unix; closed, and its file removed, at the latest with the object.
final class ListeningSocket: Sendable {
    /// The address as bound: `127.0.0.1:8474`, `[::1]:8474` or `unix:/path`.
    let address: String
    let descriptor: Int32
    private let file: UnixSocketFile?
    private let isOpen = Mutex(true)
    /// Its open connections.
    let openCount = Atomic<Int>(0)

    /// Listens on a TCP address.
    init(tcp text: String, allowRemote: Bool) throws(ServerError) {
        let wanted = try ListenAddress(text)
        try ListeningSocket.check(wanted, text, allowRemote: allowRemote)
        let family = if case .v4 = wanted { AF_INET } else { AF_INET6 }
        let opened = OpenDescriptor(socket(family, ListeningSocket.streamType, 0))
        guard opened.isValid else { throw ListeningSocket.failure(text, errno) }
        // A restart need not wait for the last run's connections to be forgotten.
        opened.set(SOL_SOCKET, SO_REUSEADDR, 1)
        // [::] would take IPv4 as well, unlike what is written.
        if family == AF_INET6 { opened.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        guard unsafe wanted.withSocketAddress({ unsafe bind(opened.descriptor, $0, $1) }) == 0,
            listen(opened.descriptor, ListeningSocket.backlog) == 0
        else { throw ListeningSocket.failure(text, errno) }
        guard case .tcp(let host, let port)? = SocketName.local(of: opened.descriptor) else {
            throw ListeningSocket.failure(text, errno)
        }
        address = ListeningSocket.text(host, port)
        file = nil
        descriptor = opened.take()
    }

    /// Listens on a Unix socket, its file made with mode 0660.
    init(path: String) throws(ServerError) {
        let file = try UnixSocketFile(path: path)
        try file.makeRoom()
        let opened = OpenDescriptor(socket(AF_UNIX, ListeningSocket.streamType, 0))
        guard opened.isValid else { throw ListeningSocket.failure(path, errno) }
        guard unsafe file.withSocketAddress({ unsafe bind(opened.descriptor, $0, $1) }) == 0 else {
            throw ListeningSocket.failure(path, errno)
        }
        let bound = file.recordingIdentity()
        // Nobody can connect before listen, so the mode that the umask gave is never in force.
        guard unsafe chmod(path, 0o660) == 0, listen(opened.descriptor, ListeningSocket.backlog) == 0 else {
            let code = errno
            bound.remove()
            throw ListeningSocket.failure(path, code)
        }
        address = "unix:\(path)"
        self.file = bound
        descriptor = opened.take()
    }

    /// Takes over a socket on which a service manager listens already; its file stays the manager's.
    init(inherited inheritedDescriptor: Int32, allowRemote: Bool) throws(ServerError) {
        let opened = OpenDescriptor(inheritedDescriptor)
        guard opened.isListening, let name = SocketName.local(of: inheritedDescriptor) else {
            throw ServerError(
                .notASocket, "cannot listen on the inherited descriptor \(inheritedDescriptor)",
                why: "it is no stream socket that listens",
                remedy: "start refrain with sockets as ListenStream= gives them, or without LISTEN_FDS")
        }
        switch name {
        case .tcp(let host, let port):
            address = ListeningSocket.text(host, port)
            try ListeningSocket.check(try ListenAddress(address), address, allowRemote: allowRemote)
        case .unix(let path):
            address = "unix:\(path)"
        }
        file = nil
        descriptor = opened.take()
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close()
    }

    private static func text(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func check(_ wanted: ListenAddress, _ text: String, allowRemote: Bool) throws(ServerError) {
        guard allowRemote || wanted.isLoopback else {
            throw ServerError(
                .remoteAddress, "cannot listen on \(text)", why: "other hosts could reach it",
                remedy: "listen on 127.0.0.1 or [::1], or set allow_remote")
        }
    }

    enum Acceptance {
        case connection(Int32)
        /// None waits any more.
        case none
        /// One may wait that cannot be had now, most often because there is no descriptor or memory for it.
        case failed(errno: Int32)
    }

    /// Takes in a connection, without waiting for one.
    func accept() -> Acceptance {
        while true {
            let accepted = linux_accept(descriptor)
            if accepted >= 0 { return .connection(accepted) }
            switch errno {
            case EAGAIN: return .none
            // That one has left meanwhile; the next may be there.
            case ECONNABORTED, EINTR: continue
            default: return .failed(errno: errno)
            }
        }
    }

    /// Refuses new connections from now on and removes the socket's file; a second call does nothing.
    func close() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            file?.remove()
            Glibc.close(descriptor)
        }
    }

    private static let streamType =
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    /// Connections that the kernel holds for us; it bounds this by net.core.somaxconn.
    private static let backlog: Int32 = 4_096

    private static func failure(_ address: String, _ code: Int32) -> ServerError {
        let what = "cannot listen on \(address)"
        switch code {
        case EADDRINUSE:
            return ServerError(
                .addressInUse, what, why: "address in use",
                remedy: "stop the program that has it (ss -ltnp names it) or listen on another address")
        case EACCES, EPERM:
            return ServerError(
                .system(code), what, why: "permission denied",
                remedy: "choose a port above 1023 or a directory that this user may write to")
        case EADDRNOTAVAIL:
            return ServerError(
                .system(code), what, why: "no interface of this host has the address",
                remedy: "listen on an address of this host")
        case ENOENT:
            return ServerError(
                .system(code), what, why: "its directory does not exist", remedy: "make the directory first")
        default:
            return ServerError(.system(code), what, why: systemMessage(code))
        }
    }
}

/// The system's words for an errno.
func systemMessage(_ code: Int32) -> String {
    guard let message = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: message)
}
