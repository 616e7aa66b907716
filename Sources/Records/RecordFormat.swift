/// How a file of records is written.
package enum RecordFormat: String, Sendable, CaseIterable {
    /// A JSON object a line.
    case jsonl
    /// Comma-separated values with a line of names (RFC 4180).
    case csv

    /// The format that a file's name tells; JSON lines unless it ends in `.csv`.
    package static func of(path: String) -> RecordFormat {
        path.lowercased().hasSuffix(".csv") ? .csv : .jsonl
    }
}
