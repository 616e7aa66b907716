import Dispatch
import Glibc
import Support
import Synchronization

/// Takes in the connections of all listening sockets, on a thread of its own, and gives each to the event loop that has
/// the fewest.
///
/// Left to themselves libmicrohttpd's loops take up to ten of those waiting at a time, whichever wakes first: of eight
/// connections that came together one loop often got all, and the others' cores idled.
final class Acceptor: Sendable {
    private let sockets: [ListeningSocket]
    private let loops: [EventLoop]
    private let context: ServerContext
    private let isStopped = Atomic<Bool>(false)
    private let end = DispatchSemaphore(value: 0)

    init(_ sockets: [ListeningSocket], _ loops: [EventLoop], _ context: ServerContext) {
        precondition(!loops.isEmpty, "somebody has to serve what is taken in")
        self.sockets = sockets
        self.loops = loops
        self.context = context
        BackgroundThread.startRequired { [self] in work() }
    }

    /// Refuses new connections from now on: returns when the last one taken in is given to its loop and the sockets are
    /// closed. A second call does nothing.
    func stop() {
        if isStopped.exchange(true, ordering: .acquiringAndReleasing) { return }
        context.acceptorWakeUp.signal()
        end.wait()
        for socket in sockets { socket.close() }
    }

    private func work() {
        /// Whether a connection waits that could not be had: it is tried again after a pause, and told once.
        var (pauses, isTold) = (false, false)
        while true {
            let open = pauses ? [] : sockets.filter { hasRoom($0) }
            var polled = [pollfd(fd: context.acceptorWakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
            polled += open.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
            _ = unsafe poll(&polled, nfds_t(polled.count), pauses ? Int32(Limits.acceptPauseMilliseconds) : -1)
            if isStopped.load(ordering: .acquiring) { break }
            context.acceptorWakeUp.clear()
            pauses = false
            for (socket, answer) in zip(open, polled.dropFirst()) where answer.revents != 0 {
                let failure = takeIn(socket)
                if let failure, !isTold {
                    context.log.warning("\(socket.address): connections wait: \(systemMessage(failure))")
                }
                pauses = pauses || failure != nil
                isTold = pauses
            }
        }
        end.signal()
    }

    private func hasRoom(_ socket: ListeningSocket) -> Bool {
        socket.openCount.load(ordering: .acquiring) < context.configuration.connectionsMax
    }

    /// Takes in what waits, as much of it as there is room for, and no more than lets the other sockets have their turn.
    ///
    /// - Returns: the error number where one could not be had.
    private func takeIn(_ socket: ListeningSocket) -> Int32? {
        for _ in 0..<Limits.acceptsPerTurnMax where hasRoom(socket) {
            switch socket.accept() {
            case .connection(let descriptor): handOver(descriptor, of: socket)
            case .none: return nil
            case .failed(let code): return code
            }
        }
        return nil
    }

    private func handOver(_ descriptor: Int32, of socket: ListeningSocket) {
        let loop = loops.min { $0.openCount.load(ordering: .relaxed) < $1.openCount.load(ordering: .relaxed) }
        guard let loop else { return }
        let connection = Connection(descriptor: descriptor, listener: socket, loop: loop)
        context.add(connection)
        if !loop.serve(connection) { context.remove(connection) }
    }
}
