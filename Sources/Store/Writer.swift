import Glibc
import Support
import Synchronization

/// The one connection that writes, and checkpoints, on a thread of its own.
///
/// SQLite 3.40 can lose committed pages when several connections write or checkpoint while the log is reset
/// (<https://www.sqlite.org/wal.html#walresetbug>); with one this cannot happen.
final class Writer: Sendable {
    let queue = WriteQueue()
    private let connection: Mutex<Connection?>
    private let lock: DirectoryLock?
    private let log: Log
    private let end = Gate()
    let freshness = Freshness()
    /// Batches that were tried; the thread's own.
    private let batches = Atomic<Int64>(0)
    private let committed = Atomic<Int64>(0)

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
        await end.wait()
    }

    /// Another node has changed what may have been read before.
    func noteForeignCommit() { freshness.note(.everything) }

    /// Entries were changed by a commit of this node's, of which it may not have been known that it was made.
    func noteLateCommit(of entries: Set<EntryID>) { freshness.note(.entries(entries)) }

    /// The number of the last batch that is known to be kept.
    var lastBatch: Int64 { committed.load(ordering: .acquiring) }

    private func work() {
        connection.withLock { slot in
            guard var connection = slot.take() else { return }
            var doubt: Doubt?
            while let batch = queue.next(within: doubt == nil ? nil : Limits.doubtPauseMilliseconds) {
                if let doubted = doubt { doubt = settled(doubted, &connection) }
                var writes = Array(batch.writes)
                if !batch.hits.isEmpty { writes.append(flush(batch.hits)) }
                if writes.isEmpty { continue }
                if let doubt {
                    // Another batch would take the place of the one by which it can be told.
                    for write in writes { write.fail(doubt.refusal) }
                    continue
                }
                doubt = commit(writes, &connection)
                maintain(&connection)
            }
            doubt?.fail()
            guard connection.dialect == .sqlite else { return }
            do throws(StoreError) { try connection.checkpoint(truncating: true) } catch {
                log.warning("the log is kept for the next start: \(error)")
            }
        }
        lock?.release()
        end.open()
    }

    /// Writes of which it is not known whether they are kept, because their connection broke during the commit.
    private struct Doubt {
        let batch: Int64
        let writes: [Write]
        let answers: [@Sendable () -> Void]
        let error: StoreError

        /// What other writes are told meanwhile: nothing of theirs is done.
        var refusal: StoreError {
            StoreError(.unavailable, error.message, context: "write", path: error.path)
        }

        func fail() { for write in writes { write.fail(error) } }
    }

    /// Finds out what became of writes in doubt, and does again what is not there.
    ///
    /// - Returns: the doubt that is left.
    private func settled(_ doubt: Doubt, _ connection: inout Connection) -> Doubt? {
        do throws(StoreError) {
            let last = try connection.lastBatch(of: connection.node!)
            if last < doubt.batch { return commit(doubt.writes, &connection) }
            committed.store(last, ordering: .releasing)
            freshness.note(.everything)
            for answer in doubt.answers { answer() }
            return nil
        } catch {
            if error.code == .unavailable { return doubt }
            doubt.fail()
            return nil
        }
    }

    /// Commits the writes together. A write that fails fails alone; if the transaction itself cannot be kept, each
    /// write gets one of its own, so that one too large for the disk does not take the others with it.
    ///
    /// - Returns: those that it is not known of whether they are kept, and that wait for it.
    private func commit(_ writes: [Write], _ connection: inout Connection, isFirstTry: Bool = true) -> Doubt? {
        let batch = batches.add(1, ordering: .relaxed).newValue
        var answers: [(isInDoubt: Bool, call: @Sendable () -> Void)] = []
        var reach = Reach.nothing
        do throws(StoreError) {
            try connection.transaction { (connection) throws(StoreError) in
                if let node = connection.node { try connection.sign(batch, of: node) }
                for step in Write.steps(of: writes) {
                    let calls = try connection.run(step)
                    answers += zip(step, calls).map { ($0.awaitsOutcome, $1) }
                    reach.formUnion(connection.reach)
                }
            }
            committed.store(batch, ordering: .releasing)
            // Before the answers: a read that begins after one must see what it says.
            freshness.note(reach)
            for answer in answers { answer.call() }
            return nil
        } catch {
            // Without its server nothing was committed, and what was read before is still so.
            if error.code != .unavailable { freshness.note(.everything) }
            if error.code == .outcomeUnknown {
                for write in writes where !write.awaitsOutcome { write.fail(error) }
                let waiting = writes.filter(\.awaitsOutcome)
                if waiting.isEmpty { return nil }
                return Doubt(
                    batch: batch, writes: waiting, answers: answers.filter(\.isInDoubt).map(\.call), error: error)
            }
            // The server may have been started again since the last commit: then a new connection is all that is needed.
            if error.code == .unavailable, isFirstTry { return commit(writes, &connection, isFirstTry: false) }
            guard writes.count > 1, !error.isOfAllWrites else {
                for write in writes { write.fail(error) }
                return nil
            }
            var doubt: Doubt?
            for write in writes {
                if let doubt { write.fail(doubt.refusal) } else { doubt = commit([write], &connection) }
            }
            return doubt
        }
    }

    private func flush(_ hits: [EntryID: HitNote]) -> Write {
        Write(
            awaitsOutcome: true,
            work: { (connection) throws(StoreError) in
                connection.reach = .nothing
                try connection.add(hits)
                return {}
            },
            fail: { [queue, log] error in
                if error.isOfAllWrites { return queue.giveBack(hits) }
                log.warning("hits are not counted: \(error)")
            })
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
