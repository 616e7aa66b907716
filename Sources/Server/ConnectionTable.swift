import CLinux
import CMicroHTTPD
import Glibc
import Synchronization

/// Every open connection and every exchange whose connection is suspended.
///
/// Suspending and resuming go through one lock, so that after `stop` no connection is suspended and none will be:
/// `MHD_stop_daemon` does not survive a suspended one. The lock also keeps a descriptor that is looked at from being
/// closed and given to another connection meanwhile. libmicrohttpd holds no lock of its own that our callbacks could
/// meet here, save that of the response being read, which nothing else takes.
final class ConnectionTable: Sendable {
    private struct Waiting {
        let exchange: Exchange
        /// Whether its client is known to have left.
        var isDeserted = false
    }

    private struct State {
        /// By their descriptors.
        var open: [Int32: Connection] = [:]
        var waiting: [ObjectIdentifier: Waiting] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())

    var openCount: Int { state.withLock { $0.open.count } }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The connection of a descriptor.
    subscript(descriptor: Int32) -> Connection? { state.withLock { $0.open[descriptor] } }

    /// - Returns: the connection that had the descriptor before and was closed untold.
    func add(_ connection: Connection) -> Connection? {
        state.withLock { $0.open.updateValue(connection, forKey: connection.descriptor) }
    }

    /// To be called before the descriptor is closed.
    func remove(_ connection: Connection) {
        _ = state.withLock { $0.open.removeValue(forKey: connection.descriptor) }
    }

    /// To be called when all loops have stopped: they close untold what they had not begun to serve.
    func removeAll() {
        state.withLock { $0.open = [:] }
    }

    /// Suspends an exchange's connection; only on libmicrohttpd's thread, within a callback for that connection.
    ///
    /// - Returns: false, and nothing is suspended, when the server has stopped.
    func suspend(_ exchange: Exchange) -> Bool {
        state.withLock { state in
            if state.isStopped { return false }
            unsafe MHD_suspend_connection(exchange.handle)
            state.waiting[ObjectIdentifier(exchange)] = Waiting(exchange: exchange)
            return true
        }
    }

    /// Resumes an exchange's connection if it is suspended; on any thread.
    func resume(_ exchange: Exchange) {
        state.withLock { state in
            guard state.waiting.removeValue(forKey: ObjectIdentifier(exchange)) != nil else { return }
            unsafe MHD_resume_connection(exchange.handle)
        }
    }

    /// The suspended exchanges whose client has closed its end since the last call.
    ///
    /// libmicrohttpd does not look at a suspended connection. A client that has only shut down its writing half looks
    /// the same and counts as gone, as it does for other servers.
    func desertedExchanges() -> [Exchange] {
        state.withLock { state in
            let keys = state.waiting.filter { !$0.value.isDeserted }.map(\.key)
            var polled = keys.map { key in
                pollfd(
                    fd: state.waiting[key]?.exchange.connection.descriptor ?? -1, events: linux_poll_hang_up(),
                    revents: 0)
            }
            guard !polled.isEmpty, unsafe poll(&polled, nfds_t(polled.count), 0) > 0 else { return [] }
            var deserted: [Exchange] = []
            for (key, answer) in zip(keys, polled) where answer.revents != 0 {
                state.waiting[key]?.isDeserted = true
                if let exchange = state.waiting[key]?.exchange { deserted.append(exchange) }
            }
            return deserted
        }
    }

    /// Has the connections without a request closed: libmicrohttpd reads their end.
    func closeIdle() {
        state.withLock { state in
            for connection in state.open.values where !connection.isBusy.load(ordering: .acquiring) {
                shutdown(connection.descriptor, Int32(SHUT_RD))
            }
        }
    }

    /// Lets nothing be suspended any more.
    ///
    /// - Returns: the exchanges that are; each must be resumed before the daemon is stopped.
    func stop() -> [Exchange] {
        state.withLock { state in
            state.isStopped = true
            return state.waiting.values.map(\.exchange)
        }
    }
}
