import Support

/// What a copy reads of a table.
extension Connection {
    /// The key of the last row of a table; nil where there is none.
    mutating func lastKey(of table: Table) throws(StoreError) -> RowKey? {
        let columns = table.key.joined(separator: ", ")
        let order = table.key.map { $0 + " DESC" }.joined(separator: ", ")
        return try first("SELECT \(columns) FROM \(table.name) ORDER BY \(order) LIMIT 1") {
            RowKey($0, count: table.keyCount)
        }
    }

    /// The next rows of a table.
    ///
    /// - Returns: the whole ones, and the last one's key; nil at the table's end.
    mutating func page(of table: Table, after last: RowKey?) throws(StoreError) -> (rows: [[Value]], end: RowKey?) {
        var rows: [[Value]] = []
        var end: RowKey?
        let condition = table.rowsAfterKey(last != nil, limit: Limits.rowsPerCopyStep)
        try forEachRow(
            of: table, condition, last?.values ?? [], onDamage: { end = RowKey($0, count: table.keyCount) }
        ) { row in
            rows.append(table.columns.indices.map { row.value($0) })
            end = RowKey(row, count: table.keyCount)
            return true
        }
        return (rows, end)
    }

    /// The rows of some keys, in any order, as far as they are there.
    ///
    /// - Returns: the whole ones, and how many are damaged.
    mutating func rows(of table: Table, _ keys: [RowKey]) throws(StoreError) -> (rows: [[Value]], damaged: Int) {
        var rows: [[Value]] = []
        var damaged = 0
        let count = Limits.keysPerCopyRead
        for part in ParameterList.parts(keys, of: count) {
            let values = ParameterList.padded(part, to: count).flatMap(\.values)
            try forEachRow(of: table, table.whereKeys(count), values, onDamage: { _ in damaged += 1 }) { row in
                rows.append(table.columns.indices.map { row.value($0) })
                return true
            }
        }
        return (rows, damaged)
    }

    /// Has a server look at tables that were just filled. Until it has, it takes the wrong index to find what goes with an
    /// entry, and reads a whole scope for each; by itself it looks some time later.
    mutating func countForPlans() throws(StoreError) {
        guard dialect == .postgres else { return }
        for table in Table.all { try run("ANALYZE \(table.name)") }
    }

    /// The last number that a table has given.
    mutating func lastNumber(of table: Table) throws(StoreError) -> Int64 {
        if dialect == .postgres {
            return try number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM \(table.name)_id")
        }
        let given = try number("SELECT seq FROM sqlite_sequence WHERE name = ?1", [.text(table.name)])
        return max(given, try number("SELECT coalesce(max(id), 0) FROM \(table.name)"))
    }

    /// Has a table go on counting behind a number, which is never used again.
    mutating func setLastNumber(_ number: Int64, of table: Table) throws(StoreError) {
        let values: [Value] = [.integer(number)]
        if dialect == .postgres { return try run("SELECT setval('\(table.name)_id', ?1)", values) }
        // Tables that count from their largest number have no row here, and need none; the others have one once they
        // have had a row.
        try run("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = '\(table.name)'", values)
        try run(
            """
            INSERT INTO sqlite_sequence (name, seq) SELECT name, ?1 FROM sqlite_schema
            WHERE type = 'table' AND name = '\(table.name)' AND sql LIKE '%AUTOINCREMENT%'
                AND name NOT IN (SELECT name FROM sqlite_sequence)
            """, values)
    }
}
