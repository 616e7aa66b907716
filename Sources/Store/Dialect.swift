/// Where SQLite's and PostgreSQL's SQL differ; all other statements are the same text for both.
///
/// Statements are written with SQLite's numbered parameters, `?1`. What PostgreSQL gets is kept to what the engines that
/// speak its protocol share: no extension, no procedure, no type beyond bigint, double precision, text and bytea.
enum Dialect {
    case sqlite, postgres

    /// Begins a transaction that writes.
    var beginWriting: String { self == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN" }

    /// Begins reads on one state of the database.
    var beginReading: String { self == .sqlite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }

    /// The column that numbers the rows of `wordings`, whose key has no order of time.
    var rowNumber: String { self == .sqlite ? "rowid" : "number" }

    /// The larger of two numbers.
    func larger(_ left: String, _ right: String) -> String {
        self == .sqlite ? "max(\(left), \(right))" : "greatest(\(left), \(right))"
    }

    /// How many bytes a text takes.
    func byteCount(_ text: String) -> String {
        self == .sqlite ? "length(CAST(\(text) AS BLOB))" : "octet_length(\(text))"
    }

    /// Whether a text holds another; ASCII letters match in either case.
    func holds(_ text: String, _ part: String) -> String {
        switch self {
        case .sqlite: return "instr(lower(\(text)), lower(\(part))) > 0"
        case .postgres:
            // `lower` would follow the database's locale.
            func folded(_ text: String) -> String {
                "translate(\(text), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
            }
            return "strpos(\(folded(text)), \(folded(part))) > 0"
        }
    }

    /// A statement with parameters as PostgreSQL numbers them. No text or comment in a statement has a question mark.
    static func numbered(_ sql: String) -> String {
        String(decoding: sql.utf8.map { $0 == UInt8(ascii: "?") ? UInt8(ascii: "$") : $0 }, as: UTF8.self)
    }
}
