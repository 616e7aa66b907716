import CTestProcess
import Glibc

/// Why a program did not start.
package struct CannotStart: Error {
    package let program: String
    package let reason: String

    package init(program: String, reason: String) {
        self.program = program
        self.reason = reason
    }
}

/// Starts a program with these standard streams and nothing else that is open here: a socket or a pipe held open in one
/// test's program would keep another test waiting for its end.
///
/// In place of Foundation's `Process`, whose `run` now and then reads past the end of a directory's entries on Linux and
/// brings the tests down (swift-corelibs-foundation, pull request 5472, 2026-05).
///
/// - Parameters:
///   - words: the program's path and its arguments.
///   - environment: all of it, `NAME=value`.
///   - streams: descriptors for stdin, stdout and stderr; they stay open here.
/// - Returns: its process number.
package func spawn(
    _ words: [String], environment: [String], streams: (input: Int32, output: Int32, error: Int32)
) throws(CannotStart) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, streams.input, STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, streams.output, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, streams.error, STDERR_FILENO)
    unsafe test_process_close_others(&actions)
    // The runner's threads may block signals, and a child inherits that.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    let variables = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    var id: Int32 = 0
    let code = unsafe posix_spawn(&id, words[0], &actions, &attributes, arguments, variables)
    guard code == 0 else { throw CannotStart(program: words[0], reason: unsafe String(cString: strerror(code))) }
    return id
}
