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
}
