import Support
import Synchronization
import TestPostgres
import TestProcess
import Testing

@testable import Store

/// What is a server's alone.
@Suite(.blocking, .enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct PostgresTests {
    @Test(
        arguments: [
            "", "plain", "\u{0}", "\u{1}", "\u{2}", "a\u{0}b\u{1}\u{1}c", "\u{1}0", "\u{0}\u{0}", "é🦉\u{0}",
        ])
    func textsComeBackAsTheyWere(text: String) {
        var stored: [UInt8] = []
        PostgresText.append(text, to: &stored)
        #expect(!stored.contains(0))
        let decoded = unsafe stored.withUnsafeBytes { unsafe PostgresText.decoded($0) }
        #expect(Array(decoded.utf8) == Array(text.utf8))
    }

    /// A table or a column that the one schema has and the other has not would be found out by a user.
    @Test func bothSchemasHaveTheSameColumns() async throws {
        let (scratch, url) = try database()
        let store = try Store.open(url: url, directory: scratch.path, log: .none)
        for table in Table.all {
            let columns = try store.read { (connection) throws(StoreError) in
                var columns: [String: String] = [:]
                try connection.forEachRow(
                    """
                    SELECT CAST(column_name AS text), CAST(data_type AS text) FROM information_schema.columns
                    WHERE table_schema = 'refrain' AND table_name = ?1
                    """, [.text(table.name)]
                ) {
                    columns[$0.text(0)] = $0.text(1)
                    return true
                }
                return columns
            }
            let others = table == .wordings ? ["number"] : []
            #expect(Set(columns.keys) == Set(table.columns + ["checksum"] + others), "\(table.name)")
            let isKeyedByText = table.key.contains { columns[$0] == "text" }
            #expect(Table.keyedByText.contains(table) == isKeyedByText, "\(table.name): see RowKey")
        }
        await close(store, url)
    }

    /// What refers to an entry has to go with it, on a server as in a file.
    @Test func everyReferenceToAnEntryIsKeptByTheServerOrByRemoval() throws {
        let statements = Schema.migrations.flatMap { $0 }.filter { $0.hasPrefix("CREATE TABLE") }
        for statement in statements where statement.contains("REFERENCES entries") {
            let name = try #require(statement.split(whereSeparator: { " (".contains($0) }).dropFirst(2).first)
            let isRemoved = Table.withoutScope.contains { $0.name == name }
            let isPartitioned = PostgresSchema.partitioned[String(name)]?.contains("REFERENCES entries") == true
            #expect(isRemoved || isPartitioned, "\(name)")
        }
    }

    @Test(
        arguments: [
            ("ALTER TABLE calls ADD COLUMN note TEXT", ["ALTER TABLE calls ADD COLUMN note text"]),
            ("CREATE INDEX calls_time ON calls (time)", ["CREATE INDEX calls_time ON calls (time)"]),
            (
                "CREATE TABLE new (id INTEGER PRIMARY KEY AUTOINCREMENT, share REAL, digest BLOB NOT NULL) STRICT",
                [
                    "CREATE SEQUENCE new_id",
                    "CREATE TABLE new (id bigint PRIMARY KEY, share double precision, digest bytea NOT NULL)",
                ]
            ),
            (
                "CREATE TABLE new (name TEXT NOT NULL PRIMARY KEY, value INTEGER) STRICT, WITHOUT ROWID",
                ["CREATE TABLE new (name text NOT NULL PRIMARY KEY, value bigint)"]
            ),
        ])
    func statementsOfTheSchemaAreTranslated(sqlite: String, postgres: [String]) {
        #expect(PostgresSchema.translated(sqlite) == postgres)
    }

    @Test(
        arguments: [
            ("postgresql://refrain@/postgres?host=/nowhere", StoreError.Code.unavailable),
            ("postgresql://nobody@127.0.0.1:1/postgres", .unavailable),
        ])
    func whereNoServerIsTheErrorSaysWhatToDo(url: String, code: StoreError.Code) {
        let (scratch, lines) = (Scratch(), Lines())
        let error = #expect(throws: StoreError.self) {
            try Store.open(url: url, directory: scratch.path, log: lines.log)
        }
        #expect(error?.code == code)
        #expect(error?.remedy?.contains("PGPASSFILE") == true)
        #expect(lines.all == [], "the error says it")
    }

    /// As a pooler does that gives each statement another session.
    @Test func anUnknownStatementPointsToThePooler() async throws {
        let (scratch, url) = try database()
        let store = try Store.open(url: url, directory: scratch.path, log: .none)
        let error = #expect(throws: StoreError.self) {
            try store.read { (connection) throws(StoreError) in
                _ = try connection.number("SELECT 1")
                try connection.run("DEALLOCATE ALL")
                return try connection.number("SELECT 1")
            }
        }
        #expect(error?.remedy?.contains("pool_mode = session") == true, "\(String(describing: error))")
        await close(store, url)
    }

    @Test(
        arguments: [
            ("57P05", StoreError.Code.unavailable), ("53300", .unavailable), ("25006", .unavailable),
            ("3F000", .denied), ("42501", .denied), ("28P01", .denied), ("53100", .diskFull),
            ("23505", .server("23505")),
        ])
    func whatTheServerSaysIsToldApart(state: String, code: StoreError.Code) {
        #expect(StoreError(sqlState: state, message: "", context: "", path: "").code == code)
    }

    /// A later release's tables are used where it says that this one may: daemons are upgraded one after another.
    @Test(arguments: [(0, false), (Schema.version, true), (Schema.version + 1, false), (1, true)])
    func aNewerSchemaSaysWhoMayUseIt(oldest: Int, isUsed: Bool) async throws {
        let (scratch, url) = try database()
        let store = try Store.open(url: url, directory: scratch.path, log: .none)
        try await store.write { (connection) throws(StoreError) in
            try connection.run("UPDATE schema_version SET version = 99")
            try connection.run("UPDATE feed SET oldest = \(oldest), writer = 99")
        }
        await store.close()
        if isUsed {
            let again = try Store.open(url: url, directory: scratch.path, log: .none)
            #expect(try await again.insert(newEntry("q")).change == .inserted)
            await close(again, url)
        } else {
            let error = #expect(throws: StoreError.self) {
                try Store.open(url: url, directory: scratch.path, log: .none)
            }
            #expect(error?.code == .newerSchema(found: 99, supported: Schema.version))
            PostgresServer.shared?.remove(url)
        }
    }

    /// A statement that fails each time is prepared once: the server keeps it for as long as the connection lasts.
    @Test func aStatementThatFailsIsPreparedOnce() async throws {
        let (scratch, url) = try database()
        let store = try Store.open(url: url, directory: scratch.path, log: .none)
        let prepared = try store.read { (connection) throws(StoreError) in
            for _ in 0..<20 { try? connection.run("SELECT 1 / CAST(?1 AS bigint)", [.integer(0)]) }
            return try connection.number(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 1 /%'")
        }
        #expect(prepared == 1)
        await close(store, url)
    }

    /// A server that is killed and started again: reads fail at once while it is away, and all goes on when it is back.
    @Test func theStoreOutlivesItsServersCrash() async throws {
        let server = try PostgresServer()
        let url = try server.makeDatabase()
        let scratch = Scratch()
        let lines = Lines()
        let store = try Store.open(url: url, directory: scratch.path, log: lines.log)
        let kept = try await store.insert(newEntry("kept", "answer", vector: vector(1)))
        #expect(try store.entry(kept.entry)?.answer == "answer")

        try server.kill()
        for _ in 0..<3 {
            let reading = #expect(throws: StoreError.self) { try store.entry(kept.entry) }
            #expect(reading?.code == .unavailable)
            let writing = await #expect(throws: StoreError.self) { try await store.insert(newEntry("lost")) }
            #expect(writing?.code == .unavailable)
        }

        try server.start()
        while (try? store.entry(kept.entry)) == nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try store.entry(kept.entry)?.answer == "answer", "what was acknowledged is still there")
        #expect(try await store.insert(newEntry("later")).change == .inserted)
        #expect(try store.statistics().entries == 2)
        #expect(try store.integrityCheck() == [])
        #expect(lines.all.count { $0.contains("is away") } >= 1)
        #expect(lines.all.last?.contains("is back") == true)
        await store.close()
    }

    /// A server that accepts connections and says nothing: one reader waits for it, the others do not.
    @Test func aSilentServerHoldsUpFewReads() async throws {
        let server = try PostgresServer()
        let url = try server.makeDatabase()
        let scratch = Scratch()
        let store = try Store.open(url: url, directory: scratch.path, log: .none)
        let kept = try await store.insert(newEntry("kept", "answer"))
        #expect(try store.entry(kept.entry)?.answer == "answer")
        try server.setHalted(true)
        let first = #expect(throws: StoreError.self) { try store.entry(kept.entry) }
        #expect(first?.code == .unavailable)
        // Thousands, each of which would take seconds if it waited.
        var failures = 0
        for _ in 0..<2_000 where (try? store.entry(kept.entry)) == nil { failures += 1 }
        #expect(failures == 2_000)
        try server.setHalted(false)
        while (try? store.entry(kept.entry)) == nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await store.insert(newEntry("later")).change == .inserted)
        await store.close()
    }

    private func database() throws -> (Scratch, String) {
        (Scratch(), try #require(PostgresServer.shared).makeDatabase())
    }

    private func close(_ store: Store, _ url: String) async {
        await store.close()
        PostgresServer.shared?.remove(url)
    }
}
