import Foundation
import Testing

/// The programs as built beside the tests, and the environment they run in.
enum Programs {
    static let refrain = folder + "/refrain"
    static let standIn = folder + "/refrain-standin"

    /// Where the build puts programs and test bundle alike.
    private static let folder: String = {
        let bundle = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path(percentEncoded: false)
        let build = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/debug")
            .path(percentEncoded: false)
        let places = [bundle, build].map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        return places.first { FileManager.default.isExecutableFile(atPath: $0 + "/refrain") } ?? places[0]
    }()

    /// `$REFRAIN_MODEL`, or the standard place.
    static let model: String = {
        let environment = ProcessInfo.processInfo.environment
        if let model = environment["REFRAIN_MODEL"] { return model }
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        return cache + "/refrain/models/all-MiniLM-L6-v2"
    }()

    /// Nothing of the tests' own environment: no key, no setting, no home.
    static func environment(home: Scratch, _ more: [String: String] = [:]) -> [String: String] {
        [
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home.path, "XDG_STATE_HOME": home("state"),
            "XDG_CACHE_HOME": home("cache"), "XDG_CONFIG_HOME": home("config"),
            "XDG_CONFIG_DIRS": home("etc"), "REFRAIN_MODEL": model,
            // Tests count calls: none is made by chance.
            "REFRAIN_AUDIT_SHARE": "0",
        ].merging(more) { $1 }
    }
}

/// What a command that has ended left behind.
struct Finished: Sendable {
    let output: String
    let errors: String
    let ending: ChildProcess.Ending

    var code: Int32? { if case .exited(let code) = ending { code } else { nil } }
    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Runs `refrain` with these arguments to its end.
func refrain(
    _ arguments: String..., home: Scratch, environment: [String: String] = [:]
) async throws -> Finished {
    try await refrain(arguments, home: home, environment: environment)
}

func refrain(
    _ arguments: [String], home: Scratch, environment: [String: String] = [:]
) async throws -> Finished {
    let child = try await ChildProcess.start(
        Programs.refrain, arguments, environment: Programs.environment(home: home, environment), folder: home)
    let ending = try await child.end()
    return Finished(output: child.output, errors: child.errors, ending: ending)
}
