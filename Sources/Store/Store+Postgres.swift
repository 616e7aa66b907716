package import Support

extension Store {
    /// Opens a store on a PostgreSQL server, and the daemon's data directory, which then holds nothing but its lock.
    ///
    /// Reads wait for the server: they belong on threads that may wait (`WaitingExecutor`), not on the cooperative pool.
    ///
    /// - Parameters:
    ///   - url: `postgresql://…`, without a password, which libpq finds by its own means.
    ///   - directory: nil for a command that needs none.
    ///   - isAlone: whether no other process may have it open.
    ///   - mayBeUnfinished: whether it is opened to be copied into; all others are refused what is not all there.
    package static func open(
        url: String, directory: String?, isAlone: Bool = false, mayBeUnfinished: Bool = false,
        clock: WallClock = .system, log: Log
    ) throws(StoreError) -> Store {
        let lock = try directory.map { (directory) throws(StoreError) in try DirectoryLock(directory: directory) }
        let damage = DamageReport(log: log)
        let availability = Availability(log: log)
        var connection = Connection(
            try PostgresSession(url: url, use: .writing, isAlone: isAlone, availability: availability), damage: damage)
        try PostgresSchema.migrate(&connection, log: log)
        let node = Node()
        connection.node = node
        try connection.enter(node)
        return try Store(
            source: .server(url: url, availability), connection: connection, lock: lock,
            mayBeUnfinished: mayBeUnfinished, damage: damage, clock: clock, log: log)
    }
}
