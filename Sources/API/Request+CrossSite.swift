import HTTP

extension Request.Head {
    /// Whether a browser sends it for a page of another site: such a page could store answers here, or ask at the
    /// service's cost, as whoever looks at it.
    ///
    /// Browsers say so themselves (Fetch Metadata), or name the page's origin; no other client sends either.
    var isCrossSite: Bool {
        if let site = headers["Sec-Fetch-Site"] { return site != "same-origin" && site != "none" }
        guard let origin = headers["Origin"] else { return false }
        let host = headers["Host"] ?? ""
        return origin != "http://" + host && origin != "https://" + host
    }

    /// Whether it calls the service by a name that may be anybody's: a page of another site can have its own name lead to
    /// this machine (DNS rebinding), and its browser then takes the service for the page's own server.
    ///
    /// No name leads a browser to a Unix socket, none can stand for an address, and none that a page can have is without a
    /// dot, as `localhost` and the names of a network of containers are.
    var hasForeignHost: Bool {
        guard case .tcp = peer, let host = headers["Host"], host.utf8.first != UInt8(ascii: "[") else { return false }
        let name = host.prefix { $0 != ":" }
        if name.isEmpty { return true }
        let dot = UInt8(ascii: ".")
        let isAddress = name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == dot }
        return !isAddress && name.utf8.contains(dot)
    }
}
