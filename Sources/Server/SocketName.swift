import CLinux
import Glibc
import HTTP

/// The name of one end of a socket, as the kernel tells it.
enum SocketName: Equatable {
    case tcp(address: String, port: UInt16)
    /// Empty for a socket without a name.
    case unix(path: String)

    /// This end of a socket; nil when the descriptor is none or is of another family.
    static func local(of descriptor: Int32) -> SocketName? {
        unsafe read { unsafe getsockname(descriptor, $0, $1) }
    }

    /// The other end of a connected socket, with the credentials that the kernel vouches for.
    static func peer(of descriptor: Int32) -> Peer? {
        switch unsafe read({ unsafe getpeername(descriptor, $0, $1) }) {
        case .tcp(let address, _):
            return .tcp(address: address)
        case .unix:
            var credentials = linux_peer()
            guard unsafe linux_peer_credentials(descriptor, &credentials) == 0 else { return nil }
            return .unix(uid: credentials.uid, pid: credentials.pid)
        case nil:
            return nil
        }
    }

    private static func read(
        _ get: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketName? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let result = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe get($0, &length) }
            guard result == 0 else { return nil }
            let bytes = UnsafeRawPointer(pointer)
            switch Int32(unsafe pointer.pointee.ss_family) {
            case AF_UNIX:
                let name = unsafe bytes.load(as: sockaddr_un.self)
                let path = unsafe withUnsafeBytes(of: name.sun_path) { unsafe Array($0.prefix { $0 != 0 }) }
                return .unix(path: String(decoding: path, as: UTF8.self))
            case AF_INET:
                let name = unsafe bytes.load(as: sockaddr_in.self)
                return .tcp(address: text(AF_INET, name.sin_addr), port: UInt16(bigEndian: name.sin_port))
            case AF_INET6:
                let name = unsafe bytes.load(as: sockaddr_in6.self)
                return .tcp(address: text(AF_INET6, name.sin6_addr), port: UInt16(bigEndian: name.sin6_port))
            default:
                return nil
            }
        }
    }

    private static func text<Address>(_ family: Int32, _ address: Address) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let made = unsafe withUnsafeBytes(of: address) {
            unsafe inet_ntop(family, $0.baseAddress, &buffer, socklen_t(INET6_ADDRSTRLEN)) != nil
        }
        precondition(made, "an address of a known family has a text")
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
