import CMicroHTTPD
import Support
import Synchronization

/// A response body that comes in pieces: a task pulls each piece when the one before it is sent.
///
/// libmicrohttpd's thread reads; where no piece is there, it suspends the connection, and the next piece, or the end,
/// resumes it. The lock is held while suspending, so that a piece that comes at that moment finds the connection
/// suspended.
final class ResponseStream: Sendable {
    private enum End {
        case complete
        case failed
    }

    private struct State {
        var piece: [UInt8] = []
        var sentCount = 0
        var end: End?
        var task: Task<Void, Never>?
        /// The task, while its piece is being sent.
        var puller: CheckedContinuation<Void, Never>?
        var isSuspended = false
    }

    private let pieces: any AsyncSequence<[UInt8], any Error> & Sendable
    private let exchange: Exchange
    private let state = Mutex(State())

    init(_ pieces: any AsyncSequence<[UInt8], any Error> & Sendable, of exchange: Exchange) {
        self.pieces = pieces
        self.exchange = exchange
    }

    /// Fills the buffer; on libmicrohttpd's thread only. The first call starts the task, so that HEAD never does.
    ///
    /// - Returns: the count of bytes; 0 with the connection suspended; or one of libmicrohttpd's two ends.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (count, puller) = state.withLock { state -> (Int, CheckedContinuation<Void, Never>?) in
            if state.sentCount < state.piece.count {
                let count = min(buffer.count, state.piece.count - state.sentCount)
                unsafe buffer.copyBytes(from: state.piece[state.sentCount..<(state.sentCount + count)])
                state.sentCount += count
                guard state.sentCount == state.piece.count else { return (count, nil) }
                defer { state.puller = nil }
                return (count, state.puller)
            }
            switch state.end {
            case .complete: return (mhd_end_of_stream(), nil)
            case .failed: return (mhd_end_with_error(), nil)
            case nil: break
            }
            guard exchange.context.connections.suspend(exchange) else { return (mhd_end_with_error(), nil) }
            state.isSuspended = true
            if state.task == nil { state.task = Task { await pull() } }
            return (0, nil)
        }
        puller?.resume()
        return count
    }

    /// Ends the stream as failed, unless it has ended, and stops the task; on any thread.
    func cancel() {
        finish(.failed)
        state.withLock { $0.task }?.cancel()
    }

    private func pull() async {
        do {
            for try await piece in pieces where !piece.isEmpty {
                await send(piece)
                if Task.isCancelled { break }
            }
            finish(Task.isCancelled ? .failed : .complete)
        } catch {
            exchange.context.log.warning("response stream cut: \(error)")
            finish(.failed)
        }
    }

    /// Hands a piece over and waits until it is sent or nobody wants it.
    private func send(_ piece: [UInt8]) async {
        await withCheckedContinuation { continuation in
            let isSuspended = state.withLock { state -> Bool? in
                if state.end != nil { return nil }
                state.piece = piece
                state.sentCount = 0
                state.puller = continuation
                defer { state.isSuspended = false }
                return state.isSuspended
            }
            switch isSuspended {
            case true?: exchange.context.connections.resume(exchange)
            case false?: break
            case nil: continuation.resume()
            }
        }
    }

    private func finish(_ end: End) {
        let (puller, isSuspended) = state.withLock { state in
            if state.end == nil { state.end = end }
            defer {
                state.puller = nil
                state.isSuspended = false
            }
            return (state.puller, state.isSuspended)
        }
        puller?.resume()
        if isSuspended { exchange.context.connections.resume(exchange) }
    }
}
