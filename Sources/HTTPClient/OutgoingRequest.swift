package import HTTP

/// A request to another server, with its limits.
package struct OutgoingRequest: Sendable {
    /// Upper-case letters, as RFC 9110 spells methods: `POST`.
    package var method: String
    /// An absolute `http` or `https` address without credentials.
    package var url: String
    /// The fields beside those that the transfer itself decides: Content-Length, Transfer-Encoding, Connection, Expect.
    package var headers: Headers
    package var body: [UInt8]
    /// The path of a Unix socket to connect to in place of the URL's host.
    package var unixSocket: String?
    /// For the whole transfer, from the call until the last byte; waiting for a turn counts.
    package var timeoutMilliseconds: Int
    package var connectTimeoutMilliseconds: Int
    /// A longer response body ends the transfer with `tooLarge`.
    package var bodyBytesMax: Int

    package init(
        method: String, url: String, headers: Headers = Headers(), body: [UInt8] = [], unixSocket: String? = nil,
        timeoutMilliseconds: Int, connectTimeoutMilliseconds: Int, bodyBytesMax: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.unixSocket = unixSocket
        self.timeoutMilliseconds = timeoutMilliseconds
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.bodyBytesMax = bodyBytesMax
    }
}

/// A header may hold a key and a body what somebody asked: neither shows in a description or a dump.
extension OutgoingRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let address = url.prefix { $0 != "?" }
        let names = headers.fields.map(\.name).joined(separator: ", ")
        return "\(method) \(address) [\(names)] \(body.count) bytes"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
