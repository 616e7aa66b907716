import Synchronization

/// A request as a server has read it or a client will send it, its body whole.
package struct Request: Sendable {
    package let head: Head
    package var body: [UInt8]

    package init(_ head: Head, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    package init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], headers: Headers = Headers(),
        body: [UInt8] = [], peer: Peer = .local
    ) {
        self.init(Head(method, path, query: query, headers: headers, peer: peer), body: body)
    }

    package var method: String { head.method }
    package var path: String { head.path }
    package var query: [(name: String, value: String)] { head.query }
    package var headers: Headers { head.headers }
    package var peer: Peer { head.peer }

    /// The query's first value of that name.
    package func query(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}

extension Request {
    /// All of a request but its body. The requests of a connection often have the same, which then is one object.
    package final class Head: Sendable {
        package let method: String
        /// The path without the query, percent-decoded: `/cache/entries/7`.
        package let path: String
        /// The query's names and values, percent-decoded, in order.
        package let query: [(name: String, value: String)]
        package let headers: Headers
        /// Who sent it; a client leaves it as it is.
        package let peer: Peer
        private let kept = Mutex<(any AnyObject & Sendable)?>(nil)

        package init(
            _ method: String, _ path: String, query: [(name: String, value: String)], headers: Headers, peer: Peer
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.peer = peer
        }

        /// What was concluded from the head, and from nothing that may be otherwise for the next request with it.
        package var conclusion: (any AnyObject & Sendable)? {
            get { kept.withLock { $0 } }
            set { kept.withLock { $0 = newValue } }
        }
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
