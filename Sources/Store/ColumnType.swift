import CSQLite

/// What a stored value is; the numbers are SQLite's, and part of every row's checksum.
enum ColumnType {
    static let integer = SQLITE_INTEGER
    static let real = SQLITE_FLOAT
    static let text = SQLITE_TEXT
    static let blob = SQLITE_BLOB
    static let null = SQLITE_NULL
}
