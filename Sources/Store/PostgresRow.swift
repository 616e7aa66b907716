import CPostgres
import Support

/// A row of a result of libpq, whose columns are in PostgreSQL's binary form.
@safe struct PostgresRow {
    private let libpq: UnsafePointer<refrain_libpq>
    private let result: OpaquePointer
    private let index: Int32

    init(_ result: OpaquePointer, index: Int, libpq: UnsafePointer<refrain_libpq>) {
        unsafe self.result = result
        unsafe self.libpq = libpq
        self.index = Int32(index)
    }

    /// One of `ColumnType`.
    func type(_ column: Int) -> Int32 {
        if unsafe libpq.pointee.PQgetisnull(result, index, Int32(column)) == 1 { return ColumnType.null }
        return switch unsafe libpq.pointee.PQftype(result, Int32(column)) {
        // The numbers of pg_type, which never change: bool, int8, int2, int4; float8; bytea.
        case 16, 20, 21, 23: ColumnType.integer
        case 701: ColumnType.real
        case 17: ColumnType.blob
        default: ColumnType.text
        }
    }

    func integer(_ column: Int) -> Int64 {
        unsafe withBytes(column) { bytes in
            // Two's complement, the first byte with the sign.
            guard let first = unsafe bytes.first else { return 0 }
            return unsafe bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
        }
    }

    func real(_ column: Int) -> Double { Double(bitPattern: UInt64(bitPattern: integer(column))) }

    func text(_ column: Int) -> String { unsafe withBytes(column) { unsafe PostgresText.decoded($0) } }

    func withBytes<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> T) -> T {
        let start = unsafe libpq.pointee.PQgetvalue(result, index, Int32(column))
        let count = unsafe Int(libpq.pointee.PQgetlength(result, index, Int32(column)))
        return unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }
}
