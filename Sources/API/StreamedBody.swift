/// The body of a streamed response: what comes through a relay, for one reader.
///
/// Letting go of it, or cancelling the task that waits for the next piece, cancels the task that makes what it carries.
struct StreamedBody: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    /// The interest in it: whoever lets go of it has left.
    final class Lease: Sendable {
        let relay: StreamRelay
        private let cancel: @Sendable () -> Void

        init(_ relay: StreamRelay, _ cancel: @escaping @Sendable () -> Void) {
            self.relay = relay
            self.cancel = cancel
        }

        func leave() {
            relay.abandon()
            cancel()
        }

        deinit {
            leave()
        }
    }

    private let lease: Lease

    init<Success>(_ relay: StreamRelay, _ making: Task<Success, any Error>) {
        lease = Lease(relay) { making.cancel() }
    }

    func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

    struct Iterator: AsyncIteratorProtocol {
        let lease: Lease

        func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            let lease = lease
            return try await withTaskCancellationHandler {
                try await lease.relay.next()
            } onCancel: {
                lease.leave()
            }
        }
    }
}
