import Support
import TestPostgres
import Testing

@testable import Store

/// Moving a store from a file to a server and back.
@Suite(.enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct CopyTests {
    @Test func thereAndBackAgain() async throws {
        let (first, middle, last) = (Scratch(), Scratch(), Scratch())
        let file = try first.open()
        try await fill(file)
        let server = try StoreKind.$current.withValue(.postgres) { try middle.open() }
        let report = try await StoreCopy(from: file, to: server).run()
        #expect(report.entries == 7)
        #expect(report.leftBehind == 0)
        #expect(try rows(of: server) == rows(of: file))
        #expect(try server.integrityCheck() == [])

        // Numbers go on where they were: the last entry was forgotten, and its number is not used again.
        let next = try await server.insert(newEntry("new on the server"))
        #expect(next.entry.rawValue == 9)
        try await server.forget([next.entry])

        let again = try last.open()
        #expect(try await StoreCopy(from: server, to: again).run().entries == 7)
        #expect(try rows(of: again) == rows(of: file))
        #expect(try again.integrityCheck() == [])
        #expect(try await again.insert(newEntry("new in the file")).entry.rawValue == 10)
        for store in [file, server, again] { await store.close() }
    }

    @Test func aCopyThatWasCutOffGoesOn() async throws {
        let (first, second) = (Scratch(), Scratch())
        let file = try first.open()
        try await fill(file)
        let server = try StoreKind.$current.withValue(.postgres) { try second.open() }
        _ = try await StoreCopy(from: file, to: server).run()
        let whole = try rows(of: server)
        // As if it had ended in the middle of the entries.
        try await server.write { (connection) throws(StoreError) in
            for table in Table.all.reversed() where ![.scopes, .embedders, .entries].contains(table) {
                try connection.run("DELETE FROM \(table.name)")
            }
            try connection.run("DELETE FROM entries WHERE id > 3")
            try connection.insert(into: .totals, [.text("copy_unfinished"), .integer(1)])
        }
        #expect(try rows(of: server) != whole)
        var steps: [Int] = []
        let report = try await StoreCopy(from: file, to: server).run { steps.append($0) }
        #expect(report.entries == 7)
        #expect(try rows(of: server) == whole)
        #expect(steps.last == report.rows - 5, "a scope, an embedder and three entries were there")
        await file.close()
        await server.close()
    }

    @Test func aTargetWithContentsIsLeftAlone() async throws {
        let (first, second) = (Scratch(), Scratch())
        let (file, other) = (try first.open(), try second.open())
        try await fill(file)
        _ = try await other.insert(newEntry("mine"))
        let error = await #expect(throws: StoreError.self) { try await StoreCopy(from: file, to: other).run() }
        #expect(error?.code == .invalid)
        #expect(try other.statistics().entries == 1)
        await file.close()
        await other.close()
    }

    @Test func damagedRowsAndWhatRefersToThemStayBehind() async throws {
        let (first, second) = (Scratch(), Scratch())
        let file = try first.open()
        try await fill(file)
        try await file.write { (connection) throws(StoreError) in
            try connection.run("UPDATE entries SET answer = 'forged' WHERE id = 2")
        }
        let server = try StoreKind.$current.withValue(.postgres) { try second.open() }
        let report = try await StoreCopy(from: file, to: server).run()
        #expect(report.entries == 6)
        #expect(report.leftBehind == 3, "the entry, its wording and its vector")
        #expect(try server.entry(EntryID(rawValue: 2)) == nil)
        #expect(try server.integrityCheck() == [])
        await file.close()
        await server.close()
    }

    /// A row in every table, seven entries, and the number 8 given and free again.
    private func fill(_ store: Store) async throws {
        var places: [InsertOutcome] = []
        for index in 1...8 {
            let tags = index == 1 ? ["a", "Ä", "b\u{0}"] : []
            places.append(try await store.insert(newEntry("question \(index)", tags: tags, vector: vector(index))))
        }
        try await addRowsOfEveryTable(about: places[0], alias: .confirmed, to: store)
        for hour in 1...3 { try await store.add(ledgerBatch(at: Timestamp(milliseconds: Int64(hour) * 3_600_000))) }
        try await store.forget([places[7].entry])
        // Hits are written with the next batch; this one has them behind it.
        while try store.statistics().hits == 0 { try await Task.sleep(for: .milliseconds(20)) }
        for (table, rows) in try rows(of: store) { #expect(!rows.isEmpty, "\(table)") }
    }

    /// Every row's checksum, by table.
    private func rows(of store: Store) throws -> [String: Set<Int64>] {
        var rows: [String: Set<Int64>] = [:]
        for table in Table.all {
            rows[table.name] = try store.read { (connection) throws(StoreError) in
                var sums: Set<Int64> = []
                try connection.forEachRow(of: table, "") {
                    sums.insert($0.integer(table.columns.count))
                    return true
                }
                return sums
            }
        }
        return rows
    }
}
