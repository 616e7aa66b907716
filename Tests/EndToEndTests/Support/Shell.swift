import Foundation

/// Commands as a user types them.
enum Shell {
    /// Runs a script by bash in the folder `work` of `home`, with `refrain` on its path, and waits for its end.
    static func run(_ script: String, home: Scratch, environment: [String: String] = [:]) async throws -> Finished {
        let files = FileManager.default
        for folder in ["bin", "work"] {
            try files.createDirectory(atPath: home(folder), withIntermediateDirectories: true)
        }
        let link = home("bin/refrain")
        if !files.fileExists(atPath: link) {
            try files.createSymbolicLink(atPath: link, withDestinationPath: Programs.refrain)
        }
        let more = ["PATH": home("bin") + ":/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 }
        let child = try await ChildProcess.start(
            "/bin/bash", ["-c", "cd \"$HOME/work\"\n" + script], environment: Programs.environment(home: home, more),
            folder: home)
        let ending = try await child.end()
        return Finished(output: child.output, errors: child.errors, ending: ending)
    }
}
