/// The mark of a store that a copy goes into and is not over: a row of `totals`.
///
/// It is the copy's own, so what is compared and counted leaves it out.
enum UnfinishedCopy {
    static let name = "copy_unfinished"

    /// Which rows of a table are the store's, as a condition of SQL; nil: all.
    static func condition(_ table: Table) -> String? {
        table == .totals ? "name <> '\(name)'" : nil
    }
}

extension Connection {
    mutating func isUnfinishedCopy() throws(StoreError) -> Bool {
        try number("SELECT count(*) FROM totals WHERE name = ?1", [.text(UnfinishedCopy.name)]) > 0
    }

    mutating func markUnfinishedCopy() throws(StoreError) {
        try insert(into: .totals, [.text(UnfinishedCopy.name), .integer(1)])
    }

    mutating func endUnfinishedCopy() throws(StoreError) {
        try run("DELETE FROM totals WHERE name = ?1", [.text(UnfinishedCopy.name)])
    }

    /// Throws `.unfinishedCopy` where some of what the store is to hold may be missing.
    mutating func refuseUnfinishedCopy() throws(StoreError) {
        guard try isUnfinishedCopy() else { return }
        throw StoreError(
            .unfinishedCopy, "a copy into it is not finished", context: "open the store", path: path)
    }
}
