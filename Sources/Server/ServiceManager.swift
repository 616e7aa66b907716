import CLinux
import Glibc

/// What a service manager hands over and is told, by systemd's protocols: sd_listen_fds(3) and sd_notify(3).
package enum ServiceManager {
    /// Where the handed sockets begin.
    private static let firstDescriptor: Int32 = 3
    /// More than a unit has; a number far beyond is a mistake.
    private static let socketsMax: Int32 = 64

    /// The sockets that the manager listens on for this process; empty where there is none.
    package static func sockets(environment: [String: String], process: Int32 = getpid()) -> [Int32] {
        // What was meant for a parent is not for us.
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == process,
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...socketsMax).contains(count)
        else { return [] }
        return Array(firstDescriptor..<firstDescriptor + count)
    }

    /// Tells the manager what became of this process: `READY=1`, `STOPPING=1`, `STATUS=…`, a line each.
    ///
    /// - Returns: whether it was told; false also where there is no manager.
    @discardableResult
    package static func notify(_ lines: String..., environment: [String: String]) -> Bool {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@") else { return false }
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let sender = OpenDescriptor(socket(AF_UNIX, kind, 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with a NUL, which is written as @.
        let path = name.hasPrefix("@") ? [0] + Array(name.utf8.dropFirst()) : Array(name.utf8)
        guard sender.isValid, path.count <= UnixSocketFile.pathBytesMax else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.count
        let message = Array(lines.joined(separator: "\n").utf8)
        let sent = unsafe withUnsafeBytes(of: &address) { address in
            unsafe sendto(
                sender.descriptor, message, message.count, Int32(MSG_NOSIGNAL), address.asSocketAddress,
                socklen_t(length))
        }
        return sent == message.count
    }
}
