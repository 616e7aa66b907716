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

    /// Visits the rows that conditions find in tables, damaged ones apart. To a server these reads travel together.
    mutating func forEachRow(
        ofEach reads: [(table: Table, condition: String, values: [Value])],
        onDamage: (_ read: Int, borrowing Row) -> Void = { _, _ in }, _ visit: (_ read: Int, borrowing Row) -> Void
    ) throws(StoreError) {
        guard let session else {
            for (index, read) in reads.enumerated() {
                try forEachRow(of: read.table, read.condition, read.values, onDamage: { onDamage(index, $0) }) {
                    visit(index, $0)
                    return true
                }
            }
            return
        }
        let statements = reads.map { ($0.table.selectSQL + " " + $0.condition, $0.values) }
        try session.forEachRow(ofEach: statements) { index, row in
            if isWhole(row, of: reads[index].table) { visit(index, row) } else { onDamage(index, row) }
        }
    }
}
