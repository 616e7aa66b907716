import HTTP
import Synchronization

/// An open connection.
final class Connection: Sendable {
    /// Open for as long as the connection is in the `ConnectionTable`.
    let descriptor: Int32
    let peer: Peer
    /// Where it came in and who serves it; both count it while it is in the table.
    let listener: ListeningSocket
    let loop: EventLoop
    /// Whether a request's first line has come and its response is not sent yet.
    let isBusy = Atomic<Bool>(false)
    /// The head of its latest request, if that was good and short; only its event loop's thread asks for it.
    private let latest = Mutex<ReadHead?>(nil)

    init(descriptor: Int32, listener: ListeningSocket, loop: EventLoop) {
        self.descriptor = descriptor
        // A client that has left already has no name any more: it will not get an answer, whoever it was.
        peer = SocketName.peer(of: descriptor) ?? .tcp(address: "")
        self.listener = listener
        self.loop = loop
    }

    var latestHead: ReadHead? {
        get { latest.withLock { $0 } }
        set { latest.withLock { $0 = newValue } }
    }
}
