import Glibc
import Support
import Synchronization
import TestPostgres
import Testing

@testable import Store

/// A database of a test's own, and the stores on it.
final class Rig: Sendable {
    let url: String
    private let stores = Mutex<[Store]>([])

    init() throws { url = try #require(PostgresServer.shared).makeDatabase() }

    func open(isAlone: Bool = false) throws(StoreError) -> Store {
        let store = try Store.open(url: url, directory: nil, isAlone: isAlone, log: .none)
        stores.withLock { $0.append(store) }
        return store
    }

    /// Two stores, and who follows what the first is told.
    func openFollowed() throws(StoreError) -> (a: Store, b: Store, follower: Follower) {
        let (a, b, follower) = (try open(), try open(), Follower())
        try a.follow(follower)
        return (a, b, follower)
    }

    /// The URL for a user whose number of connections to this database is limited, as no superuser's is.
    func withPlainUser(connections: Int) throws -> String {
        let damage = DamageReport(log: .none)
        let session = try PostgresSession(url: url, use: .reading, availability: Availability(log: .none))
        var connection = Connection(session, damage: damage)
        let user = "plain_\(UInt32.random(in: 0...UInt32.max))"
        let name = try connection.first("SELECT current_database()") { $0.text(0) }!
        try connection.run("CREATE ROLE \(user) LOGIN")
        try connection.run("ALTER DATABASE \(name) OWNER TO \(user)")
        try connection.run("ALTER DATABASE \(name) CONNECTION LIMIT \(connections)")
        return url.replacing("refrain@", with: "\(user)@")
    }

    func close() async {
        for store in stores.withLock({ $0 }) { await store.close() }
        PostgresServer.shared?.remove(url)
    }
}

/// Notes what it is told, and may be held up.
final class Follower: ChangeFollower {
    private struct State {
        var changes: [Change] = []
        var startsOver = 0
    }

    private let state = Mutex(State())
    private let isHeldUp = Atomic<Bool>(false)
    private let waits = Atomic<Bool>(false)

    var changes: [Change] { state.withLock { $0.changes } }
    var startsOver: Int { state.withLock { $0.startsOver } }

    /// Whether it has changes that it does not take in.
    var isHeld: Bool { waits.load(ordering: .acquiring) }

    func holdUp() { isHeldUp.store(true, ordering: .releasing) }
    func goOn() { isHeldUp.store(false, ordering: .releasing) }

    func apply(_ changes: [Change]) {
        while isHeldUp.load(ordering: .acquiring) {
            waits.store(true, ordering: .releasing)
            sched_yield()
        }
        waits.store(false, ordering: .releasing)
        state.withLock { $0.changes += changes }
    }

    func startOver() { state.withLock { $0.startsOver += 1 } }
}
