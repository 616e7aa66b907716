import Foundation
import Glibc
import HTTP
import JSON
import Testing

/// SIGHUP: the configuration is read anew.
@Suite struct ReloadTests {
    private static func reload(_ daemon: Daemon, says line: String) async throws {
        daemon.child.send(SIGHUP)
        try await eventually("the log says: \(line)") { daemon.child.errors.contains(line) }
    }

    @Test func whatCanChangeDoesAndNothingIsForgotten() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let file = try home.file("refrain.json5", #"{full: {models: ["gpt-5.2"]}}"#)
        let daemon = try await Daemon.start(in: home, upstream: standIn, ["--config", file])
        let first = try await daemon.chat("What is a bridge?", ["model": "refrain"])
        #expect(first.member("model")?.string?.hasPrefix("gpt-5.2") == true)

        // A request under way ends as it began.
        try await standIn.fault(["hold": true], containing: "What is slow?")
        async let slow = daemon.chat("What is slow?", ["model": "refrain"])
        try await eventually("it calls upstream") { try await standIn.count(.answer) == 2 }
        _ = try home.file(
            "refrain.json5", #"{full: {models: ["gpt-5-mini"], reasoning_effort: "low"}, ttl_seconds: 60, threads: 3}"#)
        try await Self.reload(daemon, says: "SIGHUP: took over full.models, full.reasoning_effort, ttl_seconds")
        #expect(daemon.child.errors.contains("SIGHUP: threads changes with a restart only"))
        let new = try await daemon.chat("What is a tunnel?", ["model": "refrain"])
        #expect(new.member("model")?.string?.hasPrefix("gpt-5-mini") == true, "\(new.text)")
        #expect(new.cacheStatus == "refrain; fwd=miss; stored")
        try await standIn.clearFaults()
        #expect(try await slow.status == 200)
        // What was stored and counted before is still there, also what is found by its vector.
        #expect(try await daemon.lookup("What is a bridge?").outcome == "exact")
        let stats = try await daemon.get("/cache/stats")
        #expect(stats.member("store", "entries") == 3, "\(stats.text)")
        #expect(try await daemon.stop() == .exited(0))
    }

    @Test(arguments: [
        (#"{full: {models: ["gpt-5-mini"]}, florr: 1}"#, "florr"), ("{full: ", "the configuration stays as it was"),
        (#"{miss_plan: "none"}"#, "there is no plan \"none\" to answer misses"),
    ])
    func aBadFileChangesNothing(_ text: String, _ reason: String) async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let file = try home.file("refrain.json5", #"{full: {models: ["gpt-5.2"]}}"#)
        let daemon = try await Daemon.start(in: home, upstream: standIn, ["--config", file])
        _ = try home.file("refrain.json5", text)
        try await Self.reload(daemon, says: "SIGHUP: the configuration stays as it was")
        #expect(daemon.child.errors.contains(reason), "\(daemon.child.errors)")
        let reply = try await daemon.chat("What is a bridge?", ["model": "refrain"])
        #expect(reply.member("model")?.string?.hasPrefix("gpt-5.2") == true)
    }

    @Test func tokensAreReadAnew() async throws {
        let home = try Scratch()
        func tokens(_ token: String) throws -> String {
            let path = try home.file("tokens", "")
            let digest =
                token == "one"
                ? "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
                : "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
            try "\(digest) team\n".write(toFile: path, atomically: false, encoding: .utf8)
            unsafe chmod(path, 0o600)
            return path
        }
        let daemon = try await Daemon.start(in: home, ["--tokens-file", try tokens("one")])
        func status(_ token: String) async throws -> Int {
            try await daemon.send("GET", "/cache/stats", headers: ["Authorization": "Bearer \(token)"]).status
        }
        #expect(try await status("one") == 200)
        #expect(try await status("two") == 401)
        _ = try tokens("two")
        try await Self.reload(daemon, says: "SIGHUP: took over")
        #expect(try await status("one") == 401)
        #expect(try await status("two") == 200)
    }
}
