import Support
import TestPostgres
import Testing

@testable import Store

/// Moving a store from a file to a server and back.
@Suite(.enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct CopyTests {
    @Test func thereAndBackAgain() async throws {
        let (file, server, back) = (CopyPlace(.sqlite), CopyPlace(.postgres), CopyPlace(.sqlite))
        try await file.fill()
        let before = try await file.contents()
        for (table, rows) in before.rows { #expect(!rows.isEmpty, "\(table)") }
        let report = try await server.follow(file)
        #expect(report.entries == 7)
        #expect(report.copied == report.rows)
        #expect(report.changed == 0 && report.removed == 0 && report.leftBehind == 0)
        #expect(report.isFinished)
        #expect(try await server.contents() == before)

        // Numbers go on where they were: the last entry was forgotten, and its number is not used again.
        let there = try server.open()
        let next = try await there.insert(newEntry("new on the server"))
        #expect(next.entry.rawValue == 9)
        try await there.forget([next.entry])
        await there.close()

        #expect(try await back.follow(server).entries == 7)
        #expect(try await back.contents() == before)
        let again = try back.open()
        #expect(try await again.insert(newEntry("new in the file")).entry.rawValue == 10)
        await again.close()
        #expect(try await file.contents() == before, "the source is as it was")
    }

    @Test func numbersGoOnWhereNothingIsLeft() async throws {
        let (first, second) = (CopyPlace(.sqlite), CopyPlace(.sqlite))
        let store = try first.open()
        try await store.forget([try await store.insert(newEntry("gone")).entry])
        await store.close()
        #expect(try await second.follow(first).entries == 0)
        let copy = try second.open()
        #expect(try await copy.insert(newEntry("new")).entry.rawValue == 2)
        await copy.close()
    }

    @Test func aCopyThatWasCutOffGoesOn() async throws {
        let (file, server) = (CopyPlace(.sqlite), CopyPlace(.postgres))
        try await file.fill()
        let before = try await file.contents()
        _ = try await server.follow(file)
        // As if it had ended in the middle of the entries.
        let target = try server.openAsTarget()
        try await target.write { (connection) throws(StoreError) in
            for table in Table.all.reversed() where ![.scopes, .embedders, .entries].contains(table) {
                try connection.run("DELETE FROM \(table.name)")
            }
            try connection.run("DELETE FROM entries WHERE id > 3")
            try connection.markUnfinishedCopy()
        }
        await target.close()
        var steps: [Int] = []
        let report = try await server.follow(file) { (rows) async throws(StoreError) in steps.append(rows) }
        #expect(report.entries == 7)
        #expect(report.copied == report.rows - 5, "a scope, an embedder and three entries were there")
        #expect(steps.max() == report.copied)
        #expect(try await server.contents() == before)
    }

    /// Wherever it ends, what it has not done is done by the next one, and nobody serves from it meanwhile.
    @Test(arguments: [StoreKind.sqlite, .postgres])
    func aCopyThatEndsAtAnyStepGoesOn(to kind: StoreKind) async throws {
        let (source, target) = (CopyPlace(kind == .sqlite ? .postgres : .sqlite), CopyPlace(kind))
        try await source.fill()
        let before = try await source.contents()
        let end = StoreError(.closed, "it ends here", context: "go on", path: "")
        var isFinished = false
        for last in stride(from: 5, through: 500, by: 5) where !isFinished {
            var steps = 0
            do throws(StoreError) {
                isFinished = try await target.follow(source) { (_) async throws(StoreError) in
                    steps += 1
                    if steps == last { throw end }
                }.isFinished
            } catch {
                #expect(error == end)
                #expect(throws: StoreError.self) { try target.open() }
            }
        }
        #expect(isFinished)
        #expect(try await target.contents() == before)
    }

    @Test func aTargetWithContentsIsLeftAlone() async throws {
        let (file, other) = (CopyPlace(.sqlite), CopyPlace(.sqlite))
        try await file.fill()
        let store = try other.open()
        _ = try await store.insert(newEntry("mine"))
        await store.close()
        let error = await #expect(throws: StoreError.self) { try await other.follow(file) }
        #expect(error?.code == .invalid)
        #expect(try await other.contents().rows["entries"]?.count == 1)
    }

    @Test(arguments: [StoreKind.sqlite, .postgres])
    func anUnfinishedCopyIsNeitherServedNorCopied(kind: StoreKind) async throws {
        let (place, other) = (CopyPlace(kind), CopyPlace(.sqlite))
        let target = try place.openAsTarget()
        try await target.write { (connection) throws(StoreError) in try connection.markUnfinishedCopy() }
        await target.close()
        #expect(#expect(throws: StoreError.self) { try place.open() }?.code == .unfinishedCopy)
        let error = await #expect(throws: StoreError.self) { try await other.follow(place) }
        #expect(error?.message.contains("was not finished") == true)
    }

    @Test(arguments: [StoreKind.sqlite, .postgres])
    func aSourceOfAnotherVersionIsLeftAsItIs(kind: StoreKind) async throws {
        let (place, other) = (CopyPlace(kind), CopyPlace(.sqlite))
        let store = try place.open()
        for version in [Schema.version - 1, Schema.version + 1] {
            try await store.write { (connection) throws(StoreError) in
                try connection.run(
                    kind == .sqlite
                        ? "PRAGMA user_version = \(version)" : "UPDATE schema_version SET version = \(version)")
            }
            let error = await #expect(throws: StoreError.self) { try await other.follow(place) }
            #expect(error?.message.contains("its schema has version \(version)") == true)
        }
        await store.close()
    }

    @Test func damagedRowsAndWhatRefersToThemStayBehind() async throws {
        let (file, server) = (CopyPlace(.sqlite), CopyPlace(.postgres))
        try await file.fill()
        let store = try file.open()
        try await store.write { (connection) throws(StoreError) in
            try connection.run("UPDATE entries SET answer = 'forged' WHERE id = 2")
        }
        await store.close()
        let report = try await server.follow(file)
        #expect(report.entries == 6)
        #expect(report.leftBehind == 3, "the entry, its wording and its vector")
        #expect(report.isFinished)
        let copy = try server.open()
        #expect(try copy.entry(EntryID(rawValue: 2)) == nil)
        #expect(try copy.integrityCheck() == [])
        await copy.close()
    }
}
