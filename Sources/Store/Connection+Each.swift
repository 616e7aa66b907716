/// Reads that travel together to a server.
extension Connection {
    /// Visits the rows that a statement finds for each of several sets of values. To a server these travel together.
    mutating func forEachRow(
        _ sql: String, each sets: [[Value]], _ visit: (_ set: Int, borrowing Row) -> Void
    ) throws(StoreError) {
        if let session { return try session.forEachRow(ofEach: sets.map { (sql, $0) }, visit) }
        for (set, values) in sets.enumerated() {
            try forEachRow(sql, values) {
                visit(set, $0)
                return true
            }
        }
    }

    /// Visits the undamaged rows of a table that a condition finds for each of several sets of values. To a server these
    /// travel together.
    mutating func forEachRow(
        of table: Table, _ condition: String, each sets: [[Value]], _ visit: (_ set: Int, borrowing Row) -> Void
    ) throws(StoreError) {
        if let session {
            let sql = table.selectSQL + " " + condition
            return try session.forEachRow(ofEach: sets.map { (sql, $0) }) { set, row in
                if isWhole(row, of: table) { visit(set, row) }
            }
        }
        for (set, values) in sets.enumerated() {
            try forEachRow(of: table, condition, values) {
                visit(set, $0)
                return true
            }
        }
    }

    /// Visits the rows of several tables, each under its own condition, damaged ones apart; with a server in one exchange.
    mutating func forEachRow(
        ofEach reads: [(table: Table, condition: String)], _ values: [Value], onDamage: (Table, borrowing Row) -> Void,
        _ visit: (Table, borrowing Row) -> Void
    ) throws(StoreError) {
        guard let session, reads.count > 1 else {
            for (table, condition) in reads {
                try forEachRow(of: table, condition, values, onDamage: { onDamage(table, $0) }) {
                    visit(table, $0)
                    return true
                }
            }
            return
        }
        try session.forEachRow(ofEach: reads.map { ($0.table.selectSQL + " " + $0.condition, values) }) { index, row in
            let table = reads[index].table
            if isWhole(row, of: table) { visit(table, row) } else { onDamage(table, row) }
        }
    }
}
