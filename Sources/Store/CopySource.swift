package import Support
import Synchronization

/// A store that is read for a copy and never changed: by this process alone where no other has it open, beside the
/// others where they do.
package final class CopySource: Sendable {
    /// Whether other processes may change it while it is read.
    package let isInUse: Bool
    let readers: Readers
    let path: String
    private let directoryLock: DirectoryLock?
    /// Holds the server's lock for as long as it is connected; nil without one.
    private let serverLock: Mutex<Connection?>

    private init(
        _ source: ConnectionSource, directoryLock: DirectoryLock?, serverLock: consuming sending Connection?,
        isInUse: Bool, damage: DamageReport
    ) throws(StoreError) {
        self.isInUse = isInUse
        path = source.path
        self.directoryLock = directoryLock
        self.serverLock = Mutex(serverLock)
        readers = try Readers(source, damage: damage)
        try check()
    }

    /// Opens the database of a data directory, beside the daemon that may run on it.
    ///
    /// Throws `.newerSchema` or `.invalid` when another release's tables are in it.
    package static func open(directory: String, log: Log) throws(StoreError) -> CopySource {
        var lock: DirectoryLock?
        do throws(StoreError) { lock = try DirectoryLock(directory: directory) } catch {
            guard case .inUse = error.code else { throw error }
        }
        return try CopySource(
            .file(path: directory + "/refrain.db"), directoryLock: lock, serverLock: nil, isInUse: lock == nil,
            damage: DamageReport(log: log))
    }

    /// Opens a store on a PostgreSQL server, beside the daemons that may run on it.
    ///
    /// - Parameter url: `postgresql://…`, without a password.
    package static func open(url: String, log: Log) throws(StoreError) -> CopySource {
        let (damage, availability) = (DamageReport(log: log), Availability(log: log))
        let lock = try lock(url: url, availability, damage)
        let isInUse = lock == nil
        return try CopySource(
            .server(url: url, availability), directoryLock: nil, serverLock: lock, isInUse: isInUse, damage: damage)
    }

    /// - Returns: a connection that keeps the others out; nil where there are some.
    private static func lock(
        url: String, _ availability: Availability, _ damage: DamageReport
    ) throws(StoreError) -> sending Connection? {
        var connection = Connection(
            try PostgresSession(url: url, use: .writing, isAlone: true, availability: availability), damage: damage)
        do throws(StoreError) {
            // Whoever connects so takes the lock.
            try connection.run("SELECT 1")
        } catch {
            guard case .inUse = error.code else { throw error }
            return nil
        }
        return connection
    }

    package func close() {
        readers.close()
        serverLock.withLock { $0 = nil }
        directoryLock?.release()
    }

    func read<T: Sendable>(
        _ body: @Sendable (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try readers.read(body)
    }

    private func check() throws(StoreError) {
        let version = try read { (connection) throws(StoreError) in try connection.versionToCopy() }
        if version > Schema.version {
            throw StoreError(
                .newerSchema(found: version, supported: Schema.version),
                "its schema has version \(version), this release knows \(Schema.version)", context: "copy the store",
                path: path)
        }
        guard version == Schema.version else {
            throw refused(
                version == 0
                    ? "there is no store of ours in it"
                    : "its schema has version \(version), and a copy does not bring it to \(Schema.version): "
                        + "start this release's daemon on it once")
        }
        if try read({ (connection) throws(StoreError) in try connection.isUnfinishedCopy() }) {
            throw refused("a copy into it was not finished")
        }
    }

    private func refused(_ reason: String) -> StoreError {
        StoreError(.invalid, reason, context: "copy the store", path: path)
    }
}

extension Connection {
    /// The version of the schema; 0 where there is none of ours.
    fileprivate mutating func versionToCopy() throws(StoreError) -> Int {
        if dialect == .sqlite {
            let isOurs = try number("PRAGMA application_id") == Schema.applicationID
            return isOurs ? try Int(number("PRAGMA user_version")) : 0
        }
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = ?1 AND tablename = 'schema_version'"
        if try number(tables, [.text(PostgresSchema.name)]) == 0 { return 0 }
        return try Int(number("SELECT coalesce(max(version), 0) FROM schema_version"))
    }
}
