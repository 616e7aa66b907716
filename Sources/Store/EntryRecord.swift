/// Everything that the store holds of one entry, to put it back as it was.
package struct EntryRecord: Sendable {
    package let id: EntryID
    package let scope: ScopeKey
    let rows: [(table: Table, values: [Value])]

    /// About how much memory it takes.
    package var byteCount: Int {
        rows.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.byteCount } }
    }

    /// What came of putting an entry back.
    package enum Outcome: Sendable, Equatable {
        case restored(ScopeID)
        /// Its question has another answer by now.
        case taken(EntryID)
    }
}

extension Value {
    fileprivate var byteCount: Int {
        switch self {
        case .null, .integer, .real: 16
        case .text(let text): 16 + text.utf8.count
        case .blob(let bytes): 16 + bytes.count
        case .floats(let floats): 16 + 4 * floats.count
        }
    }
}
