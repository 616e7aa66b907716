import Support

/// Rows that one statement puts in, a parameter a value.
enum RowList {
    /// `(?1, ?2), (?3, ?4), …`
    ///
    /// - Parameters:
    ///   - first: how many rows come before.
    ///   - parameter: the parameter of a column, as it stands there.
    static func sql(
        _ count: Int, columns: Int, from first: Int = 0,
        parameter: (_ column: Int, _ parameter: String) -> String = { $1 }
    ) -> String {
        (first..<first + count).map { row in
            "(" + (0..<columns).map { parameter($0, "?\(row * columns + $0 + 1)") }.joined(separator: ", ") + ")"
        }.joined(separator: ", ")
    }

    /// The rows in parts of `Limits.rowsPerStatementMax`, and what is left in powers of two: few statements are prepared
    /// for all numbers of rows.
    static func parts<T>(_ rows: [T]) -> [ArraySlice<T>] {
        var parts: [ArraySlice<T>] = []
        var rest = rows[...]
        var size = Limits.rowsPerStatementMax
        while !rest.isEmpty {
            while size > rest.count { size /= 2 }
            parts.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return parts
    }
}
