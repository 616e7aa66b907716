import CSQLite
import Foundation
import Store
import Support
import Synchronization
import Testing

/// Runs a body with a store in a folder of its own.
func withStore<T>(clock: WallClock = .system, _ body: (Store, _ database: String) async throws -> T) async throws -> T {
    let folder = "/tmp/refrain-ledger-tests-\(UInt64.random(in: 0...UInt64.max))"
    let store = try Store.open(directory: folder, clock: clock, log: .none)
    let result: Result<T, any Error>
    do { result = .success(try await body(store, folder + "/refrain.db")) } catch { result = .failure(error) }
    await store.close()
    try FileManager.default.removeItem(atPath: folder)
    return try result.get()
}

/// The first row of a query as somebody with `sqlite3` gets it, past all of our own code; NULL is -1.
func sqlite(_ database: String, _ sql: String) throws -> [Int64] {
    var connection: OpaquePointer?
    try #require(unsafe sqlite3_open_v2(database, &connection, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
    defer { unsafe sqlite3_close(connection) }
    var statement: OpaquePointer?
    try #require(unsafe sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
    defer { unsafe sqlite3_finalize(statement) }
    try #require(unsafe sqlite3_step(statement) == SQLITE_ROW, "\(sql)")
    return unsafe (0..<sqlite3_column_count(statement)).map { column in
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL ? -1 : sqlite3_column_int64(statement, column)
    }
}
