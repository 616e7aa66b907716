import CSQLite
import Glibc
import Support

/// Why the store could not do something.
package struct StoreError: ExplainedError, Hashable {
    package enum Code: Hashable, Sendable {
        /// Another opener holds the data directory.
        case inUse(processID: Int32?)
        /// A later release wrote the database.
        case newerSchema(found: Int, supported: Int)
        /// A later release has changed the database since this process began to use it.
        case outdated
        /// The file is not an SQLite database.
        case notADatabase
        /// The file is an SQLite database of another program.
        case foreignDatabase
        /// A copy into the store is not finished.
        case unfinishedCopy
        /// A value that the store does not accept.
        case invalid
        /// `Limits.writeQueueMax` writes are waiting.
        case queueFull
        /// The store was closed.
        case closed
        case diskFull
        /// The process must not take more memory.
        case noMemory
        /// SQLite found the file damaged.
        case damaged
        /// The operating system's error number.
        case system(Int32)
        /// Any other extended result code of SQLite.
        case sqlite(Int32)
        /// libpq, which a store on PostgreSQL needs, cannot be loaded.
        case libraryMissing
        /// The server cannot be reached, or has ended the connection.
        case unavailable
        /// The connection was lost while a commit was under way: it may have been done.
        case outcomeUnknown
        /// The server does not let this user do it.
        case denied
        /// Any other SQLSTATE of PostgreSQL.
        case server(String)
    }

    package let code: Code
    /// The cause, as the system, SQLite, the server or the check that failed tells it.
    package let message: String
    /// What was being done, as it follows "cannot": `open the store`, or the SQL.
    package let context: String
    package let path: String

    init(_ code: Code, _ message: String, context: String, path: String) {
        self.code = code
        self.message = message
        self.context = context
        self.path = path
    }

    /// - Parameter message: whose limit it is.
    package static func noMemory(_ message: String, path: String) -> StoreError {
        StoreError(.noMemory, message, context: "store more for want of memory", path: path)
    }

    /// - Parameter context: what was being done, as it follows "cannot".
    static func outdated(_ context: String, path: String) -> StoreError {
        StoreError(
            .outdated,
            "a later release has changed the tables, and releases that know version \(Schema.version) may not use them",
            context: context, path: path)
    }

    init(errno number: Int32, context: String, path: String) {
        let message = unsafe String(cString: strerror(number))
        self.init(number == ENOSPC ? .diskFull : .system(number), message, context: context, path: path)
    }

    /// - Parameter result: an extended result code (<https://www.sqlite.org/rescode.html>).
    init(sqlite result: Int32, message: String, context: String, path: String) {
        let code: Code =
            switch result & 0xFF {
            case SQLITE_FULL: .diskFull
            case SQLITE_CORRUPT: .damaged
            case SQLITE_NOTADB: .notADatabase
            default: .sqlite(result)
            }
        self.init(code, message, context: context, path: path)
    }

    /// - Parameter sqlState: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    init(sqlState state: String, message: String, context: String, path: String) {
        let code: Code =
            switch state {
            // Shut down, crashed, or starting; a standby; no more connections.
            // Or it has ended a connection that said nothing for long, or others did not let it write.
            case "57P01", "57P02", "57P03", "57P05", "25006", "53300", "25P03", "55P03": .unavailable
            case "53100": .diskFull
            case "XX001", "XX002": .damaged
            // Also a schema that is there and may not be used.
            case "42501", "3F000": .denied
            case _ where state.hasPrefix("08"): .unavailable
            case _ where state.hasPrefix("28"): .denied
            default: .server(state)
            }
        self.init(code, message, context: context, path: path)
    }

    /// Whether no other write would fare better now.
    var isOfAllWrites: Bool { code == .unavailable || code == .outdated }

    package var what: String { "cannot \(context) (\(path))" }
    package var why: String? { message }

    package var remedy: String? {
        switch code {
        case .inUse: "stop that process, or let it do the work through its socket"
        case .newerSchema: "use the release that wrote it, or a later one"
        case .outdated: "bring this node to the later release as well"
        case .notADatabase, .foreignDatabase: "choose another data directory, or move the file away"
        case .unfinishedCopy: "give the same `refrain copy` again until it says that it is finished"
        case .queueFull: "try again later; the disk is slower than the writes come in"
        case .diskFull: "free some space"
        case .noMemory: "allow more, or keep within it by capacity.memory_megabytes_max, for which entries make room"
        case .damaged: "restore a backup, or move the file away and start with an empty cache"
        case .libraryMissing: "install it: `apt install libpq5` on Debian"
        case .unavailable:
            "check that the server runs and that libpq finds the password (PGPASSFILE, passfile in the URL, or PGPASSWORD)"
        case .denied: "give the user of the URL the rights to create and use the schema \(PostgresSchema.name)"
        // A statement that was prepared a moment ago is unknown, or one is known that was not: it is another session.
        case .server("26000"), .server("42P05"):
            "have what is between daemon and server keep a session for each connection, as PgBouncer does with pool_mode = session"
        case .server: "see the server's log"
        case .invalid, .closed, .system, .sqlite, .outcomeUnknown: nil
        }
    }
}
