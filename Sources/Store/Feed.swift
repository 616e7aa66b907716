import CLinux
import Glibc
import Support
import Synchronization

/// Follows what the nodes commit, on a thread of its own, and keeps this node's lease.
///
/// A commit is told of by the server, or found when the store is asked again a moment later. The thread has the follower
/// take it in, and only then tells the others that this node knows of it.
final class Feed: Sendable {
    /// What the thread goes on from.
    private struct Progress {
        /// Behind everything that is known.
        var position: Connection.Position
        /// The last change that is known, by which the store is known again.
        var last: Connection.Noted?
        /// The last of this node's batches that the store is known to have lost.
        var lostBatch: Int64 = 0
        /// When the lease was last renewed, in the node's milliseconds.
        var renewed: Int64
        /// Whether another node may wait until this one knows of a commit.
        var isAwaited = false
        /// Whether it was told that something is wrong other than that the server is away.
        var isFailureTold = false
    }

    private let node: Node
    private let source: ConnectionSource
    private let damage: DamageReport
    private let writer: Writer
    private let log: Log
    private let isClosed = Atomic<Bool>(false)
    /// Opened when the thread has ended; nil: there was none.
    private let end = Mutex<Gate?>(nil)
    /// An eventfd that ends the thread's wait.
    private let wakeUp = eventfd(0, Int32(EFD_CLOEXEC))

    init(_ node: Node, _ source: ConnectionSource, damage: DamageReport, writer: Writer, log: Log) {
        self.node = node
        self.source = source
        self.damage = damage
        self.writer = writer
        self.log = log
    }

    deinit { Glibc.close(wakeUp) }

    /// Takes up the lease and begins to follow; what was committed before is not told.
    func start(_ follower: any ChangeFollower) throws(StoreError) {
        let connection = try source.node(.following, damage: damage)
        let shared = Mutex<Connection?>(connection)
        let progress = try shared.withLock { (connection) throws(StoreError) in try begin(&connection!) }
        let gate = Gate()
        let result = BackgroundThread.start { [self] in
            shared.withLock { work(&$0!, progress, follower) }
            gate.open()
        }
        if result != 0 { throw StoreError(errno: result, context: "start the thread that follows", path: source.path) }
        end.withLock { $0 = gate }
    }

    /// Has the thread end.
    func stop() {
        isClosed.store(true, ordering: .releasing)
        eventfd_write(wakeUp, 1)
    }

    /// Gives the lease back, so that nobody waits for this node any more.
    func close() async {
        stop()
        await end.withLock { $0 }?.wait()
    }

    private func begin(_ connection: inout Connection) throws(StoreError) -> Progress {
        let asked = node.milliseconds
        let (number, last) = try connection.latest()
        try connection.renewLease(of: node, seen: number)
        node.isNotified = connection.isNotified
        node.renewLease(asked: asked)
        return Progress(position: .end(of: number), last: last, renewed: asked)
    }

    private func work(_ connection: inout Connection, _ progress: Progress, _ follower: any ChangeFollower) {
        var progress = progress
        while !isClosed.load(ordering: .acquiring) {
            do throws(StoreError) {
                if try follow(&connection, &progress, follower) { continue }
                let passed = Int(node.milliseconds - progress.renewed)
                let left = max(0, Limits.nodeRenewalMilliseconds - passed)
                let period = connection.isNotified ? left : min(left, Limits.feedPollMilliseconds)
                _ = try connection.waitForNotification(milliseconds: period, or: wakeUp)
            } catch {
                if error.code != .unavailable, !progress.isFailureTold {
                    progress.isFailureTold = true
                    log.error("what other nodes commit cannot be read, hits end with the lease: \(error)")
                }
                var descriptor = pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)
                unsafe poll(&descriptor, 1, Int32(Limits.storeRetryMilliseconds))
            }
        }
        // Nobody waits for it any more.
        node.endLease()
        do throws(StoreError) { try connection.leave(node) } catch {
            log.info("other nodes will wait for the end of this one's lease: \(error)")
        }
    }

    /// Takes in what was committed since, and renews the lease where that is due or somebody waits for it.
    ///
    /// - Returns: whether there is more.
    private func follow(
        _ connection: inout Connection, _ progress: inout Progress, _ follower: any ChangeFollower
    ) throws(StoreError) -> Bool {
        let asked = node.milliseconds
        let kept = writer.lastBatch
        let reading = try connection.changes(after: progress.position, last: progress.last, of: node)
        node.isNotified = connection.isNotified
        let changes = reading.changes.compactMap(\.change)
        let isLost = kept > progress.lostBatch && reading.batch < kept
        if !reading.isContinued || isLost {
            log.warning("what other nodes have committed meanwhile is not known any more: all is read anew")
            // First: what is read anew is later than that.
            let (number, last) = try connection.latest()
            writer.noteForeignCommit()
            follower.startOver()
            progress = Progress(
                position: .end(of: number), last: last, lostBatch: kept, renewed: progress.renewed, isAwaited: true)
        } else {
            note(reading)
            if !changes.isEmpty { follower.apply(changes) }
            progress.position = reading.end
            progress.last = reading.changes.last?.noted ?? progress.last
            progress.isFailureTold = false
        }
        // For what is only new nobody waits.
        if reading.changes.contains(where: { $0.change?.kind != .added }) { progress.isAwaited = true }
        if progress.isAwaited || asked - progress.renewed >= Int64(Limits.nodeRenewalMilliseconds) {
            try connection.renewLease(of: node, seen: progress.position.seen)
            progress.renewed = asked
            node.renewLease(asked: asked)
            // A commit of which there is more to read is not acknowledged yet.
            if reading.isAll { progress.isAwaited = false }
        }
        return !reading.isAll
    }

    /// Ends what is remembered of that which was changed. The writer did so for this node's commits, but one whose
    /// connection broke may have come about since.
    private func note(_ reading: Connection.Reading) {
        let changed = reading.changes.filter { $0.change?.kind == .changed }
        if changed.contains(where: { !$0.noted.isBy(node) }) {
            writer.noteForeignCommit()
        } else if !changed.isEmpty {
            writer.noteLateCommit(of: Set(changed.compactMap { $0.change.map { EntryID(rawValue: $0.row) } }))
        }
    }
}
