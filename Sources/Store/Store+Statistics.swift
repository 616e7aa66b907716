import Glibc
import Support

extension Store {
    /// Different damaged rows met since the store was opened.
    package var corruptRows: Int { damage.count }

    /// Counts everything. Takes tens of milliseconds per million rows: for people and scrapes, not for every request.
    package func statistics() throws(StoreError) -> Statistics {
        var statistics = try read { (connection) throws(StoreError) in
            try connection.snapshot { (connection) throws(StoreError) in try connection.counts() }
        }
        statistics.unrecordedCalls = unrecordedCalls
        statistics.queuedWrites = writer.queue.count
        statistics.corruptRows = damage.count
        let remoteBytes = try read { (connection) throws(StoreError) -> Int? in
            guard connection.dialect == .postgres else { return nil }
            return Int(try connection.number("SELECT pg_database_size(current_database())"))
        }
        statistics.databaseBytes = remoteBytes ?? sizeOfFile(path)
        statistics.logBytes = remoteBytes == nil ? sizeOfFile(path + "-wal") : 0
        return statistics
    }

    /// How many entries a tenant has.
    package func entryCount(tenant: String) throws(StoreError) -> Int {
        try read { (connection) throws(StoreError) in
            try Int(
                connection.number(
                    "SELECT count(*) FROM entries WHERE scope IN (SELECT id FROM scopes WHERE tenant = ?1)",
                    [.text(tenant)]))
        }
    }

    /// Reads the whole database and tells what is wrong with it, a line each; nothing when all is well.
    ///
    /// Takes seconds per gigabyte, on a connection of its own.
    package func integrityCheck() throws(StoreError) -> [String] {
        var connection = try readers.open()
        let structural = connection.dialect == .sqlite ? try connection.fileFindings() : try connection.strayRows()
        return structural + (try connection.damagedRows())
    }

    private func sizeOfFile(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}

extension Connection {
    /// Reads every row and names those whose checksum does not hold.
    mutating func damagedRows() throws(StoreError) -> [String] {
        var findings: [String] = []
        for table in Table.all {
            let report: (borrowing Row) -> Void = { row in
                let key = (0..<table.keyCount).map { "\(table.columns[$0]) \(row.summary($0))" }
                findings.append("\(table.name): the row of \(key.joined(separator: ", ")) is damaged")
            }
            try forEachRow(of: table, "", onDamage: report) { _ in true }
        }
        return findings
    }

    /// What SQLite finds wrong with its file, and references that lead nowhere.
    fileprivate mutating func fileFindings() throws(StoreError) -> [String] {
        var findings: [String] = []
        try forEachRow("PRAGMA integrity_check") {
            if $0.text(0) != "ok" { findings.append($0.text(0)) }
            return true
        }
        try forEachRow("PRAGMA foreign_key_check") {
            findings.append("\($0.text(0)): row \($0.integer(1)) refers to a missing row of \($0.text(2))")
            return true
        }
        return findings
    }

    /// Rows of a server's tables that outlived their entry; all other references the server itself keeps whole.
    fileprivate mutating func strayRows() throws(StoreError) -> [String] {
        var findings: [String] = []
        for table in Table.withoutScope {
            try forEachRow("SELECT entry FROM \(table.name) \(stray(table))") {
                findings.append("\(table.name): a row refers to the missing entry \($0.integer(0))")
                return true
            }
        }
        return findings
    }

    /// Removes them.
    ///
    /// - Returns: how many there were; none in a file, whose foreign keys are checked.
    mutating func removeStrayRows() throws(StoreError) -> Int {
        if dialect == .sqlite { return 0 }
        var removed = 0
        for table in Table.withoutScope {
            try run("DELETE FROM \(table.name) \(stray(table))")
            removed += changes
        }
        return removed
    }

    private func stray(_ table: Table) -> String {
        "WHERE NOT EXISTS (SELECT 1 FROM entries WHERE id = \(table.name).entry)"
    }

    fileprivate mutating func counts() throws(StoreError) -> Statistics {
        var counts = Statistics()
        counts.scopes = try count("scopes")
        counts.entries = try count("entries")
        counts.aliases = try count("wordings WHERE source > 0")
        counts.refusals = try count("refusals")
        counts.vectors = try count("vectors")
        counts.goodFeedback = try count("feedback WHERE verdict = \(Feedback.Verdict.good.rawValue)")
        counts.badFeedback = try count("feedback WHERE verdict = \(Feedback.Verdict.bad.rawValue)")
        counts.hits = try Int(total("hits"))
        counts.saved = Money(nanodollars: try total("saved"))
        // Calls with an origin are in the sums, which stay when their rows go. Every origin has its call.
        let others = try count("calls") - count("call_origins")
        counts.calls = try others + Int(number("SELECT CAST(coalesce(sum(calls), 0) AS bigint) FROM call_hours"))
        var spent = try number("SELECT CAST(coalesce(sum(cost), 0) AS bigint) FROM call_hours")
        if others > 0 {
            spent += try number(
                "SELECT CAST(coalesce(sum(cost), 0) AS bigint) FROM calls WHERE id NOT IN (SELECT call FROM call_origins)"
            )
        }
        counts.spent = Money(nanodollars: spent)
        return counts
    }

    private mutating func count(_ rows: String) throws(StoreError) -> Int {
        try Int(number("SELECT count(*) FROM \(rows)"))
    }
}
