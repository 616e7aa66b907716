import Support
import Synchronization

/// Counts and logs the rows whose checksum does not hold, each once.
final class DamageReport: Sendable {
    private struct DamagedRow: Hashable {
        let table: String
        let key: String
    }

    private let rows = Mutex<Set<DamagedRow>>([])
    private let log: Log

    init(log: Log) {
        self.log = log
    }

    /// Different damaged rows met, up to `Limits.corruptRowsRememberedMax`.
    var count: Int { rows.withLock { $0.count } }

    func note(table: Table, row: borrowing Row) {
        var parts: [String] = []
        for column in 0..<table.keyCount { parts.append("\(table.columns[column]) \(row.summary(column))") }
        note(table: table, key: parts.joined(separator: ", "))
    }

    func note(table: Table, key: String) {
        let damaged = DamagedRow(table: table.name, key: key)
        let isNew = rows.withLock {
            $0.count < Limits.corruptRowsRememberedMax && $0.insert(damaged).inserted
        }
        if isNew { log.error("a damaged row of \(damaged.table) is ignored: \(damaged.key)") }
    }
}
