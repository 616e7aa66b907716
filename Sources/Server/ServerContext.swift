import HTTP
import Support
import Synchronization

/// What all connections of a server share.
final class ServerContext: Sendable {
    let configuration: ServerConfiguration
    let log: Log
    let handler: @Sendable (Request) async -> Response
    let immediate: (@Sendable (Request) -> Immediate?)?
    let connections = ConnectionTable()
    /// Tells the acceptor that there is room again, or that it is to stop.
    let acceptorWakeUp: WakeUp

    /// Exchanges begun and not completed.
    let exchangesOpen = Atomic<Int>(0)
    /// Those of them whose head is whole: heads that do not come to an end keep nobody else from being served.
    let requestsOpen = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let deserted = Atomic<Int>(0)
    /// Whether every response closes its connection, because the server is to stop.
    let isDraining = Atomic<Bool>(false)

    /// Whether there is room for what is answered at once alone.
    var isOverloaded: Bool { requestsOpen.load(ordering: .relaxed) > configuration.requestsInFlightMax }

    init(
        configuration: ServerConfiguration, log: Log, handler: @escaping @Sendable (Request) async -> Response,
        immediate: (@Sendable (Request) -> Immediate?)?
    ) throws(ServerError) {
        acceptorWakeUp = try WakeUp()
        self.configuration = configuration
        self.log = log
        self.handler = handler
        self.immediate = immediate
    }

    /// Counts a connection that was taken in.
    func add(_ connection: Connection) {
        connection.listener.openCount.add(1, ordering: .relaxed)
        connection.loop.openCount.add(1, ordering: .relaxed)
        if let lost = connections.add(connection) { count(out: lost) }
    }

    /// Counts a connection no longer, and has the next one taken in where it waited for that; to be called before the
    /// descriptor is closed.
    func remove(_ connection: Connection) {
        connections.remove(connection)
        count(out: connection)
    }

    private func count(out connection: Connection) {
        connection.loop.openCount.subtract(1, ordering: .relaxed)
        let before = connection.listener.openCount.subtract(1, ordering: .releasing).oldValue
        if before == configuration.connectionsMax { acceptorWakeUp.signal() }
    }
}
