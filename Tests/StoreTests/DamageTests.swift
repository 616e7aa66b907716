import Glibc
import Support
import Testing

@testable import Store

@Suite(.bothStores) struct DamageTests {
    /// A store with a row in every table.
    private func filled(_ store: Store) async throws -> InsertOutcome {
        let place = try await store.insert(newEntry("question one", "answer one", tags: ["t"], vector: vector(1)))
        try await addRowsOfEveryTable(about: place, alias: .manual, to: store)
        for index in 2...3 { _ = try await store.insert(newEntry("question \(index)", vector: vector(index))) }
        return place
    }

    /// Changes a value of every column of every table, its checksum left as it was.
    @Test func everyChangedColumnIsNoticed() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        _ = try await filled(store)
        #expect(try store.integrityCheck() == [])
        for table in Table.all {
            let types = try store.columnTypes(of: table)
            for column in table.columns + ["checksum"] {
                let type = try #require(types[column])
                let findings = try await store.findings(
                    after: "UPDATE \(table.name) SET \(column) = \(changed(column, type))")
                #expect(findings.contains { $0.hasPrefix("\(table.name): the row of") }, "\(table.name).\(column)")
            }
        }
        await store.close()
    }

    private func changed(_ column: String, _ type: String) -> String {
        switch type {
        case "BLOB", "bytea": otherBytes
        case "TEXT", "text": "coalesce(\(column), '') || 'x'"
        default: "coalesce(\(column), 0) + 1000"
        }
    }

    @Test(arguments: ["answer = answer || ' '", "question = ''", "expires = 9999999999999", "boundary = 0.1"])
    func aDamagedEntryIsNeverServed(change: String) async throws {
        let scratch = Scratch()
        let lines = Lines()
        let store = try scratch.open(log: lines.log)
        let place = try await filled(store)
        try await store.write { (connection) throws(StoreError) in
            try connection.run("UPDATE entries SET \(change) WHERE id = ?1", [.integer(place.entry.rawValue)])
        }
        for _ in 0..<2 { #expect(try store.entry(place.entry) == nil) }
        #expect(try store.entries(limit: 9).map(\.id.rawValue) == [2, 3])
        #expect(try store.statistics().corruptRows == 1)
        #expect(lines.all == ["error a damaged row of entries is ignored: id 1"])
        #expect(try await !store.setBoundary(place.entry, 0.5))
        #expect(try await !store.addAlias(to: place.entry, text: "z", key: key("z"), source: .manual))

        // Its wording is free again, and the damaged row goes.
        let again = try await store.insert(newEntry("question one", "answer one"), policy: .keep)
        #expect(again.change == .replaced(place.entry))
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func aDamagedTagHidesItsEntry() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await filled(store)
        try await store.write { (connection) throws(StoreError) in try connection.run("UPDATE tags SET tag = 'u'") }
        #expect(try store.entry(place.entry) == nil)
        #expect(try store.entries(limit: 1).map(\.id.rawValue) == [2], "the page is filled nevertheless")
        #expect(try store.entries(limit: 2).map(\.id.rawValue) == [2, 3])
        #expect(try await store.forget([place.entry]).count == 1, "it can be forgotten")
        await store.close()
    }

    @Test func damagedWordingsRefusalsAndScopesCountAsAbsent() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await filled(store)
        try await store.write { (connection) throws(StoreError) in
            for table in ["wordings", "refusals", "scopes", "hits", "totals"] {
                try connection.run("UPDATE \(table) SET checksum = checksum + 1")
            }
        }
        #expect(try store.wording(scope: place.scope, key: key("question one")) == nil)
        #expect(try store.aliases(of: place.entry) == [])
        #expect(try store.refused(scope: place.scope, key: key("x")) == [])
        #expect(try store.scope(tenScope) == nil)
        #expect(try store.entry(place.entry)?.hits == 0)
        #expect(try store.statistics().hits == 0)
        // Each can be written again.
        #expect(try await store.addAlias(to: place.entry, text: "alias", key: key("alias"), source: .manual))
        try await store.refuse(scope: place.scope, key: key("x"), entry: place.entry, text: "x")
        #expect(try await store.insert(newEntry("new")).scope == place.scope)
        #expect(try store.scope(tenScope) == place.scope)
        #expect(try store.refused(scope: place.scope, key: key("x")) == [place.entry])
        await store.close()
    }

    @Test func aDamagedVectorIsDroppedNamedAndCanBeReplaced() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        _ = try await filled(store)
        let replacement = vector(7).map { $0 * 2 }
        let bytes = otherBytes
        try await store.write { (connection) throws(StoreError) in
            try connection.run("UPDATE vectors SET vector = \(bytes) WHERE entry = 1")
            // Not of unit length, though its checksum holds.
            try connection.replace(
                in: .vectors, [.integer(1), .integer(2), .integer(1), .null, .floats(replacement)])
        }
        var seen: [Int64] = []
        let dropped = try store.vectors(embedder) { _, entry, _, _ in seen.append(entry.rawValue) }
        #expect(seen == [3])
        #expect(dropped.map(\.rawValue) == [1, 2])
        #expect(store.corruptRows == 2)
        try await store.addVectors(embedder, dropped.map { ($0, vector(8)) })
        #expect(try store.vectors(embedder) { _, _, _, _ in } == [])
        await store.close()
    }

    /// SQL for 32 bytes, others for each row.
    private var otherBytes: String {
        StoreKind.current == .sqlite ? "randomblob(32)" : "sha256(CAST(CAST(random() AS text) AS bytea))"
    }

    /// One bit in the file, as a disk would flip it.
    @Test(arguments: [Array("answer one".utf8), vector(1).bytes])
    func aFlippedBitInTheFileIsNoticed(needle: [UInt8]) async throws {
        // A server's pages have checksums of their own, and its files another form.
        if StoreKind.current == .postgres { return }
        let scratch = Scratch()
        var store = try scratch.open()
        let place = try await filled(store)
        await store.close()
        var bytes = readFile(scratch.database)
        let starts = bytes.indices.dropLast(needle.count).filter { bytes[$0..<$0 + needle.count].elementsEqual(needle) }
        try #require(starts.count == 1)
        bytes[starts[0] + 5] ^= 1
        writeFile(scratch.database, bytes)

        store = try scratch.open()
        let entry = try store.entry(place.entry)
        var seen: [Int64] = []
        try store.vectors(embedder) { _, entry, _, _ in seen.append(entry.rawValue) }
        #expect((entry == nil) == (needle.count == 10))
        #expect((seen == [2, 3]) == (needle.count != 10))
        #expect(store.corruptRows == 1)
        #expect(try store.integrityCheck().count == 1)
        await store.close()
    }
}

extension Store {
    fileprivate func columnTypes(of table: Table) throws -> [String: String] {
        try read { (connection) throws(StoreError) in
            var types: [String: String] = [:]
            let sql =
                connection.dialect == .sqlite
                ? "SELECT name, type FROM pragma_table_info(?1)"
                : """
                SELECT CAST(column_name AS text), CAST(data_type AS text) FROM information_schema.columns
                WHERE table_schema = 'refrain' AND table_name = ?1
                """
            try connection.forEachRow(sql, [.text(table.name)]) {
                types[$0.text(0)] = $0.text(1)
                return true
            }
            return types
        }
    }

    /// What the check finds after a change, which is then undone.
    fileprivate func findings(after sql: String) async throws -> [String] {
        try await write { (connection) throws(StoreError) in
            if connection.dialect == .sqlite {
                try connection.run("PRAGMA defer_foreign_keys = ON")
            } else {
                // Has the references go unchecked, as a superuser may.
                try connection.run("SET LOCAL session_replication_role = replica")
            }
            try connection.run("SAVEPOINT change")
            try connection.run(sql)
            let findings = try connection.damagedRows()
            try connection.run("ROLLBACK TO change")
            try connection.run("RELEASE change")
            return findings
        }
    }
}

extension [Float] {
    fileprivate var bytes: [UInt8] {
        flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }
}
