import CPostgres

/// A result of libpq's.
@safe struct PostgresResult: ~Copyable {
    private let handle: OpaquePointer
    private let libpq: UnsafePointer<refrain_libpq>

    init(_ handle: OpaquePointer, _ libpq: UnsafePointer<refrain_libpq>) {
        unsafe self.handle = handle
        unsafe self.libpq = libpq
    }

    deinit {
        unsafe libpq.pointee.PQclear(handle)
    }

    var status: ExecStatusType { unsafe libpq.pointee.PQresultStatus(handle) }
    var rowCount: Int { unsafe Int(libpq.pointee.PQntuples(handle)) }

    /// Rows that the statement has changed.
    var changes: Int { unsafe Int(String(cString: libpq.pointee.PQcmdTuples(handle)!)) ?? 0 }

    func row(_ index: Int) -> Row { unsafe Row(PostgresRow(handle, index: index, libpq: libpq)) }

    /// What the server says went wrong.
    func error(_ sql: String, url: String) -> StoreError {
        let state = field("C") ?? "08006"
        let message = field("M") ?? "the connection to its server is lost"
        if field("n") == PostgresSchema.writerRule { return .outdated("write", path: url) }
        return StoreError(sqlState: state, message: message, context: "run \(sql)", path: url)
    }

    /// - Parameter code: `C`, the SQLSTATE, `M`, the message, or `n`, the rule that was broken: PG_DIAG_… in libpq's header.
    private func field(_ code: Character) -> String? {
        let text = unsafe libpq.pointee.PQresultErrorField(handle, Int32(code.asciiValue!))
        return unsafe text.map { unsafe String(cString: $0) }
    }
}
