import Support
import Synchronization

/// Locks that nodes agree by: a session's advisory locks, which end with it, however that is.
final class NodeLocks: Sendable {
    private let connection: Mutex<Connection>

    init(_ source: ConnectionSource, damage: DamageReport) throws(StoreError) {
        connection = Mutex(try source.node(.locking, damage: damage))
    }

    /// Takes a lock if no other node has it. What this node has it may take once more, and has to release as often.
    func take(_ key: Int64) throws(StoreError) -> Bool {
        try connection.withLock { (connection) throws(StoreError) in
            try connection.number("SELECT pg_try_advisory_lock(?1)", [.integer(key)]) != 0
        }
    }

    func release(_ key: Int64) throws(StoreError) {
        try connection.withLock { (connection) throws(StoreError) in
            try connection.run("SELECT pg_advisory_unlock(?1)", [.integer(key)])
        }
    }
}
