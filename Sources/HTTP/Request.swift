/// A request as a server has read it or a client will send it, its body whole.
package struct Request: Sendable {
    package var method: String
    /// The path without the query, percent-decoded: `/cache/entries/7`.
    package var path: String
    /// The query's names and values, percent-decoded, in order.
    package var query: [(name: String, value: String)]
    package var headers: Headers
    package var body: [UInt8]
    /// Who sent it; a client leaves it as it is.
    package var peer: Peer

    package init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], headers: Headers = Headers(),
        body: [UInt8] = [], peer: Peer = .local
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The query's first value of that name.
    package func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}

/// The other end of a connection.
package enum Peer: Sendable, Hashable {
    /// The process itself: an offline command, a test.
    case local
    /// A TCP client, by its address without the port.
    case tcp(address: String)
    /// A Unix socket client, by the user that the kernel vouches for (SO_PEERCRED).
    case unix(uid: UInt32, pid: Int32)
}
