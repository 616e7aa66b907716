import HTTP
import Support
import Synchronization

/// Carries a streamed response from the task that makes it to the client that reads it.
///
/// Holds some seconds of a model's output for a client that lags, then lets the writer wait. When the reader has left,
/// the writer goes on at full speed and what it writes is dropped: others may wait for the same answer.
final class StreamRelay: Sendable {
    private struct State {
        /// The header fields that came with the first piece.
        var head: Headers?
        var bytes: [UInt8] = []
        /// Events sent so far: each ends in a blank line.
        var eventCount = 0
        var isEnded = false
        var isAbandoned = false
        /// Who waits for the first piece, for the next piece, for room.
        var opener: CheckedContinuation<Void, Never>?
        var reader: CheckedContinuation<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let bytesMax: Int

    init(bytesMax: Int = Limits.upstreamStreamBytesMax) {
        self.bytesMax = bytesMax
    }

    // MARK: The writer, one at a time

    /// Hands a piece over and waits while the reader lags.
    ///
    /// - Parameters:
    ///   - head: the response's header fields; those of the first piece count.
    ///   - piece: whole events.
    func send(_ head: Headers, _ piece: [UInt8]) async {
        let waiting = state.withLock { state in
            if state.head == nil { state.head = head }
            state.eventCount += zip(piece, piece.dropFirst()).count { $0 == 10 && $1 == 10 }
            if !state.isAbandoned { state.bytes += piece }
            return [state.opener.take(), state.reader.take()]
        }
        for waiter in waiting { waiter?.resume() }
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                precondition(state.writer == nil, "a relay has one writer at a time")
                if state.bytes.count < bytesMax || state.isAbandoned { return true }
                state.writer = continuation
                return false
            }
            if mayGoOn { continuation.resume() }
        }
    }

    /// Ends the stream with a last piece. A relay that was never opened stays without one.
    func end(_ piece: [UInt8]) {
        let waiting = state.withLock { state in
            if state.head != nil, !state.isAbandoned { state.bytes += piece }
            state.isEnded = true
            return [state.opener.take(), state.reader.take()]
        }
        for waiter in waiting { waiter?.resume() }
    }

    /// How many events were sent.
    var eventCount: Int { state.withLock { $0.eventCount } }

    // MARK: The reader, one

    /// Waits for the first piece.
    ///
    /// - Returns: its header fields; nil when the stream ended without a piece.
    func opened() async -> Headers? {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.head != nil || state.isEnded { return true }
                state.opener = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return state.withLock { $0.head }
    }

    /// Waits for the next piece.
    ///
    /// - Returns: nil at the end.
    func next() async throws -> [UInt8]? {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                precondition(state.reader == nil, "a relay has one reader")
                if !state.bytes.isEmpty || state.isEnded || state.isAbandoned { return true }
                state.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        let (piece, isAbandoned, writer) = state.withLock { state in
            defer { state.bytes = [] }
            return (state.bytes, state.isAbandoned, state.writer.take())
        }
        writer?.resume()
        if isAbandoned { throw CancellationError() }
        return piece.isEmpty ? nil : piece
    }

    /// Nobody reads any more; on any thread.
    func abandon() {
        let waiting = state.withLock { state in
            state.isAbandoned = true
            state.bytes = []
            return [state.opener.take(), state.reader.take(), state.writer.take()]
        }
        for waiter in waiting { waiter?.resume() }
    }
}
