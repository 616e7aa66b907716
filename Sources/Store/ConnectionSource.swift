import Support

/// Where connections to the store are opened.
enum ConnectionSource: Sendable {
    case file(path: String)
    /// - url: without a password.
    case server(url: String, Availability)

    /// What messages name.
    var path: String {
        switch self {
        case .file(let path): path
        case .server(let url, _): url
        }
    }

    /// Whether it is a server that is away.
    var isDown: Bool {
        if case .server(_, let availability) = self { availability.isDown } else { false }
    }

    /// Connections kept for short reads. A server's take a hundred times as long, and connect when first used.
    var readers: Int {
        switch self {
        case .file: Limits.storeReaders
        case .server: Limits.storeServerReaders
        }
    }

    /// A connection for short reads.
    func reader(damage: DamageReport) throws(StoreError) -> Connection {
        switch self {
        case .file(let path):
            var connection = try Connection.open(path: path, access: .readOnly, damage: damage)
            // The first read opens the log: later there may be no descriptor left for it.
            _ = try connection.number("SELECT count(*) FROM sqlite_schema")
            return connection
        case .server(let url, let availability):
            return Connection(try PostgresSession(url: url, use: .reading, availability: availability), damage: damage)
        }
    }

    /// A connection for a read that takes seconds.
    func scanner(damage: DamageReport) throws(StoreError) -> Connection {
        switch self {
        case .file(let path): return try Connection.open(path: path, access: .readOnly, damage: damage)
        case .server(let url, let availability):
            return Connection(try PostgresSession(url: url, use: .scanning, availability: availability), damage: damage)
        }
    }

    /// A connection to a server for what nodes tell each other.
    func node(_ use: PostgresSession.Use, damage: DamageReport) throws(StoreError) -> Connection {
        guard case .server(let url, let availability) = self else {
            preconditionFailure("a file has one node, which has nobody to agree with")
        }
        return Connection(try PostgresSession(url: url, use: use, availability: availability), damage: damage)
    }
}
