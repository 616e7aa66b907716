import Support

/// Copies one store into another, of either kind, with everything in it and under the same numbers.
///
/// Rows are read in the order of their keys and written some at a time: a copy that was cut off goes on behind the last
/// row that has arrived. At the end both stores are read whole and compared by their rows' checksums.
package struct StoreCopy: Sendable {
    package struct Report: Sendable, Equatable {
        /// Rows in both stores now.
        package var rows = 0
        package var entries = 0
        /// Damaged rows of the source, and rows that refer to one: they are not in the target.
        package var leftBehind = 0
    }

    /// A row's presence in the target's `totals` says that a copy into it is not over.
    private static let mark = "copy_unfinished"

    private let source: Store
    private let target: Store

    package init(from source: Store, to target: Store) {
        self.source = source
        self.target = target
    }

    /// Copies what is not there yet, and compares.
    ///
    /// Throws `.invalid` when the target holds something that is not of such a copy, or when the two differ at the end.
    ///
    /// - Parameter progress: called after each step with the rows copied by this call so far.
    package func run(progress: (_ rows: Int) -> Void = { _ in }) async throws(StoreError) -> Report {
        try await begin()
        var report = Report()
        var copied = 0
        for table in Table.all {
            var last = try target.read { (connection) throws(StoreError) in try connection.lastKey(of: table) }
            while true {
                let page = try source.read { [last] (connection) throws(StoreError) in
                    try connection.page(of: table, after: last)
                }
                report.leftBehind += page.damaged
                report.leftBehind += try await write(page.rows, to: table)
                copied += page.rows.count
                progress(copied)
                guard let end = page.end else { break }
                last = end
            }
            try await copyNumbers(of: table)
        }
        report.leftBehind += try await target.write { (connection) throws(StoreError) in
            try connection.run("DELETE FROM totals WHERE name = ?1", [.text(StoreCopy.mark)])
            return try connection.removeStrayRows()
        }
        for table in Table.all {
            let found = (try sum(of: table, in: source), try sum(of: table, in: target))
            guard found.0 == found.1 || report.leftBehind > 0 else {
                throw refused(
                    "the table \(table.name) has \(found.0.rows) rows there and \(found.1.rows) here, or others")
            }
            report.rows += found.1.rows
            if table == .entries { report.entries = found.1.rows }
        }
        return report
    }

    private func begin() async throws(StoreError) {
        let isEmpty = try await target.write { (connection) throws(StoreError) in
            let isUnfinished = try connection.total(StoreCopy.mark) != 0
            if isUnfinished { return true }
            for table in Table.all where try connection.number("SELECT count(*) FROM \(table.name)") > 0 {
                return false
            }
            try connection.insert(into: .totals, [.text(StoreCopy.mark), .integer(1)])
            return true
        }
        if !isEmpty { throw refused("it is not empty") }
    }

    /// - Returns: how many rows refer to one that is not there.
    private func write(_ rows: [[Value]], to table: Table) async throws(StoreError) -> Int {
        if rows.isEmpty { return 0 }
        do throws(StoreError) {
            try await target.write { (connection) throws(StoreError) in
                for row in rows { try connection.put(row, in: table) }
                try connection.wait()
            }
            return 0
        } catch {
            guard error.isOfReference else { throw error }
        }
        return try await target.write { (connection) throws(StoreError) in
            var refused = 0
            for row in rows {
                do throws(StoreError) {
                    try connection.savepoint { (connection) throws(StoreError) in try connection.put(row, in: table) }
                } catch {
                    guard error.isOfReference, connection.inTransaction else { throw error }
                    refused += 1
                }
            }
            return refused
        }
    }

    /// Has the target go on counting where the source does: numbers are never used again.
    private func copyNumbers(of table: Table) async throws(StoreError) {
        guard table.columns[0] == "id" else { return }
        let last = try source.read { (connection) throws(StoreError) in try connection.lastNumber(of: table) }
        if last == 0 { return }
        try await target.write { (connection) throws(StoreError) in try connection.setLastNumber(last, of: table) }
    }

    private struct Sum: Equatable {
        var rows = 0
        /// Of the rows' checksums, all of which hold.
        var checksum: Int64 = 0
    }

    private func sum(of table: Table, in store: Store) throws(StoreError) -> Sum {
        var connection = try store.readers.open()
        var sum = Sum()
        try connection.forEachRow(of: table, "") { row in
            sum.rows += 1
            sum.checksum ^= row.integer(table.columns.count)
            return true
        }
        return sum
    }

    private func refused(_ reason: String) -> StoreError {
        StoreError(.invalid, reason, context: "copy into the store", path: target.path)
    }
}

extension StoreError {
    /// Whether a row was refused because it refers to one that is not there.
    fileprivate var isOfReference: Bool {
        // SQLITE_CONSTRAINT_FOREIGNKEY; foreign_key_violation
        code == .sqlite(787) || code == .server("23503")
    }
}

extension Table {
    /// Whether both kinds of store put the keys in the same order: texts follow a server's locale.
    fileprivate var isOrderedAlike: Bool { !Table.keyedByText.contains(self) }

    static let keyedByText: Set<Table> = [
        .tags, .totals, .requestHours, .callHours, .labelRequestHours, .labelCallHours, .ratings, .tagChanges,
    ]

    var key: [String] { Array(columns.prefix(keyCount)) }
}

extension Connection {
    /// The key of the last row of a table; nil where there is none, or where it says nothing about what is missing.
    fileprivate mutating func lastKey(of table: Table) throws(StoreError) -> [Value]? {
        guard table.isOrderedAlike else { return nil }
        let columns = table.key.joined(separator: ", ")
        let order = table.key.map { $0 + " DESC" }.joined(separator: ", ")
        return try first("SELECT \(columns) FROM \(table.name) ORDER BY \(order) LIMIT 1") { row in
            (0..<table.keyCount).map { row.value($0) }
        }
    }

    /// The next rows of a table.
    ///
    /// - Returns: the whole ones, how many are damaged, and the last one's key; nil at the table's end.
    fileprivate mutating func page(
        of table: Table, after last: [Value]?
    ) throws(StoreError) -> (rows: [[Value]], damaged: Int, end: [Value]?) {
        let columns = table.key.joined(separator: ", ")
        let parameters = (1...table.keyCount).map { "?\($0)" }.joined(separator: ", ")
        let condition = last == nil ? "" : "WHERE (\(columns)) > (\(parameters)) "
        var rows: [[Value]] = []
        var damaged = 0
        var end: [Value]?
        try forEachRow(
            of: table, "\(condition)ORDER BY \(columns) LIMIT \(Limits.rowsPerCopyStep)", last ?? [],
            onDamage: { row in
                damaged += 1
                end = (0..<table.keyCount).map { row.value($0) }
            }
        ) { row in
            let values = table.columns.indices.map { row.value($0) }
            rows.append(values)
            end = Array(values.prefix(table.keyCount))
            return true
        }
        return (rows, damaged, end)
    }

    fileprivate mutating func put(_ row: [Value], in table: Table) throws(StoreError) {
        if table.isOrderedAlike { try insert(into: table, row) } else { try replace(in: table, row) }
    }

    /// The last number that a table has given.
    fileprivate mutating func lastNumber(of table: Table) throws(StoreError) -> Int64 {
        if dialect == .postgres {
            return try number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM \(table.name)_id")
        }
        let given = try number("SELECT seq FROM sqlite_sequence WHERE name = ?1", [.text(table.name)])
        return max(given, try number("SELECT coalesce(max(id), 0) FROM \(table.name)"))
    }

    fileprivate mutating func setLastNumber(_ number: Int64, of table: Table) throws(StoreError) {
        if dialect == .postgres { return try run("SELECT setval('\(table.name)_id', ?1)", [.integer(number)]) }
        // Tables that count from their largest number have no row here, and need none.
        try run(
            "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", [.text(table.name), .integer(number)])
    }
}
