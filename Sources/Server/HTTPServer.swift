import Glibc
package import HTTP
package import Support
import Synchronization

/// An HTTP/1.1 server on TCP and Unix sockets: turns what comes in into requests, calls one handler, sends its
/// responses. It knows nothing of routes.
///
/// A client that leaves cancels its handler's task. A HEAD request reaches the handler as GET and its response is sent
/// without the body. A response's stream is pulled no faster than the client reads it.
package final class HTTPServer: Sendable {
    /// The addresses as bound: `127.0.0.1:41234`, `[::1]:8474`, `unix:/path`.
    package let addresses: [String]

    private let context: ServerContext
    /// Empty once the server has been stopped.
    private let daemons: Mutex<[Daemon]>

    /// Binds and starts.
    ///
    /// - Parameters:
    ///   - handler: answers a request; its task is cancelled when the client leaves or a drain's time is over.
    ///   - immediate: asked first, on the connection's own thread; it must neither block nor take long. Nil leaves
    ///     the request to the handler.
    package init(
        _ configuration: ServerConfiguration, log: Log,
        immediate: (@Sendable (Request) -> Immediate?)? = nil,
        handler: @escaping @Sendable (Request) async -> Response
    ) throws(ServerError) {
        var sockets: [ListeningSocket] = []
        for address in configuration.listen {
            sockets.append(try ListeningSocket(tcp: address, allowRemote: configuration.allowRemote))
        }
        for descriptor in configuration.inherited {
            sockets.append(try ListeningSocket(inherited: descriptor, allowRemote: configuration.allowRemote))
        }
        if let path = configuration.socketPath { sockets.append(try ListeningSocket(path: path)) }
        let context = ServerContext(configuration: configuration, log: log, handler: handler, immediate: immediate)
        var daemons: [Daemon] = []
        do throws(ServerError) {
            for socket in sockets { daemons.append(try Daemon(socket, context: context)) }
        } catch {
            HTTPServer.stop(daemons, context)
            throw error
        }
        addresses = sockets.map(\.address)
        self.context = context
        self.daemons = Mutex(daemons)
        DesertionWatch.start(for: context.connections)
    }

    deinit {
        HTTPServer.stop(takeDaemons(), context)
    }

    /// What the server has done and does, for metrics.
    package var statistics: ServerStatistics {
        ServerStatistics(
            connections: context.connections.openCount,
            requestsInFlight: context.exchangesOpen.load(ordering: .relaxed),
            requests: context.requests.load(ordering: .relaxed),
            refused: context.refused.load(ordering: .relaxed),
            deserted: context.deserted.load(ordering: .relaxed))
    }

    /// Stops: accepts no further connection, closes the idle ones, lets the requests under way finish, and after the
    /// deadline cancels those that have not. Removes the socket's file. A second call returns at once.
    package func drain(deadlineSeconds: Int) async {
        let daemons = takeDaemons()
        guard !daemons.isEmpty else { return }
        await withCheckedContinuation { continuation in
            BackgroundThread.startRequired { [context] in
                context.isDraining.store(true, ordering: .releasing)
                for daemon in daemons { daemon.stopListening() }
                HTTPServer.waitUntilIdle(context, milliseconds: deadlineSeconds * 1_000)
                HTTPServer.stop(daemons, context)
                continuation.resume()
            }
        }
    }

    private func takeDaemons() -> [Daemon] {
        daemons.withLock { daemons in
            defer { daemons = [] }
            return daemons
        }
    }

    /// Gives up what is under way and closes every connection; blocks until the event loops have ended.
    private static func stop(_ daemons: [Daemon], _ context: ServerContext) {
        context.isDraining.store(true, ordering: .releasing)
        let abandoned = context.connections.stop()
        for exchange in abandoned { exchange.abandon() }
        // The refusals just queued are still to be sent; a client that does not read is not waited for.
        if !abandoned.isEmpty { waitUntilIdle(context, milliseconds: 500) }
        for daemon in daemons { daemon.stop() }
    }

    private static func waitUntilIdle(_ context: ServerContext, milliseconds: Int) {
        let step = 5
        for _ in 0..<(milliseconds / step) {
            context.connections.closeIdle()
            if context.exchangesOpen.load(ordering: .acquiring) == 0 { return }
            usleep(UInt32(step * 1_000))
        }
    }
}
