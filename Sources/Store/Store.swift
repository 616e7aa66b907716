package import Support
import Synchronization

/// What the cache keeps, in an SQLite file or on a PostgreSQL server: entries, their wordings and vectors, verdicts, the ledger and feedback.
///
/// Reads run at once on the calling thread and take microseconds, save those that say otherwise; those from a server wait
/// for it. Writes are queued
/// for one thread and return after their commit; a read that begins afterwards sees them.
package final class Store: Sendable {
    let readers: Readers
    let writer: Writer
    let damage: DamageReport
    let clock: WallClock
    /// Of the file, or the server's URL.
    package let path: String
    /// What whoever reads is to run on; nil: anything, for reads take microseconds.
    package let executor: WaitingExecutor?
    /// This process among those that share the store; nil: it shares it with nobody.
    let node: Node?
    let feed: Feed?
    let locks: NodeLocks?
    /// What was read lately; whether it still holds `freshness` says.
    let remembered = RecentlyUsed<WordingPlace, Remembered<Found>>(bytesMax: Limits.rememberedFoundBytesMax)
    let rememberedEntries = RecentlyUsed<EntryID, Remembered<Entry>>(bytesMax: Limits.rememberedEntriesBytesMax)
    let rememberedAliasTexts = RecentlyUsed<AliasVectorID, Remembered<String>>(
        bytesMax: Limits.rememberedAliasTextsBytesMax)
    let rememberedScopes = RecentlyUsed<ScopeKey, Remembered<ScopeID>>(bytesMax: Limits.rememberedScopesBytesMax)
    /// Nil where others write to the store as well.
    let knownWordings: KnownWordings?
    private let log: Log
    private let unrecorded = Atomic<Int>(0)

    init(
        source: ConnectionSource, connection: consuming sending Connection, lock: DirectoryLock?,
        mayBeUnfinished: Bool, damage: DamageReport, clock: WallClock, log: Log
    ) throws(StoreError) {
        if !mayBeUnfinished { try connection.refuseUnfinishedCopy() }
        let node = connection.node
        if connection.dialect == .sqlite {
            let rows = try connection.number("SELECT max(rowid) FROM wordings")
            connection.knownWordings = KnownWordings(rows: Int(rows))
        }
        knownWordings = connection.knownWordings
        readers = try Readers(source, damage: damage)
        writer = try Writer(connection, lock: lock, log: log)
        path = source.path
        executor = node == nil ? nil : .shared
        self.node = node
        feed = node.map { [writer] in Feed($0, source, damage: damage, writer: writer, log: log) }
        locks = node == nil ? nil : try NodeLocks(source, damage: damage)
        self.damage = damage
        self.clock = clock
        self.log = log
    }

    deinit {
        feed?.stop()
        writer.queue.close()
    }

    /// Opens the database of a data directory, which is created (0700) if missing and locked until `close`.
    ///
    /// - Parameters:
    ///   - replacesDamaged: puts a database of ours that SQLite cannot open aside, and begins an empty one: a service in
    ///     front of a model must rather forget than be down.
    ///   - mayBeUnfinished: whether it is opened to be copied into; all others are refused what is not all there.
    package static func open(
        directory: String, durability: Durability = .normal, replacesDamaged: Bool = false,
        mayBeUnfinished: Bool = false, clock: WallClock = .system, log: Log
    ) throws(StoreError) -> Store {
        let lock = try DirectoryLock(directory: directory)
        let path = directory + "/refrain.db"
        let damage = DamageReport(log: log)
        let connection: Connection
        do throws(StoreError) {
            connection = try DatabaseFile.open(path: path, durability: durability, damage: damage, log: log)
        } catch {
            guard replacesDamaged, error.code == .damaged else { throw error }
            let aside = try DatabaseFile.putAside(path, at: clock.now)
            log.error("\(error); it is kept as \(aside), and an empty one takes its place")
            connection = try DatabaseFile.open(path: path, durability: durability, damage: damage, log: log)
        }
        return try Store(
            source: .file(path: path), connection: connection, lock: lock, mayBeUnfinished: mayBeUnfinished,
            damage: damage, clock: clock, log: log)
    }

    /// Writes what is queued, empties the log, and lets the next opener in.
    package func close() async {
        await feed?.close()
        readers.close()
        await writer.close()
    }

    var freshness: Freshness { writer.freshness }

    /// Calls that could not be recorded because the queue was full or the disk refused them.
    var unrecordedCalls: Int { unrecorded.load(ordering: .relaxed) }

    func read<T: Sendable>(
        _ body: @Sendable (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try readers.read(body)
    }

    /// Queues a write and waits for its commit.
    ///
    /// - Parameters:
    ///   - awaitsOutcome: whether a commit whose connection broke is waited for until it is known what became of it, and
    ///     made again if nothing did; otherwise it fails with `.outcomeUnknown`.
    ///   - body: has its changes undone when it throws; may be run twice, the first run undone. What it changes of what is
    ///     remembered is everything, unless it sets the connection's `reach`.
    func write<T: Sendable>(
        awaitsOutcome: Bool = false, _ body: @escaping @Sendable (inout Connection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            let write = Write(
                awaitsOutcome: awaitsOutcome,
                work: { (connection) throws(StoreError) in
                    let result = try body(&connection)
                    return { continuation.resume(returning: .success(result)) }
                },
                fail: { continuation.resume(returning: .failure($0)) })
            add(write)
        }
        return try result.get()
    }

    /// Queues a write, or has it fail.
    func add(_ write: Write) {
        if let refusal = writer.queue.add(write) { write.fail(refused(refusal)) }
    }

    /// Puts a call into the ledger, without waiting: a ledger must not hold up an answer.
    package func record(_ call: Call) {
        let fail: @Sendable (StoreError) -> Void = { [weak self] error in
            self?.unrecorded.add(1, ordering: .relaxed)
            self?.log.warning("a call is missing from the ledger: \(error)")
        }
        let write = Write(
            work: { (connection) throws(StoreError) in
                connection.reach = .nothing
                try connection.insert(call, id: connection.nextID(.calls))
                return {}
            }, fail: fail)
        add(write)
    }

    /// Counts an answer served from an entry, without waiting: the counters are written within a second.
    package func noteHit(_ entry: EntryID, saved: Money, at now: Timestamp? = nil) {
        writer.queue.noteHit(entry, saved: saved, at: now ?? clock.now)
    }

    func refused(_ code: StoreError.Code) -> StoreError {
        let reason = code == .closed ? "the store is closed" : "\(Limits.writeQueueMax) writes are waiting"
        return StoreError(code, reason, context: "write", path: path)
    }
}
