import Foundation
import Testing

@testable import Configuration

/// Real files in a folder of their own.
struct LoadTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func write(_ bytes: some Sequence<UInt8>, to path: String, mode: Int = 0o600) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func problems(flags: [String: String] = [:], environment: [String: String]) -> [String] {
        do throws(ConfigurationError) {
            _ = try Configuration.load(flags: flags, environment: environment)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func findsTheFile() throws {
        try withFolder { folder in
            try write("{floor: 0.1}".utf8, to: folder + "/.config/refrain/refrain.json5")
            try write("{floor: 0.2}".utf8, to: folder + "/xdg/refrain/refrain.json5")
            try write("{floor: 0.3}".utf8, to: folder + "/named.json5")
            func floor(_ flags: [String: String], _ environment: [String: String]) throws -> Double {
                let environment = environment.merging(["HOME": folder]) { $1 }
                return try Configuration.load(flags: flags, environment: environment).settings.deciding.floor
            }
            #expect(try floor([:], [:]) == 0.1)
            #expect(try floor([:], ["XDG_CONFIG_HOME": folder + "/xdg"]) == 0.2)
            #expect(try floor([:], ["XDG_CONFIG_HOME": folder + "/none"]) == 0.6)
            let shared = ["XDG_CONFIG_DIRS": "relative:\(folder)/none:\(folder)/xdg"]
            #expect(try floor([:], shared) == 0.1, "a user's own file comes first")
            #expect(try floor([:], shared.merging(["XDG_CONFIG_HOME": folder + "/none"]) { $1 }) == 0.2)
            #expect(try floor([:], ["REFRAIN_CONFIG": folder + "/named.json5"]) == 0.3)
            #expect(try floor(["config": folder + "/xdg/refrain/refrain.json5"], ["REFRAIN_CONFIG": "/none"]) == 0.2)
        }
    }

    @Test func refusesWhatItCannotRead() throws {
        try withFolder { folder in
            try write([0x7B, 0xFF, 0x7D], to: folder + "/bytes")
            try write(String(repeating: " ", count: (1 << 20) + 1).utf8, to: folder + "/large")
            let reasons = [
                "/none": "cannot open it: No such file or directory", "/bytes": "not UTF-8",
                "/large": "larger than 1048576 bytes", "": "cannot read it: Is a directory",
            ]
            for (name, reason) in reasons {
                let path = folder + name
                // The rest is checked all the same.
                #expect(
                    problems(flags: ["config": path, "floor": "2"], environment: ["HOME": folder]) == [
                        "\(path): \(reason)", "--floor: must be a number from 0 to 1, not 2",
                    ])
            }
        }
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false)])
    func theKeyFileIsPrivate(mode: Int, isAccepted: Bool) throws {
        try withFolder { folder in
            let path = folder + "/key"
            try write("sk-1\n".utf8, to: path, mode: mode)
            let found = problems(flags: ["upstream-key-file": path], environment: ["HOME": folder])
            let refusal = "--upstream-key-file: \(path): others than its owner may read it; run: chmod 600 \(path)"
            #expect(found == (isAccepted ? [] : [refusal]))
        }
    }

    @Test func readsTokens() throws {
        let (one, other) = (String(repeating: "0a", count: 32), String(repeating: "F1", count: 32))
        try withFolder { folder in
            try write("# ours\n\n\(one) team-a\n  \(other)\tteam-b\r\n".utf8, to: folder + "/tokens")
            let resolution = try Configuration.load(
                flags: ["tokens-file": "~/tokens"], environment: ["HOME": folder])
            #expect(resolution.settings.access.tokens == [one: "team-a", other.lowercased(): "team-b"])
            for (text, reason) in [
                ("", "holds no token"), ("# none", "holds no token"),
                ("token team-a", "line 1 is not a SHA-256 in hexadecimal and a tenant's name"),
                ("\n\(one)", "line 2 is not a SHA-256 in hexadecimal and a tenant's name"),
                ("\(one) a\n\(one) b", "line 2: the token stands twice"),
                ("\(one) uid:0", "line 1: a tenant's name has no colon and 64 bytes at most"),
            ] {
                let path = folder + "/bad"
                try write(text.utf8, to: path)
                #expect(
                    problems(flags: ["tokens-file": path], environment: ["HOME": folder]) == [
                        "--tokens-file: \(path): \(reason)"
                    ])
            }
            let both = problems(
                flags: ["tokens-file": folder + "/tokens", "pass-authorization": "true"],
                environment: ["HOME": folder])
            #expect(both.count == 1 && both[0].contains("cannot be with tokens_file"))
        }
    }

    @Test func readsTheKey() throws {
        try withFolder { folder in
            try write("sk-1\n".utf8, to: folder + "/key")
            let resolution = try Configuration.load(
                flags: ["upstream-key-file": "~/key"], environment: ["HOME": folder])
            #expect(resolution.settings.upstream.key?.value == "sk-1")
            #expect(
                problems(flags: ["upstream-key-file": folder + "/none"], environment: ["HOME": folder]) == [
                    "--upstream-key-file: \(folder)/none: cannot open it: No such file or directory"
                ])
        }
    }
}
