import Glibc
import Support
import Synchronization

/// The one connection that writes, and checkpoints, on a thread of its own.
///
/// SQLite 3.40 can lose committed pages when several connections write or checkpoint while the log is reset
/// (<https://www.sqlite.org/wal.html#walresetbug>); with one this cannot happen.
final class Writer: Sendable {
    private struct End {
        var isReached = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let queue = WriteQueue()
    private let connection: Mutex<Connection?>
    private let lock: DirectoryLock?
    private let log: Log
    private let end = Mutex(End())
    let freshness = Freshness()

    /// - Parameter lock: released after the database is closed.
    init(_ connection: consuming sending Connection, lock: DirectoryLock?, log: Log) throws(StoreError) {
        let path = connection.path
        self.connection = Mutex(connection)
        self.lock = lock
        self.log = log
        // The thread keeps the writer alive until its work is over.
        let result = BackgroundThread.start { self.work() }
        if result != 0 { throw StoreError(errno: result, context: "start the writer's thread", path: path) }
    }

    /// Writes what is queued, checkpoints, closes the database and unlocks its directory.
    func close() async {
        queue.close()
        await withCheckedContinuation { continuation in
            let isReached = end.withLock { end in
                if !end.isReached { end.waiting.append(continuation) }
                return end.isReached
            }
            if isReached { continuation.resume() }
        }
    }

    private func work() {
        connection.withLock { slot in
            guard var connection = slot.take() else { return }
            while let batch = queue.next() {
                var writes = Array(batch.writes)
                if !batch.hits.isEmpty { writes.append(flush(batch.hits)) }
                commit(writes, &connection)
                maintain(&connection)
            }
            guard connection.dialect == .sqlite else { return }
            do throws(StoreError) { try connection.checkpoint(truncating: true) } catch {
                log.warning("the log is kept for the next start: \(error)")
            }
        }
        lock?.release()
        let waiting = end.withLock { end in
            end.isReached = true
            return end.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Commits the writes together. A write that fails fails alone; if the transaction itself cannot be kept, each
    /// write gets one of its own, so that one too large for the disk does not take the others with it.
    private func commit(_ writes: [Write], _ connection: inout Connection) {
        do throws(StoreError) {
            let (answers, reach) = try connection.transaction { (connection) throws(StoreError) in
                var answers: [@Sendable () -> Void] = []
                var reach = Reach.nothing
                for write in writes {
                    connection.reach = .everything
                    do throws(StoreError) {
                        answers.append(try connection.savepoint(write.work))
                        reach.formUnion(connection.reach)
                    } catch {
                        guard connection.inTransaction else { throw error }
                        answers.append { write.fail(error) }
                    }
                }
                return (answers, reach)
            }
            // Before the answers: a read that begins after one must see what it says.
            freshness.note(reach)
            for answer in answers { answer() }
        } catch {
            // Without its server nothing was committed, and what was read before is still so.
            if error.code != .unavailable { freshness.note(.everything) }
            if error.code == .outcomeUnknown { return writes.forEach { $0.fail(error) } }
            if writes.count == 1 { return writes[0].fail(error) }
            for write in writes { commit([write], &connection) }
        }
    }

    private func flush(_ hits: [EntryID: HitNote]) -> Write {
        Write(
            work: { (connection) throws(StoreError) in
                connection.reach = .nothing
                try connection.add(hits)
                return {}
            },
            fail: { [log] error in log.warning("hits are not counted: \(error)") })
    }

    /// After the answers, so that nobody waits for it.
    private func maintain(_ connection: inout Connection) {
        guard connection.dialect == .sqlite else { return }
        do throws(StoreError) {
            // Where a reader is in the way, the next write tries again.
            if connection.logHoldsForgotten { connection.logHoldsForgotten = try !connection.emptyLog() }
            if connection.pagesInLog > Limits.walPagesMax { try connection.checkpoint() }
            let free = try connection.number("PRAGMA freelist_count")
            let all = try connection.number("PRAGMA page_count")
            if free > 1_024, free > all / 4 {
                try connection.run("PRAGMA incremental_vacuum(\(Limits.vacuumPagesPerCommitMax))")
            }
        } catch {
            log.warning("the database could not be tidied: \(error)")
        }
    }
}
