/// A host and a port, as a listener's address or a URL's authority spells them.
struct Endpoint: Equatable {
    /// Lower-case, without brackets.
    let host: String
    let port: Int

    /// - Returns: nil when it is not `host:port` or `[IPv6]:port`; the port may be left out where there is a default.
    init?(_ text: some StringProtocol, defaultPort: Int? = nil) {
        let end = text.lastIndex(of: "]")
        let afterHost: Substring
        if text.first == "[" {
            guard let end else { return nil }
            host = text[text.index(after: text.startIndex)..<end].lowercased()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else { return nil }
            afterHost = Substring(text[text.index(after: end)...])
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon].lowercased()
            guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
            else { return nil }
            afterHost = Substring(text[colon...])
        }
        if afterHost.isEmpty, let defaultPort {
            port = defaultPort
            return
        }
        let digits = afterHost.dropFirst()
        guard afterHost.first == ":", !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        self.port = port
    }

    /// The endpoint of an http or https URL with neither user, query nor fragment; nil for anything else.
    init?(url: String) {
        let isSecure = url.lowercased().hasPrefix("https://")
        guard isSecure || url.lowercased().hasPrefix("http://"),
            url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !url.contains(where: { "?#@\\".contains($0) })
        else { return nil }
        let authority = url.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" }
        self.init(authority, defaultPort: isSecure ? 443 : 80)
        if port == 0 { return nil }
    }

    private static let loopback: Set = ["localhost", "127.0.0.1", "::1"]

    /// Whether a listener at this address would answer a call to the other.
    func answers(_ other: Endpoint) -> Bool {
        guard port == other.port, port != 0 else { return false }
        if host == other.host { return true }
        let takesLoopback = Endpoint.loopback.contains(host) || host == "0.0.0.0" || host == "::"
        return takesLoopback && Endpoint.loopback.contains(other.host)
    }
}
