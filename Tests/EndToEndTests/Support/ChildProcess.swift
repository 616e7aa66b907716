import Foundation
import Glibc
import Synchronization
import TestProcess

/// A program under test. It cannot outlive the tests: when it is let go of, or when this process dies, it is killed.
final class ChildProcess: Sendable {
    enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(by: Int32)
    }

    let id: pid_t
    /// What the program wrote so far goes to these files.
    private let outputPath: String
    private let errorPath: String
    /// The writing end of the program's stdin; closed with this object.
    private let standardInput: Int32
    private let ended: EndingBox
    /// Held so that it is removed only after the program is gone.
    private let folder: Scratch

    /// Filled by the thread that waits for the program.
    private final class EndingBox: Sendable {
        let ending = Mutex<Ending?>(nil)
    }

    /// - Parameters:
    ///   - environment: all of it; nothing is inherited.
    ///   - folder: takes the files of what it writes.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String], folder: Scratch
    ) async throws -> ChildProcess {
        let name = "\(program.split(separator: "/").last ?? "").\(UUID().uuidString.prefix(8))"
        let files = (output: folder(name + ".out"), error: folder(name + ".err"))
        // A pair of sockets, unlike a pipe, is closed to other children from the first moment.
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw CannotStart(program: program, reason: "no socket for its stdin")
        }
        let input = (reading: ends[0], writing: ends[1])
        let box = EndingBox()
        // The kernel kills the child when the thread that started it ends, so that thread stays until the child ends.
        let words = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", program] + arguments
        let lines = environment.map { "\($0.key)=\($0.value)" }
        let spawned: Result<pid_t, CannotStart> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let result = Result { () throws(CannotStart) in
                    try spawn(words, lines, input: input.reading, output: files.output, error: files.error)
                }
                close(input.reading)
                continuation.resume(returning: result)
                if case .success(let id) = result { wait(for: id, box) }
            }
        }
        do {
            return ChildProcess(try spawned.get(), files.output, files.error, input.writing, box, folder)
        } catch {
            close(input.writing)
            throw error
        }
    }

    private init(
        _ id: pid_t, _ outputPath: String, _ errorPath: String, _ standardInput: Int32, _ ended: EndingBox,
        _ folder: Scratch
    ) {
        self.id = id
        self.outputPath = outputPath
        self.errorPath = errorPath
        self.standardInput = standardInput
        self.ended = ended
        self.folder = folder
    }

    deinit {
        send(SIGKILL)
        close(standardInput)
        // Nothing keeps a process that was killed from ending, within milliseconds.
        while ending == nil { usleep(1_000) }
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    /// Nil while it runs.
    var ending: Ending? { ended.ending.withLock { $0 } }

    /// Sends a signal; does nothing once the program has ended, when its number may be another's.
    func send(_ signal: Int32) {
        ended.ending.withLock { if $0 == nil { _ = Glibc.kill(id, signal) } }
    }

    /// Waits for its end.
    func end() async throws -> Ending {
        try await eventually("process \(id) ends") { ending }
    }

    /// Kills it and waits until it is gone.
    func kill() async throws {
        send(SIGKILL)
        _ = try await end()
    }

    /// Starts the program with its output in files of these names.
    private static func spawn(
        _ words: [String], _ environment: [String], input: Int32, output: String, error: String
    ) throws(CannotStart) -> pid_t {
        let files: [Int32] = [output, error].map { (path: String) in
            unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        }
        defer { for file in files { close(file) } }
        return try TestProcess.spawn(
            words, environment: environment, streams: (input: input, output: files[0], error: files[1]))
    }

    private static func wait(for id: pid_t, _ box: EndingBox) {
        var info = unsafe siginfo_t()
        // Its number stays taken until it is reaped, which happens while nobody can send it a signal.
        while unsafe waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        box.ending.withLock { ending in
            var status: Int32 = 0
            while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
            ending = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(by: status & 0x7F)
        }
    }
}
