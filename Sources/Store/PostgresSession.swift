import CPostgres
import Glibc
import Support

/// The use of a PostgreSQL server by one thread at a time: connected when first needed, and again after the connection
/// was lost.
///
/// Statements are prepared once a connection and kept by their text. They go out in libpq's pipeline mode: what nobody
/// has to wait for (`send`) travels together with the next statement that somebody does (`forEachRow`).
final class PostgresSession {
    let url: String
    private let use: Use
    private let isAlone: Bool
    private let availability: Availability
    private var link: PostgresLink?
    private var names: [String: String] = [:]
    private var lastName = 0
    /// Something that the server was sent.
    private struct Sent {
        let sql: String
        /// Whether it was to be prepared, not run.
        var isPreparation = false
    }

    /// What was sent and whose outcome was not yet read, in order.
    private var pending: [Sent] = []
    /// That of an exchange that is over but for the reading of its outcome.
    private var owed: [Sent] = []
    /// Texts prepared since the last outcome: not known to be good.
    private var unproven: [String] = []
    /// Rows that the last statement waited for has changed.
    private(set) var changes = 0
    /// Whether the server tells a connection that follows of commits, or has to be asked.
    private(set) var isNotified = false

    /// Throws `.libraryMissing` where libpq is not installed; connects to nothing yet.
    ///
    /// - Parameters:
    ///   - url: without a password, which libpq finds by its own means.
    ///   - isAlone: whether no other process may write meanwhile.
    init(url: String, use: Use, isAlone: Bool = false, availability: Availability) throws(StoreError) {
        _ = try unsafe PostgresLink.library(for: url)
        self.url = url
        self.use = use
        self.isAlone = isAlone
        self.availability = availability
    }

    /// Whether a transaction is open, a failed one included.
    var inTransaction: Bool { link?.inTransaction ?? false }

    /// Sends a statement whose outcome comes with that of the next one waited for.
    func send(_ sql: String, _ values: [Value] = []) throws(StoreError) {
        let link = try ready()
        try closing { () throws(StoreError) in try link.run(try prepared(sql, link), values) }
        pending.append(Sent(sql: sql))
        // Neither side is to hold an unbounded number of them.
        if pending.count >= Limits.statementsPerPipelineMax { try wait() }
    }

    /// Sends a statement at once, without waiting: its outcome is read before the next use, when it has long come.
    func post(_ sql: String) throws(StoreError) {
        try send(sql)
        guard let link else { return }
        try closing { () throws(StoreError) in try link.synchronize() }
        (owed, pending) = (pending, [])
    }

    /// Waits for the outcome of everything sent.
    func wait() throws(StoreError) {
        if !pending.isEmpty { _ = try outcome() }
    }

    /// Runs a statement and visits its rows until `visit` says false.
    func forEachRow(
        _ sql: String, _ values: [Value] = [], _ visit: (borrowing Row) -> Bool
    ) throws(StoreError) {
        if use == .scanning { return try scan(sql, values, visit) }
        try send(sql, values)
        let result = try outcome()
        changes = result.changes
        for index in 0..<result.rowCount {
            guard visit(result.row(index)) else { return }
        }
    }

    /// Runs statements that travel together, and visits the rows of each in turn.
    ///
    /// - Parameter visit: gets the statement's index.
    func forEachRow(
        ofEach statements: [(sql: String, values: [Value])], _ visit: (_ statement: Int, borrowing Row) -> Void
    ) throws(StoreError) {
        for start in stride(from: 0, to: statements.count, by: Limits.statementsPerPipelineMax) {
            let part = statements[start..<min(start + Limits.statementsPerPipelineMax, statements.count)]
            if pending.count + part.count > Limits.statementsPerPipelineMax { try wait() }
            let link = try ready()
            // Others travel with them: what was sent before, and their own preparation.
            var indices: [Int: Int] = [:]
            for (index, statement) in zip(part.indices, part) {
                try closing { () throws(StoreError) in
                    try link.run(try prepared(statement.sql, link), statement.values)
                }
                indices[pending.count] = index
                pending.append(Sent(sql: statement.sql))
            }
            _ = try outcome { place, result in
                guard let index = indices[place] else { return }
                for row in 0..<result.rowCount { visit(index, result.row(row)) }
            }
        }
    }

    /// Visits rows as they come, so that memory holds one of them.
    private func scan(_ sql: String, _ values: [Value], _ visit: (borrowing Row) -> Bool) throws(StoreError) {
        let link = try ready()
        try closing { () throws(StoreError) in _ = try prepared(sql, link) }
        try wait()
        try send(sql, values)
        var failure: StoreError?
        var (isOver, hasMore) = (false, false)
        try closing { () throws(StoreError) in
            try link.synchronize()
            try link.readSingleRows()
            while !hasMore, let result = try link.next() {
                switch result.status {
                // The row with which the visit ended is often the only one.
                case PGRES_SINGLE_TUPLE: if isOver { hasMore = true } else { isOver = !visit(result.row(0)) }
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
                default: failure = result.error(sql, url: url)
                }
            }
            if !hasMore { try readSynchronization(link) }
        }
        pending = []
        // Cheaper than to read the rest: a scan that ends early is rare.
        if hasMore { close() }
        try settle(failure)
    }

    /// Waits until the server tells of a commit, or another descriptor can be read.
    func waitForNotification(milliseconds: Int, or other: Int32) throws(StoreError) -> Bool {
        let link = try ready()
        var isTold = false
        try closing { () throws(StoreError) in
            isTold = try link.waitForNotification(milliseconds: milliseconds, or: other)
        }
        return isTold
    }

    // MARK: The pipeline

    /// The result of the last statement sent; throws what the first one that failed says.
    ///
    /// - Parameter visit: gets the result of each statement that succeeded, and its place in `pending`.
    private func outcome(
        _ visit: (_ place: Int, borrowing PostgresResult) -> Void = { _, _ in }
    ) throws(StoreError) -> PostgresResult {
        let link = try connected()
        try closing { () throws(StoreError) in try link.synchronize() }
        return try outcome(link, of: pending, visit)
    }

    /// - Parameter statements: of an exchange that was synchronized.
    private func outcome(
        _ link: PostgresLink, of statements: [Sent],
        _ visit: (_ place: Int, borrowing PostgresResult) -> Void = { _, _ in }
    ) throws(StoreError) -> PostgresResult {
        var last: PostgresResult?
        var failure: StoreError?
        try closing { () throws(StoreError) in
            for (place, sent) in statements.enumerated() {
                while let result = try link.next() {
                    switch result.status {
                    case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                        // It stays, whatever becomes of its use.
                        if sent.isPreparation { unproven.removeAll { $0 == sent.sql } }
                        visit(place, result)
                        last = consume result
                    // Those behind a failed one are not run.
                    case PGRES_PIPELINE_ABORTED: break
                    default: if failure == nil { failure = result.error(sent.sql, url: url) }
                    }
                }
            }
            try readSynchronization(link)
        }
        (owed, pending) = ([], [])
        try settle(failure)
        guard let last else { throw link.failure("read a result") }
        return last
    }

    private func readSynchronization(_ link: PostgresLink) throws(StoreError) {
        guard let result = try link.next(), result.status == PGRES_PIPELINE_SYNC else {
            throw link.failure("read a result")
        }
    }

    /// Takes over or forgets the statements prepared meanwhile, and throws the failure.
    private func settle(_ failure: StoreError?) throws(StoreError) {
        defer { unproven = [] }
        guard let failure else { return }
        for sql in unproven { names[sql] = nil }
        // The server ends the connection as well, or has become a standby, on which nothing can be written; or this release
        // may not write.
        if failure.isOfAllWrites { close() }
        throw failure
    }

    /// The name of a statement, which is prepared first where it is not.
    private func prepared(_ sql: String, _ link: PostgresLink) throws(StoreError) -> String {
        if let name = names[sql] { return name }
        lastName += 1
        let name = "r\(lastName)"
        try link.prepare(sql, as: name)
        names[sql] = name
        unproven.append(sql)
        pending.append(Sent(sql: sql, isPreparation: true))
        return name
    }

    // MARK: The connection

    private func connected() throws(StoreError) -> PostgresLink {
        // Where the server has stopped answering, only whoever may try again is to wait for it.
        if availability.isDown, pending.isEmpty, owed.isEmpty, !inTransaction { close() }
        if let link { return link }
        guard availability.mayTry() else {
            throw StoreError(.unavailable, "its server does not answer", context: "reach the store", path: url)
        }
        let begin = ContinuousClock.now
        do throws(StoreError) {
            let silence = use.isShort ? 2 * Limits.storeReadMillisecondsMax : Limits.storeWriteMillisecondsMax
            let link = try PostgresLink(url: url, silenceMillisecondsMax: silence)
            self.link = link
            availability.noteSuccess()
            try greet()
            return link
        } catch {
            close()
            if error.code == .unavailable {
                // Where it took long, to ask would take as long again.
                let isQuick = ContinuousClock.now < begin + .seconds(Limits.storeConnectSecondsMax)
                availability.noteFailure(error, isServing: isQuick && PostgresLink.isServing(url))
            }
            throw error
        }
    }

    /// A connection on which nothing is owed any more.
    private func ready() throws(StoreError) -> PostgresLink {
        let link = try connected()
        if !owed.isEmpty { _ = try outcome(link, of: owed) }
        return link
    }

    private func greet() throws(StoreError) {
        try send("SET search_path TO \(PostgresSchema.name)")
        // What an operator has set for all sessions would have writers fail that wait for each other.
        try send("SET default_transaction_isolation TO 'read committed'")
        try send("SET statement_timeout TO \(use.isShort ? Limits.storeReadMillisecondsMax : 0)")
        if use != .scanning {
            // A node that stops in the middle of a transaction holds up all the others, or what is cleaned up behind them.
            try send("SET idle_in_transaction_session_timeout TO \(Limits.transactionIdleMillisecondsMax)")
        }
        if use == .writing {
            try send("SET lock_timeout TO \(Limits.writersTurnMillisecondsMax)")
        }
        // A read of the latest changes that was planned while there were few must not sort all of them later.
        if use == .following { try send("SET enable_sort TO off") }
        try wait()
        if use == .writing { try takeLock() }
        if use == .following { try listen() }
    }

    /// Has the server tell of commits, where it can: not every engine that speaks PostgreSQL's protocol does.
    private func listen() throws(StoreError) {
        do throws(StoreError) {
            try send("LISTEN \(PostgresSchema.channel)")
            try wait()
            isNotified = true
        } catch {
            guard case .server = error.code else { throw error }
            isNotified = false
        }
    }

    /// Keeps out whoever must not write beside this process, for as long as the connection lasts: a copy into the store, and
    /// earlier releases, which knew of no other node.
    ///
    /// The connection of one that was killed may outlive it for a moment.
    private func takeLock() throws(StoreError) {
        let shared = isAlone ? "" : "_shared"
        for _ in 0..<Limits.lockTries {
            var isTaken = false
            try forEachRow("SELECT pg_try_advisory_lock\(shared)(\(Schema.applicationID))") {
                isTaken = $0.integer(0) != 0
                return true
            }
            if isTaken { return }
            usleep(useconds_t(Limits.lockPauseMilliseconds * 1_000))
        }
        throw StoreError(.inUse(processID: nil), "another process has it open", context: "open the store", path: url)
    }

    private func close() {
        link = nil
        names = [:]
        (owed, pending) = ([], [])
        unproven = []
    }

    /// Whatever fails in `body` is the connection's end.
    private func closing(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        do throws(StoreError) { try body() } catch {
            if link?.isSilent == true { availability.noteFailure(error) }
            close()
            throw error
        }
    }
}
