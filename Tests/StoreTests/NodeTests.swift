import Glibc
import Support
import Synchronization
import TestPostgres
import TestProcess
import Testing

@testable import Store

/// Several processes' stores on one database.
@Suite(.blocking, .enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct NodeTests {
    @Test func whatOneCommitsTheOthersAreTold() async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        let (followerOfA, followerOfB) = (Follower(), Follower())
        try a.follow(followerOfA)
        try b.follow(followerOfB)
        let stored = try await a.insert(newEntry("q", "answer", vector: vector(1)))
        let place = EntryPlace(scope: stored.scope, entry: stored.entry)
        #expect(try b.find(tenScope, key: key("q"))?.entry.answer == "answer")
        #expect(try await b.edit(stored.entry, EntryChange(answer: "better")))
        try await a.put([TagChanges(tenant: "ten", tag: "t", time: Timestamp(milliseconds: 1))])
        let observation = Observation(scope: stored.scope, entry: stored.entry, source: .audit, logOdds: 1, same: 1)
        try await b.record([observation])
        #expect(try await b.forget([stored.entry]) == [place])
        for follower in [followerOfA, followerOfB] {
            // The last one was acknowledged.
            let changes = follower.changes
            #expect(changes.map(\.kind) == [.added, .changed, .tags, .observed, .changed])
            #expect(changes.map(\.scope) == [place.scope, place.scope, nil, place.scope, place.scope])
            #expect(changes[0].row == place.entry.rawValue && changes[4].row == place.entry.rawValue)
            #expect(changes.map(\.commit) == changes.map(\.commit).sorted())
            #expect(Set(changes.map(\.commit)).count == 5)
        }
        await rig.close()
    }

    /// What was found and is remembered is not served once another node's change has returned.
    @Test func whatIsRememberedEndsWithAnotherNodesChange() async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        try a.follow(Follower())
        try b.follow(Follower())
        for round in 0..<20 {
            let id = try await a.insert(newEntry("q\(round)", "old")).entry
            for _ in 0..<2 { #expect(try b.find(tenScope, key: key("q\(round)"))?.entry.answer == "old") }
            if round.isMultiple(of: 2) {
                #expect(try await a.edit(id, EntryChange(answer: "new")))
                #expect(try b.find(tenScope, key: key("q\(round)"))?.entry.answer == "new")
            } else {
                try await a.forget([id])
                #expect(try b.find(tenScope, key: key("q\(round)")) == nil)
            }
        }
        await rig.close()
    }

    /// Random changes on several nodes: each is told of all that has changed, in one order, and none is lost.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func allAreToldTheSame(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let rig = try Rig()
        let stores = try (0..<3).map { _ in try rig.open() }
        let followers = stores.map { _ in Follower() }
        for (store, follower) in zip(stores, followers) { try store.follow(follower) }
        var changed: Set<EntryID> = []
        var known: [EntryID] = []
        try await withThrowingTaskGroup(of: EntryID.self) { group in
            for (index, store) in stores.enumerated() {
                for number in 0..<20 {
                    // The same wordings on all, so that they meet.
                    let text = "text \(Int.random(in: 0..<30, using: &random))"
                    group.addTask { try await store.insert(newEntry(text, "\(index) \(number)")).entry }
                }
            }
            for try await entry in group { known.append(entry) }
        }
        changed.formUnion(known)
        for _ in 0..<20 {
            let store = stores.randomElement(using: &random)!
            let id = known.randomElement(using: &random)!
            switch Int.random(in: 0..<3, using: &random) {
            case 0: _ = try await store.edit(id, EntryChange(answer: "edited"))
            case 1: try await store.addVectors(embedder, [(id, vector(3))])
            default: _ = try await store.setBoundary(id, 0.5)
            }
        }
        // Its return says that all know of it and of what came before.
        let last = try await stores[0].insert(newEntry("last")).entry
        try await stores[1].forget([last])
        let told = followers[0].changes
        #expect(Set(told.map { EntryID(rawValue: $0.row) }).isSuperset(of: changed))
        for follower in followers { #expect(follower.changes == told) }
        #expect(told.map(\.commit) == told.map(\.commit).sorted())
        #expect(try stores[0].integrityCheck() == [])
        await rig.close()
    }

    /// Writers on several nodes lose nothing of each other: sums that are read and written back are whole.
    @Test func sumsOfAllNodesAddUp() async throws {
        let rig = try Rig()
        let stores = try (0..<3).map { _ in try rig.open() }
        let time = Timestamp(milliseconds: 3_600_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores {
                for _ in 0..<10 { group.addTask { try await store.add(ledgerBatch(at: time)) } }
            }
            try await group.waitForAll()
        }
        let extract = try stores[0].ledger(hours: 0..<10, tenant: nil, label: "ticket")
        #expect(extract.requests.values.map(\.values) == [(1...13).map { Int64($0) * 30 }])
        #expect(extract.labelCalls.values.map(\.values) == [(1...9).map { Int64($0) * 30 }])
        await rig.close()
    }

    /// Forgetting returns only when a node that still serves knows of it, or may not serve any more.
    @Test func forgettingWaitsForOthers() async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        let slow = Follower()
        try a.follow(Follower())
        try b.follow(slow)
        let id = try await a.insert(newEntry("q")).entry
        while slow.changes.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        slow.holdUp()
        let isDone = Mutex(false)
        let forgetting = Task {
            try await a.forget([id])
            isDone.withLock { $0 = true }
        }
        while try a.entry(id) != nil { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<20 {
            #expect(!isDone.withLock { $0 }, "b has not taken it in")
            try await Task.sleep(for: .milliseconds(5))
        }
        slow.goOn()
        try await forgetting.value
        #expect(slow.changes.count == 2)
        await rig.close()
    }

    /// What takes the place of something that others may still serve.
    enum Contrary: CaseIterable {
        case replaced, replacedWithOthers, takenFromAnAlias, restored, forgottenAlready
    }

    @Test(arguments: Contrary.allCases) func whatIsContraryWaitsForOthers(contrary: Contrary) async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        let slow = Follower()
        try a.follow(Follower())
        try b.follow(slow)
        let id = try await a.insert(newEntry("q", "old")).entry
        #expect(try await a.addAlias(to: id, text: "alias", key: key("alias"), source: .confirmed))
        let record = try #require(try a.record(of: id))
        #expect(try await a.edit(id, EntryChange(answer: "edited")))
        for text in ["q", "alias"] { #expect(try b.find(tenScope, key: key(text))?.entry.answer == "edited") }
        while slow.changes.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        slow.holdUp()
        let first = contrary == .forgottenAlready ? Task { _ = try await a.forget([id]) } : nil
        if first != nil { while try a.entry(id) != nil { try await Task.sleep(for: .milliseconds(5)) } }
        let isDone = Mutex(false)
        let change = Task {
            switch contrary {
            case .replaced: _ = try await a.insert(newEntry("q", "new"))
            case .replacedWithOthers:
                for result in await a.insert(batch: [newEntry("other"), newEntry("q", "new")]) { _ = try result.get() }
            case .takenFromAnAlias: _ = try await a.insert(newEntry("alias", "new"))
            case .restored: _ = try await a.restore(record)
            case .forgottenAlready: #expect(try await a.forget([id]) == [])
            }
            isDone.withLock { $0 = true }
        }
        while !slow.isHeld { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<20 {
            #expect(!isDone.withLock { $0 }, "b has not taken it in")
            try await Task.sleep(for: .milliseconds(5))
        }
        slow.goOn()
        try await change.value
        try await first?.value
        let text = contrary == .takenFromAnAlias ? "alias" : "q"
        let expected = contrary == .forgottenAlready ? nil : contrary == .restored ? "old" : "new"
        #expect(try b.find(tenScope, key: key(text))?.entry.answer == expected)
        await rig.close()
    }

    /// What nobody may remember is waited for by nobody.
    @Test func whatIsNewWaitsForNobody() async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        let slow = Follower()
        try b.follow(slow)
        slow.holdUp()
        let id = try await a.insert(newEntry("q", "new")).entry
        #expect(try await a.insert(newEntry("q", "new")).change == .unchanged)
        #expect(try await a.insert(newEntry("q", "other"), policy: .keep).change == .kept)
        #expect(try a.entry(id)?.answer == "new")
        slow.goOn()
        await rig.close()
    }

    /// A node that is gone without a word is waited for no longer than its lease.
    @Test func aNodeThatIsGoneIsNotWaitedForForEver() async throws {
        let rig = try Rig()
        let store = try rig.open()
        try store.follow(Follower())
        let id = try await store.insert(newEntry("q")).entry
        try await store.write { (connection) throws(StoreError) in
            let silence = Limits.nodeSilenceMilliseconds
            try connection.run("INSERT INTO nodes VALUES ('dead', 0, \(PostgresSchema.now) - \(silence - 300))")
        }
        try await store.forget([id])
        let isOver = try store.read { (connection) throws(StoreError) in try connection.isAcknowledged(.max - 1) }
        #expect(!isOver, "the store itself still has its lease")
        await rig.close()
    }

    /// Cut off from its server a node serves nothing from memory after its lease, and goes on when the server is back.
    @Test func theLeaseEndsWithoutTheServer() async throws {
        let server = try PostgresServer()
        let scratch = Scratch()
        let store = try Store.open(url: try server.makeDatabase(), directory: scratch.path, log: .none)
        #expect(store.mayServe)
        let follower = Follower()
        try store.follow(follower)
        #expect(store.mayServe)
        try server.kill()
        while store.mayServe { try await Task.sleep(for: .milliseconds(20)) }
        try server.start()
        while !store.mayServe { try await Task.sleep(for: .milliseconds(20)) }
        _ = try await store.insert(newEntry("later"))
        while follower.changes.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        #expect(follower.startsOver == 0, "nothing was missed")
        await store.close()
    }

    /// Who was away for longer than changes are kept reads all anew; so does who finds another server in the place of his.
    @Test(arguments: [
        ["UPDATE feed SET trimmed = number + 10, number = number + 10"],
        ["DELETE FROM changes", "UPDATE feed SET number = 0"],
    ])
    func whoMissedChangesStartsOver(statements: [String]) async throws {
        let rig = try Rig()
        let (_, b, follower) = try rig.openFollowed()
        _ = try await b.insert(newEntry("q"))
        while follower.changes.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try b.read { (connection) throws(StoreError) in
            for sql in statements { try connection.run(sql) }
        }
        while follower.startsOver == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let id = try await b.insert(newEntry("later")).entry
        while follower.changes.last?.row != id.rawValue { try await Task.sleep(for: .milliseconds(5)) }
        await rig.close()
    }

    @Test func oldChangesAreRemovedOnceAllKnowThem() async throws {
        let rig = try Rig()
        let (a, b, follower) = try rig.openFollowed()
        for number in 0..<5 { _ = try await b.insert(newEntry("q\(number)")) }
        // Acknowledged by the only one that follows.
        let last = try await b.insert(newEntry("last")).entry
        try await b.forget([last])
        try await b.removeOldChanges()
        func left() throws -> Int64 {
            try a.read { (connection) throws(StoreError) in try connection.number("SELECT count(*) FROM changes") }
        }
        #expect(try left() == 0)
        #expect(follower.startsOver == 0)
        // A node that is away keeps them.
        try await b.write { (connection) throws(StoreError) in
            try connection.run(
                "INSERT INTO nodes VALUES ('away', \(connection.commitNumber()), \(PostgresSchema.now) - 60000)")
        }
        _ = try await b.insert(newEntry("more"))
        try await b.removeOldChanges()
        #expect(try left() == 1)
        await rig.close()
    }

    /// A later release has changed the tables so that this one may not use them: nothing of this one's is written from the
    /// moment on that the change is committed, a write that waited for it included, and hits end with the lease.
    @Test func whatALaterReleaseHasChangedIsLeftAlone() async throws {
        let rig = try Rig()
        let (a, b, follower) = try rig.openFollowed()
        let kept = try await b.insert(newEntry("kept", "answer")).entry
        a.noteHit(kept, saved: .zero)
        let waiting = try b.read { (connection) throws(StoreError) in
            try connection.run("BEGIN")
            try connection.run("UPDATE feed SET oldest = \(Schema.version + 1), writer = \(Schema.version + 1)")
            let waiting = Task {
                await withTaskGroup { group in
                    for number in 0..<5 {
                        group.addTask { () -> StoreError? in
                            do { _ = try await a.insert(newEntry("q\(number)")) } catch { return error as? StoreError }
                            return nil
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            // They are in line by now; if they are not, they are refused as well.
            usleep(100_000)
            try connection.run("COMMIT")
            return waiting
        }
        for error in await waiting.value {
            #expect(error?.code == .outdated)
            #expect(error?.remedy?.contains("later release") == true)
        }
        let refusal = await #expect(throws: StoreError.self) { try await b.forget([kept]) }
        #expect(refusal?.code == .outdated)
        #expect(try b.entry(kept)?.answer == "answer")
        while a.mayServe { try await Task.sleep(for: .milliseconds(20)) }
        // As when the operator goes back; nothing was lost that could wait.
        try b.read { (connection) throws(StoreError) in
            try connection.run("UPDATE feed SET oldest = \(PostgresSchema.oldestCompatible)")
        }
        while !a.mayServe { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await a.insert(newEntry("later")).change == .inserted)
        while try b.statistics().hits == 0 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(follower.startsOver == 0)
        await rig.close()
    }

    @Test func aQuestionIsOneNodesTurn() async throws {
        let rig = try Rig()
        let (a, b) = (try rig.open(), try rig.open())
        #expect(try a.takeTurn(tenScope, key: key("q")))
        #expect(try !b.takeTurn(tenScope, key: key("q")))
        #expect(try b.takeTurn(tenScope, key: key("other")))
        #expect(try a.takeTurn(tenScope, key: key("q")), "another request of the same node's")
        a.endTurn(tenScope, key: key("q"))
        #expect(try !b.takeTurn(tenScope, key: key("q")))
        a.endTurn(tenScope, key: key("q"))
        #expect(try b.takeTurn(tenScope, key: key("q")))
        #expect(try a.leads() != b.leads())
        await rig.close()
    }

    /// Who must be alone keeps others out, and is kept out by them.
    @Test func whoMustBeAloneIs() async throws {
        let rig = try Rig()
        let alone = try rig.open(isAlone: true)
        #expect(throws: StoreError.self) { try rig.open() }
        await alone.close()
        _ = try rig.open()
        let error = #expect(throws: StoreError.self) { try rig.open(isAlone: true) }
        #expect(error?.code == .inUse(processID: nil))
        await rig.close()
    }
}
