import Foundation
import Glibc
import Testing

/// The commands in the guides, typed from the first to the last as they stand there.
///
/// Blocks marked `sh` are run, all of a document in one shell; those marked `console` need root, a key or systemd.
@Suite struct GuideTests {
    private static func text(_ name: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(name)")
        return try String(contentsOf: file.standardized, encoding: .utf8)
    }

    /// The lines of every block of a kind.
    private static func blocks(_ kind: String, _ text: String) -> [String] {
        text.split(separator: "```\(kind)\n", omittingEmptySubsequences: false).dropFirst().map {
            String($0.split(separator: "\n```", maxSplits: 1)[0])
        }
    }

    /// A port that the system does not hand out by itself, so that it is still free a moment later.
    private static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000..<30_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return port }
        }
        throw NeverHappened(description: "no port is free")
    }

    /// Runs a script as if nothing but it used the standard port, and ends what it leaves running.
    private static func run(_ script: String, home: Scratch, environment: [String: String]) async throws -> Finished {
        let port = try freePort()
        // A job of the shell is no program of this test, and has to end with it.
        let whole = "set -e\ntrap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\n" + script
        return try await Shell.run(
            whole.replacing("127.0.0.1:8474", with: "127.0.0.1:\(port)"), home: home,
            environment: environment.merging(["REFRAIN_LISTEN": "127.0.0.1:\(port)"]) { $1 })
    }

    @Test(
        arguments: [
            "getting-started.md", "operating.md", "privacy.md", "faq.md", "measuring.md", "evaluation.md", "plans.md",
        ])
    func everyCommandOfAGuideRuns(name: String) async throws {
        let text = try Self.text("docs/\(name)")
        let commands = Self.blocks("sh", text)
        try #require(!commands.isEmpty)
        #expect(text.split(separator: "```").count % 2 == 1, "a block has no end")
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let finished = try await Self.run(
            commands.joined(separator: "\n"), home: home, environment: ["OPENAI_BASE_URL": standIn.url])
        #expect(finished.code == 0, "\(finished.output)\n\(finished.errors)")
        if name == "getting-started.md" {
            #expect(finished.output.contains("Cache-Status: refrain; hit; detail=exact"), "\(finished.output)")
        }
    }

    /// The indented lines that call refrain or curl, with the lines that they go on in.
    private static func indentedCommands(_ text: String) -> [String] {
        var commands: [String] = []
        var goesOn = false
        for line in text.split(separator: "\n") {
            if goesOn { commands[commands.count - 1] += "\n" + line }
            let begins = !goesOn && (line.hasPrefix("    refrain ") || line.hasPrefix("    curl "))
            if begins { commands.append(String(line)) }
            goesOn = (goesOn || begins) && line.hasSuffix("\\")
        }
        return commands
    }

    @Test func theCommandsOfTheReadmeRun() async throws {
        let commands = Self.indentedCommands(try Self.text("README.md"))
        #expect(commands.count >= 6)
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let ready = "curl -s --retry 60 --retry-connrefused --retry-delay 1 http://127.0.0.1:8474/readyz"
        let lines = commands.map { command -> String in
            guard command.hasPrefix("    refrain serve") else {
                return command.replacing("curl ", with: "curl -sS --fail ")
            }
            let own = command.replacing("https://api.openai.com/v1", with: standIn.url)
            return "{ exec \(own)\n} &\n\(ready)"
        }
        let faq = #"echo '{"question": "How do I reset my password?", "answer": "By mail."}' > faq.jsonl"# + "\n"
        let request =
            #"{"model": "m", "messages": [{"role": "system", "content": "Be brief."}, "#
            + #"{"role": "user", "content": "Any"}]}"#
        let files = faq + "echo '\(request)' > request.json\n"
        let finished = try await Self.run(
            files + lines.joined(separator: "\n"), home: home, environment: ["XDG_STATE_HOME": home(".local/state")])
        #expect(finished.code == 0, "\(finished.output)\n\(finished.errors)")
        #expect(finished.output.contains("By mail."))
    }
}
