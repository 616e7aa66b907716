import CSQLite
import Glibc
import Support

/// One connection to the database, a file of SQLite's or a server of PostgreSQL's, used by one thread at a time.
///
/// Statements are prepared once and kept by their text, so a text must not carry a value.
@safe struct Connection: ~Copyable {
    let path: String
    let damage: DamageReport
    /// SQLite's; nil with a session.
    private let handle: OpaquePointer?
    let session: PostgresSession?
    /// Who notes what it changes for the others; nil where nobody has to know.
    var node: Node?
    /// What is to hear of each wording that is written; nil where nobody asks.
    var knownWordings: KnownWordings?
    /// The node's batch of writes that is in the transaction under way.
    var batch: Int64 = 0
    /// Changes noted in it, which the others are told of with its commit.
    var noted: [NotedChange] = []
    /// Whether the log has what was forgotten in it.
    var logHoldsForgotten = false
    /// What the write under way changes of what readers may remember.
    var reach = Reach.everything
    private var statements: [String: Statement] = [:]
    private var checksum = Checksum()
    /// Nil with a session.
    private let walPages: UnsafeMutablePointer<Int32>?

    enum Access { case readWrite, readOnly }

    private init(handle: OpaquePointer, path: String, damage: DamageReport) {
        self.path = path
        self.damage = damage
        unsafe self.handle = handle
        session = nil
        let pages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        unsafe pages.initialize(to: 0)
        unsafe walPages = pages
    }

    init(_ session: PostgresSession, damage: DamageReport) {
        path = session.url
        self.damage = damage
        self.session = session
        unsafe handle = nil
        unsafe walPages = nil
    }

    var dialect: Dialect { session == nil ? .sqlite : .postgres }

    /// Opens the file and sets what holds for the connection alone; changes nothing in the file.
    static func open(path: String, access: Access, damage: DamageReport) throws(StoreError) -> Connection {
        let flags =
            (access == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY)
            | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE
        var handle: OpaquePointer?
        let result = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard result == SQLITE_OK, let handle = unsafe handle else {
            let message = unsafe String(cString: sqlite3_errstr(result))
            unsafe sqlite3_close_v2(handle)
            throw StoreError(sqlite: result, message: message, context: "open the database", path: path)
        }
        var connection = unsafe Connection(handle: handle, path: path, damage: damage)
        connection.watchLog()
        unsafe sqlite3_busy_timeout(handle, Int32(Limits.storeBusyMillisecondsMax))
        // Until the schema is known to be ours, and for readers always, closing must not touch the file.
        connection.setCheckpointOnClose(false)
        try connection.run("PRAGMA foreign_keys = ON")
        try connection.run("PRAGMA trusted_schema = OFF")
        try connection.run("PRAGMA cell_size_check = ON")
        if access == .readOnly { try connection.run("PRAGMA query_only = ON") }
        return connection
    }

    /// Has SQLite tell how long the log is after each commit. This takes the place of its automatic checkpoint: the
    /// writer decides, after it has answered.
    private func watchLog() {
        unsafe sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                unsafe context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, walPages)
    }

    deinit {
        // Closes as soon as the statements are finalized, which is when this value's fields are destroyed.
        unsafe sqlite3_close_v2(handle)
        unsafe walPages?.deallocate()
    }

    /// Whether a transaction is open.
    var inTransaction: Bool {
        if let session {
            // What was sent and not waited for may have begun one. If it fails, that shows as well.
            try? session.wait()
            return session.inTransaction
        }
        return unsafe sqlite3_get_autocommit(handle) == 0
    }

    /// Rows the last statement changed.
    var changes: Int {
        if let session { return session.changes }
        return unsafe Int(sqlite3_changes64(handle))
    }

    /// Pages in the write-ahead log after the last commit.
    var pagesInLog: Int { unsafe walPages.map { unsafe Int($0.pointee) } ?? 0 }

    mutating func run(_ sql: String, _ values: [Value] = []) throws(StoreError) {
        try forEachRow(sql, values) { _ in true }
    }

    /// Runs a statement whose failure may show only with the next one that is run or read: to a server it costs no
    /// round trip of its own.
    mutating func send(_ sql: String, _ values: [Value] = []) throws(StoreError) {
        if let session { return try session.send(sql, values) }
        try run(sql, values)
    }

    /// Runs a statement whose failure shows with the next one, for which a server is not waited for.
    mutating func post(_ sql: String) throws(StoreError) {
        if let session { return try session.post(sql) }
        try run(sql)
    }

    /// Whether the connection broke with this error, so that its next use makes a new one.
    func isLost(by error: StoreError) -> Bool { session != nil && error.code == .unavailable }

    /// Waits until the server tells of a commit, or a descriptor can be read.
    func waitForNotification(milliseconds: Int, or other: Int32) throws(StoreError) -> Bool {
        try session?.waitForNotification(milliseconds: milliseconds, or: other) ?? false
    }

    /// Whether the server tells this connection of commits.
    var isNotified: Bool { session?.isNotified ?? false }

    /// Waits until the failure of what was sent would have shown.
    func wait() throws(StoreError) { try session?.wait() }

    /// The first row, read by `read`.
    mutating func first<T>(_ sql: String, _ values: [Value] = [], _ read: (borrowing Row) -> T) throws(StoreError) -> T?
    {
        var found: T?
        try forEachRow(sql, values) { row in
            found = read(row)
            return false
        }
        return found
    }

    /// The number in the first column of the first row, or 0.
    mutating func number(_ sql: String, _ values: [Value] = []) throws(StoreError) -> Int64 {
        try first(sql, values) { $0.integer(0) } ?? 0
    }

    /// Visits rows until `visit` says false. The statement is reset however this ends.
    mutating func forEachRow(
        _ sql: String, _ values: [Value] = [], _ visit: (borrowing Row) -> Bool
    ) throws(StoreError) {
        if let session { return try session.forEachRow(sql, values, visit) }
        let statement = try prepared(sql)
        defer { statement.reset() }
        try bind(values, to: statement, sql)
        while try advance(statement, sql) {
            guard visit(statement.row) else { return }
        }
    }

    /// Visits rows of a table whose checksum holds, until `visit` says false; damaged rows count as absent.
    ///
    /// - Parameter condition: what follows `SELECT … FROM table`.
    mutating func forEachRow(
        of table: Table, _ condition: String, _ values: [Value] = [], onDamage: (borrowing Row) -> Void = { _ in },
        _ visit: (borrowing Row) -> Bool
    ) throws(StoreError) {
        let sql = table.selectSQL + " " + condition
        if let session {
            return try session.forEachRow(sql, values) { row in
                if isWhole(row, of: table) { return visit(row) }
                onDamage(row)
                return true
            }
        }
        let statement = try prepared(sql)
        defer { statement.reset() }
        try bind(values, to: statement, sql)
        while try advance(statement, sql) {
            let row = statement.row
            if isWhole(row, of: table) {
                guard visit(row) else { return }
            } else {
                onDamage(row)
            }
        }
    }

    /// Whether a row's checksum holds; reports it where it does not.
    mutating func isWhole(_ row: borrowing Row, of table: Table) -> Bool {
        checksum.reset()
        row.add(columns: table.columns.count, to: &checksum)
        if checksum.value == row.integer(table.columns.count) { return true }
        damage.note(table: table, row: row)
        return false
    }

    /// The first undamaged row of a table, read by `read`.
    mutating func first<T>(
        of table: Table, _ condition: String, _ values: [Value], _ read: (borrowing Row) -> T
    ) throws(StoreError) -> T? {
        var found: T?
        try forEachRow(of: table, condition, values) { row in
            found = read(row)
            return false
        }
        return found
    }

    /// The values with their checksum behind them, as a row of a table is bound.
    mutating func sealed(_ values: [Value]) -> [Value] {
        checksum.reset()
        for value in values { checksum.add(value) }
        return values + [.integer(checksum.value)]
    }

    /// Empties the log, which still has what was removed, unless a reader is in the way.
    ///
    /// - Returns: whether it is empty.
    func emptyLog() throws(StoreError) -> Bool {
        // A reader of seconds, as a start is, would otherwise hold up the writes.
        unsafe sqlite3_busy_timeout(handle, 0)
        defer { unsafe sqlite3_busy_timeout(handle, Int32(Limits.storeBusyMillisecondsMax)) }
        let result = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard result == SQLITE_OK || result & 0xFF == SQLITE_BUSY else { throw error(result, "a checkpoint") }
        return result == SQLITE_OK
    }

    /// Copies the log into the database as far as no reader is in the way, or wholly when `truncating`.
    mutating func checkpoint(truncating: Bool = false) throws(StoreError) {
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        let result = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
        guard result == SQLITE_OK else { throw error(result, "a checkpoint") }
    }

    /// Whether the last connection to close empties and removes the log.
    func setCheckpointOnClose(_ isOn: Bool) {
        unsafe refrain_set_checkpoint_on_close(handle, isOn ? 1 : 0)
    }

    private mutating func prepared(_ sql: String) throws(StoreError) -> Statement {
        if let statement = statements[sql] {
            precondition(!statement.isBusy, "a statement is used while its rows are being read: \(sql)")
            return statement
        }
        guard let handle = unsafe handle else { preconditionFailure("a statement of SQLite's without its file") }
        guard let statement = unsafe Statement(sql, connection: handle) else {
            throw error(unsafe sqlite3_extended_errcode(handle), sql)
        }
        statements[sql] = statement
        return statement
    }

    private func bind(_ values: [Value], to statement: Statement, _ sql: String) throws(StoreError) {
        for (index, value) in values.enumerated() {
            let result = statement.bind(value, at: Int32(index + 1))
            if result != SQLITE_OK { throw error(result, sql) }
        }
    }

    /// Steps to the next row; false when there is none.
    private func advance(_ statement: Statement, _ sql: String) throws(StoreError) -> Bool {
        switch statement.step() {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        case let result: throw error(result, sql)
        }
    }

    private func error(_ result: Int32, _ sql: String) -> StoreError {
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        return StoreError(sqlite: result, message: message, context: "run \(sql)", path: path)
    }
}
