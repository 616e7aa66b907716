/// The key of a row, compared by its parts: numbers by their size, blobs and texts by their bytes, as both kinds of store
/// order numbers and blobs.
struct RowKey: Hashable, Comparable, Sendable {
    private enum Part: Hashable, Sendable {
        case integer(Int64)
        case blob([UInt8])
        /// UTF-8: equal strings may differ in their bytes.
        case text([UInt8])

        var rank: Int {
            switch self {
            case .integer: 0
            case .text: 1
            case .blob: 2
            }
        }
    }

    private let parts: [Part]

    /// - Parameter count: of the row's first columns.
    init(_ row: borrowing Row, count: Int) {
        var parts: [Part] = []
        parts.reserveCapacity(count)
        for column in 0..<count {
            switch row.value(column) {
            case .integer(let value): parts.append(.integer(value))
            case .text(let value): parts.append(.text(Array(value.utf8)))
            case .blob(let value): parts.append(.blob(value))
            // Of a damaged row, for no table has such a key.
            case .null, .real, .floats: parts.append(.blob([]))
            }
        }
        self.parts = parts
    }

    var values: [Value] {
        parts.map {
            switch $0 {
            case .integer(let value): .integer(value)
            case .blob(let value): .blob(value)
            case .text(let value): .text(String(decoding: value, as: UTF8.self))
            }
        }
    }

    static func < (left: RowKey, right: RowKey) -> Bool {
        for (left, right) in zip(left.parts, right.parts) where left != right {
            return switch (left, right) {
            case (.integer(let left), .integer(let right)): left < right
            case (.blob(let left), .blob(let right)), (.text(let left), .text(let right)):
                left.lexicographicallyPrecedes(right)
            default: left.rank < right.rank
            }
        }
        return false
    }
}

extension Table {
    /// Whether both kinds of store put the keys in the same order: texts follow a server's locale.
    var isOrderedAlike: Bool { !Table.keyedByText.contains(self) }

    static let keyedByText: Set<Table> = [
        .tags, .totals, .requestHours, .callHours, .labelRequestHours, .labelCallHours, .ratings, .tagChanges,
    ]

    var key: [String] { Array(columns.prefix(keyCount)) }

    /// The rows behind a key, `limit` of them in the order of their keys, as a condition of SQL. The key's parts are the
    /// first parameters.
    func rowsAfterKey(_ isAfterKey: Bool, and other: String? = nil, limit: Int) -> String {
        let columns = key.joined(separator: ", ")
        let parameters = (1...keyCount).map { "?\($0)" }.joined(separator: ", ")
        let conditions = [other, isAfterKey ? "(\(columns)) > (\(parameters))" : nil].compactMap(\.self)
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ") + " "
        return "\(filter)ORDER BY \(columns) LIMIT \(limit)"
    }

    /// Finds some rows by their keys, as a condition of SQL.
    func whereKeys(_ count: Int) -> String {
        let alternatives = (0..<count).map { index in
            let parts = key.enumerated().map { "\($1) = ?\(index * keyCount + $0 + 1)" }
            return "(\(parts.joined(separator: " AND ")))"
        }
        return "WHERE " + alternatives.joined(separator: " OR ")
    }
}
