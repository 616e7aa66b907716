package import Foundation
import Glibc
import Synchronization

/// A program run beside a test.
package final class Program: Sendable {
    package enum Stream {
        /// The tests' own.
        case inherited
        case null
        /// The end that the program uses is closed here once it runs.
        case pipe(Pipe)
    }

    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(by: Int32)
    }

    private let id: pid_t
    private let ending = Mutex<Ending?>(nil)

    /// Starts it.
    ///
    /// - Parameter environment: all of it; nil: the tests' own.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String]? = nil, input: Stream = .inherited,
        output: Stream = .inherited, error: Stream = .inherited
    ) throws {
        let variables = environment ?? ProcessInfo.processInfo.environment
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let ends = [
            Self.end(of: input, \.fileHandleForReading), Self.end(of: output, \.fileHandleForWriting),
            Self.end(of: error, \.fileHandleForWriting),
        ]
        func descriptor(_ stream: Stream, _ end: FileHandle?, _ own: Int32) -> Int32 {
            if case .inherited = stream { own } else { end?.fileDescriptor ?? null }
        }
        id = try spawn(
            [path] + arguments, environment: variables.map { "\($0.key)=\($0.value)" },
            streams: (
                descriptor(input, ends[0], STDIN_FILENO), descriptor(output, ends[1], STDOUT_FILENO),
                descriptor(error, ends[2], STDERR_FILENO)
            ))
        for end in ends { try? end?.close() }
    }

    private static func end(of stream: Stream, _ side: KeyPath<Pipe, FileHandle>) -> FileHandle? {
        if case .pipe(let pipe) = stream { pipe[keyPath: side] } else { nil }
    }

    /// Sends a signal; does nothing once it was waited for, when its number may be another's.
    package func send(_ signal: Int32) {
        ending.withLock { if $0 == nil { _ = kill(id, signal) } }
    }

    /// Blocks until it has ended.
    @discardableResult
    package func wait() -> Ending {
        var info = unsafe siginfo_t()
        // Its number stays taken until it is reaped, which happens while nobody can send it a signal.
        while unsafe waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
            let new = status & 0x7F == 0 ? Ending.exited(status >> 8 & 0xFF) : .killed(by: status & 0x7F)
            ending = new
            return new
        }
    }
}
