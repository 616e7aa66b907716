import Glibc
import Support
import Synchronization
import TestPostgres
import TestProcess
import Testing

@testable import Store

/// What a node makes of a store that is not what it was, or that does not do what it is asked.
@Suite(.blocking, .enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct NodeFaultTests {
    /// Waits for what has to come about; false where it does not.
    private func until(_ isSo: () throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while try !isSo() {
            if ContinuousClock.now > end { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }

    /// A server that lacks the last commits, and has others in their place, as one has that took another's place.
    enum Loss: CaseIterable {
        /// Of the same node.
        case changes
        /// Of a commit that told of nothing.
        case silent
    }

    @Test(arguments: Loss.allCases, [false, true])
    func commitsInThePlaceOfOthersAreNotMissed(loss: Loss, isCut: Bool) async throws {
        let rig = try Rig()
        let (_, b, follower) = try rig.openFollowed()
        let first = try await b.insert(newEntry("first"))
        let second = try await b.insert(newEntry("second"))
        if loss == .silent { try await b.setJobMark("job", Store.JobMark()) }
        let number = try b.read { (connection) throws(StoreError) in try connection.commitNumber() }
        let isRead = try await until {
            try b.read { (connection) throws(StoreError) in
                try connection.number("SELECT count(*) FROM nodes WHERE seen = ?1", [.integer(number)]) == 1
            }
        }
        #expect(isRead && follower.changes.count == 2)
        try await b.write { (connection) throws(StoreError) in
            try connection.run("DELETE FROM changes WHERE number = ?1", [.integer(number)])
            try connection.run("UPDATE feed SET number = number - 1")
            connection.note(.changed, EntryPlace(scope: first.scope, entry: first.entry))
            if isCut {
                try connection.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
            }
        }
        let isKnown = try await until { follower.startsOver > 0 || follower.changes.count > 2 }
        #expect(isKnown)
        // And goes on from there.
        _ = try await b.edit(second.entry, EntryChange(answer: "later"))
        #expect(follower.changes.last?.row == second.entry.rawValue)
        await rig.close()
    }

    /// What this node itself has stored may be lost as well, before it was told of it.
    @Test func ownCommitsThatAreLostAreNoticed() async throws {
        let rig = try Rig()
        let (a, b, follower) = try rig.openFollowed()
        let other = try await b.insert(newEntry("other"))
        #expect(try await until { !follower.changes.isEmpty })
        follower.holdUp()
        _ = try await b.insert(newEntry("holds up"))
        let lost = try await a.insert(newEntry("lost"))
        let node = try #require(a.node)
        try await b.write { (connection) throws(StoreError) in
            try connection.run("DELETE FROM changes WHERE number = (SELECT number - 1 FROM feed)")
            try connection.run("DELETE FROM entries WHERE id = ?1", [.integer(lost.entry.rawValue)])
            try connection.run("UPDATE writers SET batch = batch - 1 WHERE node = ?1", [.text(node.id)])
            try connection.run("UPDATE feed SET number = number - 1")
            connection.note(.added, EntryPlace(scope: other.scope, entry: lost.entry))
        }
        follower.goOn()
        #expect(try await until { follower.startsOver > 0 })
        // Once: what is lost is lost.
        _ = try await b.edit(other.entry, EntryChange(answer: "later"))
        #expect(follower.startsOver == 1)
        await rig.close()
    }

    /// Changes that are removed while a node reads are not taken for read.
    @Test func changesRemovedDuringTheReadingAreNotMissed() async throws {
        let rig = try Rig()
        let (_, b, follower) = try rig.openFollowed()
        _ = try await b.insert(newEntry("first"))
        #expect(try await until { !follower.changes.isEmpty })
        follower.holdUp()
        _ = try await b.insert(newEntry("holds up"))
        #expect(try await until { follower.isHeld })
        // What it knows is removed, as it should be.
        try await b.write { (connection) throws(StoreError) in
            try connection.run("UPDATE feed SET trimmed = number - 1")
            try connection.run("DELETE FROM changes")
        }
        let last = try await b.insert(newEntry("last"))
        try await b.write { (connection) throws(StoreError) in
            try connection.run("LOCK TABLE changes IN ACCESS EXCLUSIVE MODE")
            follower.goOn()
            while try connection.number(
                "SELECT count(*) FROM pg_locks WHERE relation = CAST('changes' AS regclass) AND NOT granted") == 0
            {
                usleep(1_000)
            }
            try connection.run("UPDATE feed SET trimmed = number - 1")
            try connection.run("DELETE FROM changes")
        }
        let isKnown = try await until {
            follower.startsOver > 0 || follower.changes.contains { $0.row == last.entry.rawValue }
        }
        #expect(isKnown)
        await rig.close()
    }

    /// A commit whose changes are read in parts, and removed in between.
    @Test func aCommitThatIsReadInPartIsNotTakenForRead() async throws {
        let rig = try Rig()
        let (_, b, follower) = try rig.openFollowed()
        let entry = try await b.insert(newEntry("first"))
        #expect(try await until { !follower.changes.isEmpty })
        follower.holdUp()
        let count = Limits.changesPerReadMax + 100
        try await b.write { (connection) throws(StoreError) in
            for number in 0..<count {
                connection.note(.changed, scope: entry.scope, item: Int64(number + 100))
            }
        }
        #expect(try await until { follower.isHeld })
        try await b.write { (connection) throws(StoreError) in
            try connection.run("DELETE FROM changes")
            try connection.run("UPDATE feed SET trimmed = number - 1")
        }
        follower.goOn()
        let isKnown = try await until { follower.startsOver > 0 || follower.changes.count > count }
        #expect(isKnown)
        await rig.close()
    }

    /// The server may finish a commit whose connection has broken long after this node was told of the break.
    @Test func anOwnCommitThatCameLateEndsWhatIsRemembered() async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        try a.follow(Follower())
        let stored = try await a.insert(newEntry("q", "old"))
        #expect(try a.find(tenScope, key: key("q"))?.entry.answer == "old")
        let node = try #require(a.node)
        try await b.write { (connection) throws(StoreError) in
            connection.node = node
            defer { connection.node = b.node }
            try connection.remove(stored.entry, from: stored.scope)
        }
        #expect(try await until { try a.find(tenScope, key: key("q")) == nil })
        await rig.close()
    }

    /// Operators set defaults for all sessions of a database.
    @Test(arguments: ["repeatable read", "serializable"])
    func theDatabasesIsolationChangesNothing(level: String) async throws {
        let rig = try Rig()
        let first = try rig.open()
        try await first.write { (connection) throws(StoreError) in
            let name = try connection.first("SELECT current_database()") { $0.text(0) }!
            try connection.run("ALTER DATABASE \(name) SET default_transaction_isolation = '\(level)'")
        }
        let stores = try (0..<3).map { _ in try rig.open() }
        for store in stores { try store.follow(Follower()) }
        let time = Timestamp(milliseconds: 3_600_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, store) in stores.enumerated() {
                for number in 0..<10 {
                    group.addTask { try await store.add(ledgerBatch(at: time)) }
                    group.addTask {
                        let id = try await store.insert(newEntry("q\(index) \(number)")).entry
                        try await store.forget([id])
                    }
                }
            }
            try await group.waitForAll()
        }
        let extract = try stores[0].ledger(hours: 0..<10, tenant: nil, label: "ticket")
        #expect(extract.requests.values.map(\.values) == [(1...13).map { Int64($0) * 30 }])
        await rig.close()
    }

    /// A server that has no connection left for one more reader has those that stand.
    @Test func theLimitOfConnectionsLeavesThoseThatStand() async throws {
        let lines = Lines()
        let rig = try Rig()
        let url = try rig.withPlainUser(connections: 6)
        let store = try Store.open(url: url, directory: nil, log: lines.log)
        try store.follow(Follower())
        let id = try await store.insert(newEntry("q", "answer")).entry
        var answers = 0
        for _ in 0..<200 where try store.entry(id)?.answer == "answer" { answers += 1 }
        #expect(answers == 200)
        let together = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { (try? store.entry(id))?.answer == "answer" } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(together == 64)
        #expect(try await store.insert(newEntry("later")).change == .inserted)
        #expect(store.mayServe)
        #expect(lines.all.count { $0.contains("away") } == 0)
        await store.close()
        await rig.close()
    }

    /// What was only sent when a write fails is undone like what was waited for.
    @Test func whatWasSentBeforeAFailureIsUndone() async throws {
        let rig = try Rig()
        let store = try rig.open()
        let id = try await store.insert(newEntry("q")).entry
        let number = try store.read { (connection) throws(StoreError) in try connection.commitNumber() }
        let error = await #expect(throws: StoreError.self) {
            try await store.write { (connection) throws(StoreError) in
                try connection.send("DELETE FROM entries WHERE id = ?1", [.integer(id.rawValue)])
                throw StoreError(.invalid, "no", context: "test", path: "")
            }
        }
        #expect(error?.code == .invalid)
        try await store.setJobMark("job", Store.JobMark())
        #expect(try store.entry(id) != nil)
        let after = try store.read { (connection) throws(StoreError) in try connection.commitNumber() }
        // A commit of writes that all failed counts, or not.
        #expect(after <= number + 2)
        await rig.close()
    }

    /// The error says what failed, also where that was sent before the write that is told of it.
    @Test func whatFailedBeforeAWriteIsTold() async throws {
        let rig = try Rig()
        let store = try rig.open()
        try await store.write { (connection) throws(StoreError) in
            let number = try connection.commitNumber()
            try connection.run("ALTER TABLE feed ADD CONSTRAINT full_up CHECK (number <= \(number))")
        }
        let error = await #expect(throws: StoreError.self) { try await store.insert(newEntry("q")) }
        #expect(error?.code == .server("23514"))
        #expect(error?.message.contains("full_up") == true)
        await rig.close()
    }

    /// However many there are: writes may come faster than one step removes them.
    @Test func allOldChangesAreRemoved() async throws {
        let rig = try Rig()
        let store = try rig.open()
        let count = 3 * Limits.commitsTrimmedAtOnce
        try await store.write { (connection) throws(StoreError) in
            try connection.run(
                "INSERT INTO changes SELECT i, 1, 'x', 0, 1, 1 FROM generate_series(1, \(count)) AS i")
            try connection.run("UPDATE feed SET number = \(count)")
        }
        try await store.removeOldChanges()
        let left = try store.read { (connection) throws(StoreError) in
            try connection.number("SELECT count(*) FROM changes")
        }
        #expect(left == 0)
        await rig.close()
    }

    /// Nobody waits for a node that has left: so it serves nothing any more.
    @Test func whoHasLeftServesNothing() async throws {
        let rig = try Rig()
        let store = try rig.open()
        try store.follow(Follower())
        #expect(store.mayServe)
        await store.close()
        #expect(!store.mayServe)
        await rig.close()
    }
}
