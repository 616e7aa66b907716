import Glibc

/// A TCP address as it is written in a configuration: `127.0.0.1:8474`, `[::1]:0`.
///
/// Host names are not resolved, save `localhost`: which address a name stands for is decided elsewhere and may change.
enum ListenAddress: Equatable {
    /// The address in network byte order.
    case v4(UInt32, port: UInt16)
    /// 16 bytes.
    case v6([UInt8], port: UInt16)

    init(_ text: String) throws(ServerError) {
        let error = ServerError(
            .badAddress, "cannot listen on \(text)", why: "it is not an IP address with a port",
            remedy: "write 127.0.0.1:8474 or [::1]:8474")
        guard let colon = text.lastIndex(of: ":") else { throw error }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else { throw error }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            var address = in6_addr()
            guard unsafe inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1 else { throw error }
            self = .v6(unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }, port: port)
        } else {
            var address = in_addr()
            let numeric = host == "localhost" ? "127.0.0.1" : String(host)
            guard unsafe inet_pton(AF_INET, numeric, &address) == 1 else { throw error }
            self = .v4(address.s_addr, port: port)
        }
    }

    /// Whether only this host can reach it.
    var isLoopback: Bool {
        switch self {
        case .v4(let address, _): UInt32(bigEndian: address) >> 24 == 127
        case .v6(let bytes, _): bytes == [UInt8](repeating: 0, count: 15) + [1]
        }
    }

    /// Calls the body with the address as the socket functions want it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch self {
        case .v4(let address, let port):
            var storage = sockaddr_in()
            storage.sin_family = sa_family_t(AF_INET)
            storage.sin_port = port.bigEndian
            storage.sin_addr.s_addr = address
            return unsafe withUnsafeBytes(of: &storage) { unsafe body($0.asSocketAddress, socklen_t($0.count)) }
        case .v6(let bytes, let port):
            var storage = sockaddr_in6()
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &storage.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
            return unsafe withUnsafeBytes(of: &storage) { unsafe body($0.asSocketAddress, socklen_t($0.count)) }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a socket address of some family, as the socket functions want them.
    var asSocketAddress: UnsafePointer<sockaddr> {
        guard let base = baseAddress else { preconditionFailure("a socket address has bytes") }
        return unsafe base.assumingMemoryBound(to: sockaddr.self)
    }
}
