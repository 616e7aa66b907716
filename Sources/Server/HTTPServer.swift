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
    /// Nil once the server has been stopped.
    private let parts: Mutex<Parts?>

    /// What runs.
    private struct Parts {
        let acceptor: Acceptor
        let loops: [EventLoop]
    }

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
        let context = try ServerContext(configuration: configuration, log: log, handler: handler, immediate: immediate)
        // Those that were made stop by themselves when one cannot be.
        let loops = try (0..<configuration.threads).map { (_) throws(ServerError) in try EventLoop(context) }
        addresses = sockets.map(\.address)
        self.context = context
        parts = Mutex(Parts(acceptor: Acceptor(sockets, loops, context), loops: loops))
        DesertionWatch.start(for: context.connections)
    }

    deinit {
        if let parts = takeParts() { HTTPServer.stop(parts, context) }
    }

    /// What the server has done and does, for metrics.
    package var statistics: ServerStatistics {
        ServerStatistics(
            connections: context.connections.openCount,
            requestsInFlight: context.requestsOpen.load(ordering: .relaxed),
            requests: context.requests.load(ordering: .relaxed),
            refused: context.refused.load(ordering: .relaxed),
            deserted: context.deserted.load(ordering: .relaxed))
    }

    /// Stops: accepts no further connection, closes the idle ones, lets the requests under way finish, and after the
    /// deadline cancels those that have not. Removes the socket's file. A second call returns at once.
    package func drain(deadlineSeconds: Int) async {
        guard let parts = takeParts() else { return }
        await withCheckedContinuation { continuation in
            BackgroundThread.startRequired { [context] in
                context.isDraining.store(true, ordering: .releasing)
                parts.acceptor.stop()
                HTTPServer.waitUntilIdle(context, milliseconds: deadlineSeconds * 1_000)
                HTTPServer.stop(parts, context)
                continuation.resume()
            }
        }
    }

    private func takeParts() -> Parts? {
        parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
    }

    /// Gives up what is under way and closes every connection; blocks until the event loops have ended.
    private static func stop(_ parts: Parts, _ context: ServerContext) {
        context.isDraining.store(true, ordering: .releasing)
        parts.acceptor.stop()
        let abandoned = context.connections.stop()
        for exchange in abandoned { exchange.abandon() }
        // The refusals just queued are still to be sent; a client that does not read is not waited for.
        if !abandoned.isEmpty { waitUntilIdle(context, milliseconds: 500) }
        for loop in parts.loops { loop.stop() }
        context.connections.removeAll()
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
