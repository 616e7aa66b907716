import Cache

/// The body of a streamed response: what comes through a relay, for one reader.
///
/// Letting go of it, or cancelling the task that waits for the next piece, cancels the task that makes the answer.
struct StreamedBody: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    /// The interest in the answer: whoever lets go of it has left.
    final class Lease: Sendable {
        let relay: StreamRelay
        let answering: Task<Reply, any Error>

        init(_ relay: StreamRelay, _ answering: Task<Reply, any Error>) {
            self.relay = relay
            self.answering = answering
        }

        func leave() {
            relay.abandon()
            answering.cancel()
        }

        deinit {
            leave()
        }
    }

    private let lease: Lease

    init(_ relay: StreamRelay, _ answering: Task<Reply, any Error>) {
        lease = Lease(relay, answering)
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
