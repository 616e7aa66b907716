import Glibc
import Support
import Testing

@testable import Store

@Suite struct OpeningTests {
    @Test func createsTheDirectoryAndItsParentsForTheOwnerAlone() async throws {
        let scratch = Scratch()
        let directory = scratch.path + "/state/refrain"
        let store = try Store.open(directory: directory, log: .none)
        #expect(mode(directory) == 0o700)
        #expect(mode(scratch.path + "/state") == 0o700)
        #expect(mode(directory + "/refrain.db") == 0o600)
        #expect(mode(directory + "/refrain.lock") == 0o600)
        #expect(mode(directory + "/refrain.db-wal") == 0o600)
        await store.close()
        for name in ["refrain.db", "refrain.lock"] { removeFile(directory + "/" + name) }
        #expect(removeDirectory(directory), "nothing else is left behind")
        removeDirectory(scratch.path + "/state")
    }

    @Test func closingLeavesOneFileAndLetsTheNextOpenerIn() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        _ = try await store.insert(newEntry("q"))
        await store.close()
        await store.close()
        #expect(scratch.files == ["refrain.db", "refrain.lock"])
        #expect(readFile(scratch.path + "/refrain.lock").isEmpty)
        let again = try scratch.open()
        #expect(try again.statistics().entries == 1)
        await again.close()
    }

    @Test func aStoreThatIsDroppedWritesWhatWasQueuedAndUnlocks() async throws {
        let scratch = Scratch()
        do {
            let store = try scratch.open()
            store.record(Call(time: Timestamp(milliseconds: 1), role: "full", model: "m", purpose: "answer"))
        }
        var reopened: Store?
        while reopened == nil {
            do throws(StoreError) { reopened = try scratch.open() } catch {
                guard case .inUse = error.code else { throw error }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        #expect(try reopened?.statistics().calls == 1)
        await reopened?.close()
    }

    @Test func aSecondOpenerIsToldWhoHasIt() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let error = #expect(throws: StoreError.self) { _ = try scratch.open() }
        #expect(error?.code == .inUse(processID: getpid()))
        #expect(
            error?.description
                == "cannot open the store (\(scratch.path)): process \(getpid()) has it open; "
                + "stop that process, or let it do the work through its socket")
        // The one that has it is not disturbed.
        #expect(try await store.insert(newEntry("q")).change == .inserted)
        await store.close()
    }

    @Test(arguments: [
        ("text", Array("hello, this is no database at all".utf8), StoreError.Code.notADatabase),
        ("long text", Array(String(repeating: "x", count: 5_000).utf8), .notADatabase),
        ("a cut header", Array("SQLite format 3\0".utf8), .notADatabase),
        ("a mark of another program", header(applicationID: 77, version: 1), .foreignDatabase),
        ("a version without a mark", header(applicationID: 0, version: 3), .foreignDatabase),
        ("a mark without a version", header(applicationID: 0x5266_726E, version: 0), .foreignDatabase),
        (
            "a later release's", header(applicationID: 0x5266_726E, version: 99),
            .newerSchema(found: 99, supported: Schema.version)
        ),
    ])
    func refusesAndLeavesUnchanged(what: String, bytes: [UInt8], code: StoreError.Code) throws {
        let scratch = Scratch()
        writeFile(scratch.database, bytes)
        let error = #expect(throws: StoreError.self) { _ = try scratch.open() }
        #expect(error?.code == code)
        #expect(readFile(scratch.database) == bytes)
        #expect(scratch.files == ["refrain.db", "refrain.lock"])
    }

    @Test func refusesANewerVersionThatOnlyTheLogKnowsOf() async throws {
        let scratch = Scratch()
        await (try scratch.open()).close()
        var connection = try Connection.open(
            path: scratch.database, access: .readWrite, damage: DamageReport(log: .none))
        try connection.run("PRAGMA user_version = 99")
        _ = consume connection
        let database = readFile(scratch.database)
        let log = readFile(scratch.database + "-wal")
        #expect(!log.isEmpty)
        let error = #expect(throws: StoreError.self) { _ = try scratch.open() }
        #expect(error?.code == .newerSchema(found: 99, supported: Schema.version))
        #expect(readFile(scratch.database) == database)
        #expect(readFile(scratch.database + "-wal") == log)
    }

    @Test func refusesADatabaseOfAnotherProgramWithoutAMark() throws {
        let scratch = Scratch()
        writeFile(scratch.database, [])
        var connection = try Connection.open(
            path: scratch.database, access: .readWrite, damage: DamageReport(log: .none))
        try connection.run("CREATE TABLE theirs (x)")
        _ = consume connection
        let bytes = readFile(scratch.database)
        let error = #expect(throws: StoreError.self) { _ = try scratch.open() }
        #expect(error?.code == .foreignDatabase)
        #expect(readFile(scratch.database) == bytes)
    }

    @Test func fillsAnEmptyFile() async throws {
        let scratch = Scratch()
        writeFile(scratch.database, [])
        let store = try scratch.open()
        #expect(try store.integrityCheck() == [])
        #expect(try store.read { (connection) throws(StoreError) in try connection.number("PRAGMA page_size") } == 8192)
        #expect(try store.read { (connection) throws(StoreError) in try connection.number("PRAGMA auto_vacuum") } == 2)
        await store.close()
    }

    @Test(arguments: [(Durability.normal, Int64(1)), (.full, 2)])
    func setsWhatTheWriterNeeds(durability: Durability, synchronous: Int64) async throws {
        let scratch = Scratch()
        let store = try scratch.open(durability: durability)
        let settings = try await store.write { (connection) throws(StoreError) in
            var settings: [String: Int64] = [:]
            for name in ["synchronous", "secure_delete", "foreign_keys", "trusted_schema"] {
                settings[name] = try connection.number("PRAGMA \(name)")
            }
            return settings
        }
        #expect(
            settings == ["synchronous": synchronous, "secure_delete": 1, "foreign_keys": 1, "trusted_schema": 0])
        await store.close()
    }

    @Test func everyTableEndsWithItsChecksumAndIsListed() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let stored = try store.read { (connection) throws(StoreError) in
            var names: [String] = []
            try connection.forEachRow(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ) {
                names.append($0.text(0))
                return true
            }
            var columns: [String: [String]] = [:]
            for name in names {
                try connection.forEachRow("SELECT name FROM pragma_table_info('\(name)') ORDER BY cid") {
                    columns[name, default: []].append($0.text(0))
                    return true
                }
            }
            return columns
        }
        #expect(stored == Dictionary(uniqueKeysWithValues: Table.all.map { ($0.name, $0.columns + ["checksum"]) }))
        await store.close()
    }

    @Test func readersCannotWrite() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        #expect(throws: StoreError.self) {
            try store.read { (connection) throws(StoreError) in try connection.run("DELETE FROM entries") }
        }
        await store.close()
    }

    @Test func aDirectoryThatCannotBeMadeIsNamed() {
        let error = #expect(throws: StoreError.self) {
            _ = try Store.open(directory: "/proc/none/refrain", log: .none)
        }
        #expect(error?.what.hasPrefix("cannot create the data directory (/proc/none") == true)
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }
}

/// The first page of a database, as far as the store looks at it before SQLite does.
private func header(applicationID: UInt32, version: UInt32) -> [UInt8] {
    var bytes = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 4_096 - 16)
    for (offset, value) in [(60, version), (68, applicationID)] {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
    }
    return bytes
}
