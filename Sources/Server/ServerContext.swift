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

    /// Exchanges begun and not completed.
    let exchangesOpen = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let deserted = Atomic<Int>(0)
    /// Whether every response closes its connection, because the server is to stop.
    let isDraining = Atomic<Bool>(false)

    /// Whether there is room for what is answered at once alone.
    var isOverloaded: Bool { exchangesOpen.load(ordering: .relaxed) > configuration.requestsInFlightMax }

    init(
        configuration: ServerConfiguration, log: Log, handler: @escaping @Sendable (Request) async -> Response,
        immediate: (@Sendable (Request) -> Immediate?)?
    ) {
        self.configuration = configuration
        self.log = log
        self.handler = handler
        self.immediate = immediate
    }
}
