import HTTP
import Synchronization

/// An open connection.
final class Connection: Sendable {
    /// Open for as long as the connection is in the `ConnectionTable`.
    let descriptor: Int32
    let peer: Peer
    /// Whether a request's first line has come and its response is not sent yet.
    let isBusy = Atomic<Bool>(false)

    init(descriptor: Int32, peer: Peer) {
        self.descriptor = descriptor
        self.peer = peer
    }
}
