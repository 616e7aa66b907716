import Glibc
import Support

/// A program run to its end with this process's own streams and environment.
enum ChildProgram {
    /// - Returns: its exit status; as a shell has it, 128 and the signal's number where one ended it.
    static func run(_ words: [String]) async throws -> Int32 {
        let code: Result<Int32, CommandError> = await withCheckedContinuation { continuation in
            // It may take minutes, which the cooperative pool's threads must not wait.
            let failure = BackgroundThread.start { continuation.resume(returning: wait(for: words)) }
            if failure != 0 { continuation.resume(returning: .failure(cannotRun(words[0], failure))) }
        }
        return try code.get()
    }

    private static func wait(for words: [String]) -> Result<Int32, CommandError> {
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let failure = unsafe posix_spawn(&process, words[0], nil, nil, arguments, environ)
        guard failure == 0 else { return .failure(cannotRun(words[0], failure)) }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return .success(status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
    }

    private static func cannotRun(_ program: String, _ code: Int32) -> CommandError {
        CommandError("cannot run \(program)", why: unsafe String(cString: strerror(code)))
    }
}
