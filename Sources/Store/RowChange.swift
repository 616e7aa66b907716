/// What a copy does to a row of its target.
enum RowChange: Sendable {
    case insert([Value])
    case update([Value])
    case remove(RowKey)
}

extension Connection {
    mutating func apply(_ change: RowChange, to table: Table) throws(StoreError) {
        switch change {
        case .insert(let row): try insert(into: table, row)
        case .update(let row): try update(table, row)
        case .remove(let key):
            // The one reference that takes nothing with it. Its entries are gone from the source as well.
            if table == .scopes { try send("DELETE FROM entries WHERE scope = ?1", key.values) }
            try send("DELETE FROM \(table.name) \(table.whereKey)", key.values)
            logHoldsForgotten = true
        }
    }
}

extension StoreError {
    /// Whether a row was refused because of another: one that it refers to and that is not there, or one in its place.
    var isOfOtherRow: Bool {
        // SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_UNIQUE; foreign_key_violation, unique_violation
        [.sqlite(787), .sqlite(2067), .server("23503"), .server("23505")].contains(code)
    }
}
