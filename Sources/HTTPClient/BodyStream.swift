/// The body of a response that was returned at its head: pieces as they come, for one consumer.
///
/// Throws `HTTPClientError` when the body ends before it is whole. Letting go of the stream and its iterator, or
/// cancelling the task that waits for the next piece, ends the transfer.
struct BodyStream: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    /// The right to the transfer: whoever lets go of it ends it.
    final class Lease: Sendable {
        let id: Int
        let buffer: StreamBuffer
        let mailbox: Mailbox

        init(id: Int, buffer: StreamBuffer, mailbox: Mailbox) {
            self.id = id
            self.buffer = buffer
            self.mailbox = mailbox
        }

        deinit {
            mailbox.post(.cancel(id: id))
        }
    }

    let lease: Lease

    func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

    struct Iterator: AsyncIteratorProtocol {
        let lease: Lease

        func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            let lease = lease
            let taken = await withTaskCancellationHandler {
                await lease.buffer.take()
            } onCancel: {
                // The thread ends the transfer, and with it the wait.
                lease.mailbox.post(.cancel(id: lease.id))
            }
            switch taken {
            case .bytes(let bytes, let resumes):
                if resumes { lease.mailbox.post(.resume(id: lease.id)) }
                return bytes
            case .end(.success): return nil
            case .end(.failure(let error)): throw error
            }
        }
    }
}
