import Synchronization

/// The bytes of a streamed body between the transfer thread and the one consumer.
///
/// Holds at most `bytesMax` and one piece of libcurl's (16 KB): past that the transfer thread is told to pause, and the
/// consumer to have it resumed.
final class StreamBuffer: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isPaused = false
        var end: Result<Void, HTTPClientError>?
        var consumer: CheckedContinuation<Void, Never>?
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Takes a piece, all or nothing.
    ///
    /// - Returns: false when the consumer lags: the transfer has to pause, and the piece to come again.
    func append(_ piece: UnsafeRawBufferPointer) -> Bool {
        // The closure may not touch the caller's pointer: a Mutex guards what leaves it.
        let piece = unsafe Array(piece)
        let (isTaken, consumer) = state.withLock { state in
            guard state.bytes.count < bytesMax else {
                state.isPaused = true
                return (false, nil as CheckedContinuation<Void, Never>?)
            }
            state.bytes += piece
            return (true, state.consumer.take())
        }
        consumer?.resume()
        return isTaken
    }

    /// No byte comes any more. The first end counts.
    func finish(_ end: Result<Void, HTTPClientError>) {
        let consumer = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.consumer.take()
        }
        consumer?.resume()
    }

    enum Taken {
        /// Everything that had come; `resumes` when the transfer waits for room.
        case bytes([UInt8], resumes: Bool)
        case end(Result<Void, HTTPClientError>)
    }

    /// Waits for bytes or the end.
    func take() async -> Taken {
        while true {
            if let taken = takeNow() { return taken }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    precondition(state.consumer == nil, "a streamed body has one consumer")
                    if state.bytes.isEmpty && state.end == nil { state.consumer = continuation }
                    return state.consumer == nil
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private func takeNow() -> Taken? {
        state.withLock { state in
            if !state.bytes.isEmpty {
                let taken = Taken.bytes(state.bytes, resumes: state.isPaused)
                state.bytes = []
                state.isPaused = false
                return taken
            }
            return state.end.map(Taken.end)
        }
    }
}
