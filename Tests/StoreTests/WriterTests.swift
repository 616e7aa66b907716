import Dispatch
import Support
import Synchronization
import Testing

@testable import Store

@Suite struct WriterTests {
    private func insertion(_ question: String) -> Insertion {
        Insertion(new: newEntry(question), policy: .keep, now: .init(milliseconds: 1))
    }

    /// Writes that wait while the writer is held up, so that they share one commit.
    private func together(
        _ store: Store, _ writes: [@Sendable (inout Connection) throws(StoreError) -> Int]
    ) async -> [Result<Int, StoreError>] {
        let gate = DispatchSemaphore(value: 0)
        let holding = Write(
            work: { _ in
                gate.wait()
                return {}
            }, fail: { _ in })
        #expect(store.writer.queue.add(holding) == nil)
        while store.writer.queue.count > 0 { await Task.yield() }
        let outcomes = await withTaskGroup(of: (Int, Result<Int, StoreError>).self) { group in
            for (index, write) in writes.enumerated() {
                group.addTask {
                    do throws(StoreError) { return (index, .success(try await store.write(write))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            group.addTask {
                while store.writer.queue.count < writes.count { await Task.yield() }
                gate.signal()
                return (-1, .success(0))
            }
            var outcomes: [Int: Result<Int, StoreError>] = [:]
            for await (index, outcome) in group { outcomes[index] = outcome }
            return writes.indices.compactMap { outcomes[$0] }
        }
        return outcomes
    }

    @Test(.bothStores) func aFailingWriteFailsAlone() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let good: @Sendable (inout Connection) throws(StoreError) -> Int = { (connection) throws(StoreError) in
            let id = try connection.nextUniqueID(.entries)
            _ = try connection.insert([insertion("good \(id)")])
            return 1
        }
        let bad: @Sendable (inout Connection) throws(StoreError) -> Int = { (connection) throws(StoreError) in
            _ = try connection.insert([insertion("bad")])
            try connection.run("INSERT INTO entries (id) VALUES (1)")
            return 0
        }
        let outcomes = await together(store, [good, bad, good, bad, good])
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, true, false, true])
        let entries = try store.entries(limit: 9)
        #expect(entries.count == 3)
        #expect(entries.allSatisfy { $0.question.hasPrefix("good") })
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test(.bothStores) func aLostTransactionIsMadeGoodWriteByWrite() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let runs = Mutex(0)
        let good: @Sendable (inout Connection) throws(StoreError) -> Int = { (connection) throws(StoreError) in
            runs.withLock { $0 += 1 }
            let id = try connection.nextUniqueID(.entries)
            _ = try connection.insert([insertion("good \(id)")])
            return 1
        }
        // As SQLite itself does after some errors.
        let fatal: @Sendable (inout Connection) throws(StoreError) -> Int = { (connection) throws(StoreError) in
            try connection.run("ROLLBACK")
            throw StoreError(.diskFull, "test", context: "write", path: "")
        }
        let outcomes = await together(store, [good, fatal, good])
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try store.statistics().entries == 2)
        #expect(runs.withLock { $0 } >= 2)
        await store.close()
    }

    @Test func aFullDiskFailsClearlyAndLaterWritesWork() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        _ = try await store.insert(newEntry("before"))
        let setLimit: @Sendable (Int) async throws -> Void = { extra in
            try await store.write { (connection) throws(StoreError) in
                let pages = try connection.number("PRAGMA page_count")
                try connection.run("PRAGMA max_page_count = \(pages + Int64(extra))")
            }
        }
        try await setLimit(2)
        let large = newEntry("large", String(repeating: "x", count: 100_000))
        let error = await #expect(throws: StoreError.self) { try await store.insert(large) }
        #expect(error?.code == .diskFull)
        #expect(error?.remedy == "free some space")
        let outcomes = await store.insert(batch: [newEntry("small"), large, newEntry("small too")])
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, true])
        try await setLimit(1_000)
        #expect(try await store.insert(large).change == .inserted)
        #expect(try store.statistics().entries == 4)
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func theQueueIsBounded() async throws {
        let queue = WriteQueue()
        let write = Write(work: { _ in {} }, fail: { _ in })
        for _ in 0..<Limits.writeQueueMax { #expect(queue.add(write) == nil) }
        #expect(queue.add(write) == .queueFull)
        #expect(queue.next()?.writes.count == Limits.writesPerCommitMax)
        #expect(queue.add(write) == nil)
        queue.close()
        #expect(queue.add(write) == .closed)
        var left = 0
        while let batch = queue.next() { left += batch.writes.count }
        #expect(left == Limits.writeQueueMax - Limits.writesPerCommitMax + 1)
    }

    @Test func hitsAreKeptTogetherAndBounded() {
        let queue = WriteQueue()
        for round in 1...2 {
            for entry in 0..<Limits.hitEntriesPendingMax + 5 {
                queue.noteHit(
                    EntryID(rawValue: Int64(entry)), saved: Money(nanodollars: 2), at: .init(milliseconds: Int64(round))
                )
            }
        }
        queue.close()
        let hits = queue.next()?.hits
        #expect(hits?.count == Limits.hitEntriesPendingMax)
        #expect(
            hits?.values.allSatisfy { $0.hits == 2 && $0.saved.nanodollars == 4 && $0.lastHit.milliseconds == 2 }
                == true)
        #expect(queue.next() == nil)
    }

    @Test(.bothStores) func afterCloseEverythingSaysSo() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        await store.close()
        let reading = #expect(throws: StoreError.self) { try store.entry(EntryID(rawValue: 1)) }
        #expect(reading?.code == .closed)
        let scanning = #expect(throws: StoreError.self) { try store.integrityCheck() }
        #expect(scanning?.code == .closed)
        let writing = await #expect(throws: StoreError.self) { try await store.insert(newEntry("q")) }
        #expect(writing?.code == .closed)
        store.noteHit(EntryID(rawValue: 1), saved: .zero)
    }

    @Test(.bothStores) func writesThatWaitAtCloseAreDone() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<100 { group.addTask { (try? await store.insert(newEntry("q\(index)"))) != nil } }
            group.addTask {
                await store.close()
                return false
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        let again = try scratch.open()
        #expect(try again.statistics().entries == outcomes)
        await again.close()
    }

    @Test(.bothStores) func manyWritersAndReadersAtOnce() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for index in 0..<50 {
                        let text = "question \(writer) \(index)"
                        let place = try await store.insert(newEntry(text, text, vector: vector(index)))
                        // What was acknowledged is seen by the next read.
                        #expect(try store.entry(place.entry)?.answer == text)
                        store.noteHit(place.entry, saved: Money(nanodollars: 1))
                        if index % 5 == 0 { try await store.forget([place.entry]) }
                    }
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<50 {
                        for entry in try store.entries(limit: 50) { #expect(entry.answer == entry.question) }
                        try store.vectors(embedder) { _, _, _, _ in }
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.statistics().entries == 8 * 40)
        #expect(try store.statistics().corruptRows == 0)
        #expect(try store.integrityCheck() == [])
        await store.close()
        let again = try scratch.open()
        #expect(try again.statistics().hits == 8 * 50)
        await again.close()
    }

    @Test func theLogIsCopiedAsItGrows() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let answer = String(repeating: "x", count: 400_000)
        let pageBytes = 8_192
        for index in 0..<100 { _ = try await store.insert(newEntry("q\(index)", answer)) }
        let statistics = try store.statistics()
        #expect(statistics.logBytes < 4 * Limits.walPagesMax * pageBytes, "40 MB went through it")
        #expect(statistics.databaseBytes > 20_000_000)
        await store.close()
    }

    @Test func unusedPagesGoBackToTheFileSystem() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let answer = String(repeating: "x", count: 400_000)
        let new = (0..<100).map { newEntry("q\($0)", answer) }
        for outcome in await store.insert(batch: new) { _ = try outcome.get() }
        let full = try store.read { (connection) throws(StoreError) in try connection.number("PRAGMA page_count") }
        try await store.forget(EntryFilter())
        for index in 0..<40 { _ = try await store.insert(newEntry("small \(index)")) }
        let pages = try store.read { (connection) throws(StoreError) in try connection.number("PRAGMA page_count") }
        #expect(pages < full / 2)
        await store.close()
        #expect(!contains(scratch.database, String(repeating: "x", count: 16)), "what is forgotten is overwritten")
    }
}
