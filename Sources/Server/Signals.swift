import CLinux
import Glibc
import Support
import Synchronization

/// The signals that a daemon listens to, and those that it does not care for.
package enum Signals {
    package enum Signal: Sendable, Equatable, CaseIterable {
        /// SIGTERM: finish what is under way and stop.
        case terminate
        /// SIGINT: the same, from a keyboard.
        case interrupt
        /// SIGHUP: read the configuration again.
        case hangUp

        var number: Int32 {
            switch self {
            case .terminate: SIGTERM
            case .interrupt: SIGINT
            case .hangUp: SIGHUP
            }
        }
    }

    /// Whether a sequence is being read: the process has one set of handlers.
    private static let isWatched = Mutex(false)

    /// The signals as they arrive, in order, from now until the sequence is given up, which restores their default.
    ///
    /// Handlers, not a blocked mask with signalfd: libraries that start threads before `main` leave those threads
    /// without the mask, and the kernel picks any thread. The handler writes the signal's number to a pipe, which a
    /// thread reads.
    ///
    /// - Precondition: no other such sequence is in use.
    package static func received() -> AsyncStream<Signal> {
        isWatched.withLock { isWatched in
            precondition(!isWatched, "a process has one set of signal handlers")
            isWatched = true
        }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { fatalError("cannot make a pipe: \(systemMessage(errno))") }
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must never wait: with 64 KB of signals unread, one more says nothing new.
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
        for signal in Signal.allCases { linux_signal_catch(signal.number, writing) }
        continuation.onTermination = { _ in
            for signal in Signal.allCases { linux_signal_default(signal.number) }
            // Closing the writing end ends the thread.
            close(writing)
        }
        BackgroundThread.startRequired {
            while let number = readByte(reading) {
                if let signal = Signal.allCases.first(where: { $0.number == Int32(number) }) {
                    continuation.yield(signal)
                }
            }
            close(reading)
            isWatched.withLock { $0 = false }
        }
        return stream
    }

    /// Ignores SIGPIPE and SIGXFSZ: both only repeat what the failed write returns, by killing the process.
    package static func ignoreWriteFailures() {
        linux_signal_ignore(SIGPIPE)
        linux_signal_ignore(SIGXFSZ)
    }

    /// The next byte; nil at the end.
    private static func readByte(_ descriptor: Int32) -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(descriptor, &byte, 1)
            if count == 1 { return byte }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
