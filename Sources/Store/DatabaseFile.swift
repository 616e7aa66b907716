import Glibc
import Support

/// The database file: looked at before SQLite touches it, opened, and brought to this release's schema.
enum DatabaseFile {
    /// - Parameter path: of a file in a directory whose lock is held.
    static func open(
        path: String, durability: Durability, damage: DamageReport, log: Log
    ) throws(StoreError) -> Connection {
        try createOrInspect(path)
        var connection = try Connection.open(path: path, access: .readWrite, damage: damage)
        try inspect(&connection)
        // Both count only while the file is empty. Five vectors of 384 floats fit into 8 KB, two into 4 KB. Free
        // pages can be given back to the file system only if this is said before the first table.
        try connection.run("PRAGMA page_size = 8192")
        try connection.run("PRAGMA auto_vacuum = INCREMENTAL")
        let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw StoreError(
                .invalid, "the file system does not support a write-ahead log", context: "open the store", path: path)
        }
        try connection.run("PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
        // What is forgotten is overwritten, not only unlinked.
        try connection.run("PRAGMA secure_delete = ON")
        // A log that a long read made grow is cut to size when it is next reset.
        try connection.run("PRAGMA journal_size_limit = \(64 << 20)")
        try connection.run("PRAGMA cache_size = -\(Limits.writerCacheBytesMax >> 10)")
        try Schema.migrate(&connection, log: log)
        connection.setCheckpointOnClose(true)
        return connection
    }

    /// Renames the database and its log, so that nothing of it is lost.
    ///
    /// - Returns: its new path.
    static func putAside(_ path: String, at now: Timestamp) throws(StoreError) -> String {
        let aside = path + ".damaged-\(now.seconds)"
        // Those of the log first, of which there need not be any: beside a new file they would be taken for its own.
        for suffix in ["-wal", "-shm", ""] where unsafe rename(path + suffix, aside + suffix) != 0 {
            if suffix != "", errno == ENOENT { continue }
            throw StoreError(errno: errno, context: "put the damaged database aside", path: path + suffix)
        }
        return aside
    }

    /// Creates an empty file (0600), or reads the header of the one that is there.
    private static func createOrInspect(_ path: String) throws(StoreError) {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw StoreError(errno: errno, context: "open the database", path: path) }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = unsafe header.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0 { throw StoreError(errno: errno, context: "read the database", path: path) }
        if count == 0 { return try syncDirectory(of: path) }
        // https://www.sqlite.org/fileformat.html#the_database_header
        guard count == header.count, header.starts(with: "SQLite format 3\0".utf8) else {
            throw StoreError(.notADatabase, "the file is not a database", context: "open the store", path: path)
        }
        func bigEndian(_ offset: Int) -> Int64 { header[offset..<offset + 4].reduce(0) { $0 << 8 | Int64($1) } }
        try check(applicationID: bigEndian(68), version: Int(bigEndian(60)), isEmpty: true, path: path)
    }

    /// Looks again through SQLite, which sees a log that a crash left behind.
    private static func inspect(_ connection: inout Connection) throws(StoreError) {
        try check(
            applicationID: connection.number("PRAGMA application_id"),
            version: Int(connection.number("PRAGMA user_version")),
            isEmpty: connection.number("SELECT count(*) FROM sqlite_schema") == 0, path: connection.path)
    }

    /// - Parameter isEmpty: whether a file without our mark may be one that was never filled.
    private static func check(
        applicationID: Int64, version: Int, isEmpty: Bool, path: String
    ) throws(StoreError) {
        let isOurs = applicationID == Schema.applicationID && version > 0
        guard isOurs || (applicationID == 0 && version == 0 && isEmpty) else {
            throw StoreError(
                .foreignDatabase, "it is a database of another program", context: "open the store", path: path)
        }
        guard version <= Schema.version else {
            throw StoreError(
                .newerSchema(found: version, supported: Schema.version),
                "its schema has version \(version), this release knows \(Schema.version)", context: "open the store",
                path: path)
        }
    }

    /// Makes a new file's name survive a power cut; SQLite does this for its journals only.
    private static func syncDirectory(of path: String) throws(StoreError) {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, context: "open the directory", path: directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(errno: errno, context: "sync", path: directory) }
    }
}
