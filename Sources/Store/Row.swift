import CSQLite
import Support

/// The row a statement stands on, or one of a server's result; its columns count from 0.
@safe struct Row: ~Copyable {
    /// Nil for a row of `remote`.
    private let statement: OpaquePointer?
    private let remote: PostgresRow?

    init(_ statement: OpaquePointer) {
        unsafe self.statement = statement
        remote = nil
    }

    init(_ row: PostgresRow) {
        unsafe statement = nil
        remote = row
    }

    func isNull(_ column: Int) -> Bool { type(column) == ColumnType.null }

    func integer(_ column: Int) -> Int64 {
        if let remote { return remote.integer(column) }
        return unsafe sqlite3_column_int64(statement, Int32(column))
    }

    func real(_ column: Int) -> Double {
        if let remote { return remote.real(column) }
        return unsafe sqlite3_column_double(statement, Int32(column))
    }

    func text(_ column: Int) -> String {
        if let remote { return remote.text(column) }
        return unsafe withBytes(column) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    func bytes(_ column: Int) -> [UInt8] { unsafe withBytes(column) { unsafe Array($0) } }

    func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
    func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }
    func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// A value as it was bound.
    func value(_ column: Int) -> Value {
        switch type(column) {
        case ColumnType.integer: .integer(integer(column))
        case ColumnType.real: .real(real(column))
        case ColumnType.null: .null
        case ColumnType.text: .text(text(column))
        default: .blob(bytes(column))
        }
    }

    /// A value as a log line shows it: a blob in hexadecimal, and nothing longer than needed to find the row.
    func summary(_ column: Int) -> String {
        switch type(column) {
        case ColumnType.null: return ""
        case ColumnType.integer: return String(integer(column))
        case ColumnType.real: return String(real(column))
        case ColumnType.text: return String(text(column).prefix(40))
        default: break
        }
        return bytes(column).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "…"
    }

    /// Copies a blob of floats over `target`; false when it has another size.
    ///
    /// SQLite hands out a pointer into a page, which need not be aligned for floats.
    func copyFloats(_ column: Int, to target: inout [Float]) -> Bool {
        unsafe withBytes(column) { source in
            unsafe target.withUnsafeMutableBytes { target in
                guard source.count == target.count else { return false }
                unsafe target.copyMemory(from: source)
                return true
            }
        }
    }

    /// A blob of floats.
    func floats(_ column: Int) -> [Float] {
        var floats = [Float](repeating: 0, count: unsafe withBytes(column) { $0.count } / 4)
        let isWhole = copyFloats(column, to: &floats)
        return isWhole ? floats : []
    }

    /// Adds the first columns to a checksum, each with its type, so that NULL, 0 and '' differ.
    func add(columns count: Int, to checksum: inout Checksum) {
        for column in 0..<count {
            let type = type(column)
            checksum.add(Int64(type))
            switch type {
            case ColumnType.integer: checksum.add(integer(column))
            case ColumnType.real: checksum.add(Int64(bitPattern: real(column).bitPattern))
            case ColumnType.null: break
            case ColumnType.text where remote != nil: checksum.add(text(column))
            default: unsafe withBytes(column) { unsafe checksum.add($0) }
            }
        }
    }

    /// One of `ColumnType`.
    private func type(_ column: Int) -> Int32 {
        if let remote { return remote.type(column) }
        return unsafe sqlite3_column_type(statement, Int32(column))
    }

    private func withBytes<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> T) -> T {
        if let remote { return unsafe remote.withBytes(column, body) }
        // The pointer first: asking for the size alone could convert the value.
        let start = unsafe sqlite3_column_blob(statement, Int32(column))
        let count = unsafe Int(sqlite3_column_bytes(statement, Int32(column)))
        return unsafe body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}

extension Checksum {
    /// Adds a value to be bound just as `Row.add` adds the column it becomes.
    mutating func add(_ value: Value) {
        switch value {
        case .null: add(Int64(ColumnType.null))
        case .integer(let value):
            add(Int64(ColumnType.integer))
            add(value)
        case .real(let value):
            add(Int64(ColumnType.real))
            add(Int64(bitPattern: value.bitPattern))
        case .text(let value):
            add(Int64(ColumnType.text))
            add(value)
        case .blob(let value):
            add(Int64(ColumnType.blob))
            add(value)
        case .floats(let value):
            add(Int64(ColumnType.blob))
            unsafe value.withUnsafeBytes { unsafe add($0) }
        }
    }
}
