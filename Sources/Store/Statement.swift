import CSQLite

/// A prepared statement, kept by its connection and used by one thread at a time.
@safe final class Statement {
    private let handle: OpaquePointer

    /// - Parameter connection: outlives the statement, or is closed with `sqlite3_close_v2`.
    /// - Returns: nil when SQLite refuses the text; the connection then has the message.
    init?(_ sql: String, connection: OpaquePointer) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        guard unsafe sqlite3_prepare_v3(connection, sql, -1, flags, &handle, nil) == SQLITE_OK,
            let handle = unsafe handle
        else { return nil }
        unsafe self.handle = handle
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Whether the statement is between its first step and its reset.
    var isBusy: Bool { unsafe sqlite3_stmt_busy(handle) != 0 }

    /// Binds one value; parameters count from 1.
    ///
    /// - Returns: a result code.
    func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .null: unsafe sqlite3_bind_null(handle, index)
        case .integer(let value): unsafe sqlite3_bind_int64(handle, index, value)
        case .real(let value): unsafe sqlite3_bind_double(handle, index, value)
        case .text(var value):
            value.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) {
                    unsafe refrain_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                }
            }
        case .blob(let value):
            unsafe value.withUnsafeBytes { unsafe refrain_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) }
        case .floats(let value):
            unsafe value.withUnsafeBytes { unsafe refrain_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) }
        }
    }

    func step() -> Int32 { unsafe sqlite3_step(handle) }

    /// The row the last step reached.
    var row: Row { unsafe Row(handle) }

    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }
}
