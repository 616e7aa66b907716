import Support

/// Why a transfer brought no whole response. A response of any status is no error.
package struct HTTPClientError: ExplainedError, Equatable {
    package enum Kind: Sendable, Equatable, CaseIterable {
        /// The host's name, its port or the proxy could not be reached; nothing was sent.
        case cannotConnect
        /// The request's own time was over.
        case timedOut
        /// The TLS handshake or the certificate failed; nothing was sent.
        case tls
        /// The connection broke after the request was sent and before the response was whole.
        case cut
        /// The response was larger than the request allowed.
        case tooLarge
        /// The awaiting task was cancelled.
        case cancelled
        /// The address is not an absolute `http` or `https` URL without credentials.
        case invalidURL
        /// A header field cannot be sent as it is.
        case invalidHeader
        /// The client was closed.
        case closed
        /// The other end does not speak HTTP, or the library failed.
        case other
    }

    package let kind: Kind
    /// The cause in the library's words; never a header's value.
    package let detail: String?
    /// Whether any byte of a response had come: then the server has certainly acted on the request.
    package let hasResponseBegun: Bool

    package init(_ kind: Kind, detail: String? = nil, hasResponseBegun: Bool = false) {
        self.kind = kind
        self.detail = detail
        self.hasResponseBegun = hasResponseBegun
    }

    package var what: String {
        switch kind {
        case .cannotConnect: "cannot connect"
        case .timedOut: "the server did not answer in time"
        case .tls: "no secure connection"
        case .cut: "the connection broke before the response was whole"
        case .tooLarge: "the response is too large"
        case .cancelled: "the request was cancelled"
        case .invalidURL: "not an address to send a request to"
        case .invalidHeader: "a header field cannot be sent"
        case .closed: "the HTTP client is closed"
        case .other: "the request failed"
        }
    }

    package var why: String? { detail }

    package var remedy: String? {
        switch kind {
        case .cannotConnect: "check the address, the network and the proxy variables"
        case .tls: "check the server's certificate and this machine's certificate authorities"
        case .invalidURL: "give an absolute http:// or https:// address without credentials"
        case .timedOut, .cut, .tooLarge, .cancelled, .invalidHeader, .closed, .other: nil
        }
    }
}
