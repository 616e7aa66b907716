package import HTTP

/// A request as it came over the wire.
package struct WireRequest: Sendable, Equatable {
    package var method: String
    /// The path without the query, undecoded: no route of the stand-in needs decoding.
    package var path: String
    package var headers: Headers
    package var body: [UInt8]
    /// Whether the client will send another request on the connection.
    package var keepsAlive: Bool

    package init(
        _ method: String, _ path: String, headers: Headers = [:], body: [UInt8] = [], keepsAlive: Bool = true
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.keepsAlive = keepsAlive
    }
}

/// Why bytes are not a request.
package struct MalformedRequest: Error, Equatable {
    package let reason: String
}
