import Foundation
import Testing

/// Input that the program refuses at its start, and the words it does so with.
@Suite struct StartTests {
    struct Case: Sendable, CustomStringConvertible {
        let arguments: [String]
        let message: String
        var description: String { arguments.joined(separator: " ") }

        init(_ arguments: String..., says message: String) {
            self.arguments = arguments
            self.message = message
        }
    }

    static let cases = [
        Case("serve", "--lisen", "x", says: "unknown option --lisen; did you mean --listen?"),
        Case("entries", "--tga", "x", says: "did you mean --tag?"),
        Case("improt", "x", says: "unknown command \"improt\"; did you mean \"import\"?"),
        Case("config", "chekc", says: "did you mean \"config check\"?"),
        Case("lookup", says: "lookup needs TEXT"),
        Case("lookup", "a", "b", says: "does not take the argument \"b\""),
        Case("entries", "--limit", "many", says: "--limit"),
        Case("serve", "--floor", "2", says: "--floor"),
        Case("serve", "--data", says: "--data needs a value"),
        Case("serve", "--listen", "0.0.0.0:0", says: "other hosts could reach it"),
        Case("serve", "--listen", "nonsense", says: "--listen"),
        Case("serve", "--model", "/nowhere", says: "/nowhere/vocab.txt"),
        Case("serve", "--config", "/nowhere/refrain.json5", says: "/nowhere/refrain.json5"),
        Case("serve", "--socket", "/tmp/" + String(repeating: "s", count: 120), says: "107 bytes"),
        Case("serve", "--embedder-kind", "remote", says: "embedder.url"),
    ]

    @Test(arguments: cases)
    func refuses(_ test: Case) async throws {
        let home = try Scratch()
        var arguments = test.arguments
        if !arguments.contains("--data") { arguments += ["--data", home("data")] }
        if arguments[0] == "serve", !arguments.contains("--listen") { arguments += ["--listen", "127.0.0.1:0"] }
        let finished = try await refrain(arguments, home: home)
        #expect(finished.code == 2, "\(finished.ending)")
        #expect(finished.output.isEmpty)
        #expect(finished.errors.contains(test.message), "\(finished.errors)")
    }

    @Test func namesEveryErrorOfTheFileByLineAndKey() async throws {
        let home = try Scratch()
        let file = try home.file(
            "refrain.json5",
            """
            {
              floor: 1.5,
              flor: 0.5,
              mini: {
                models: [],
                timeout_seconds: "soon",
              },
            }
            """)
        for command in [["config", "check"], ["serve"]] {
            let finished = try await refrain(command + ["--config", file, "--data", home("data")], home: home)
            #expect(finished.code == 2)
            let lines = finished.errors.split(separator: "\n").map { $0.replacing("error: ", with: "") }
            let places = [(2, "floor"), (3, "flor"), (5, "mini.models"), (6, "mini.timeout_seconds")]
            for (line, key) in places {
                #expect(
                    lines.contains { $0.hasPrefix("\(file):\(line): \(key): ") }, "\(line) \(key): \(finished.errors)")
            }
            #expect(lines.count == places.count)
            #expect(finished.errors.contains("did you mean floor?"))
        }
        let broken = try home.file("broken.json5", "{\n floor: 0.7,\n ,}\n")
        let finished = try await refrain("config", "check", "--config", broken, home: home)
        #expect(finished.code == 2 && finished.errors.contains("\(broken):3"), "\(finished.errors)")
    }

    @Test func namesTheVariable() async throws {
        let home = try Scratch()
        let bad = try await refrain("config", "check", home: home, environment: ["REFRAIN_FLOOR": "high"])
        #expect(bad.code == 2 && bad.errors.contains("REFRAIN_FLOOR: "), "\(bad.errors)")
        let misspelt = try await refrain("config", "check", home: home, environment: ["REFRAIN_FLOR": "0.5"])
        #expect(misspelt.code == 0 && misspelt.errors.contains("did you mean REFRAIN_FLOOR?"))
    }

    /// One wrong byte in 90 MB is found, and so is a file cut short.
    @Test func refusesADamagedModel() async throws {
        let home = try Scratch()
        let folder = home("model")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/vocab.txt", withDestinationPath: Programs.model + "/vocab.txt")
        for (size, reason) in [(1_000, "1000 bytes instead of 90868376"), (90_868_376, "SHA-256")] {
            _ = try home.file("model/model.safetensors", "")
            let file = try #require(FileHandle(forWritingAtPath: folder + "/model.safetensors"))
            try file.truncate(atOffset: UInt64(size))
            try file.close()
            let finished = try await refrain(
                "serve", "--listen", "127.0.0.1:0", "--data", home("data"), "--model", folder, home: home)
            #expect(finished.code == 2)
            #expect(finished.errors.contains("model.safetensors is damaged"), "\(finished.errors)")
            #expect(finished.errors.contains(reason), "\(finished.errors)")
        }
    }

    @Test func helpAndVersionGoToStandardOutput() async throws {
        let home = try Scratch()
        for arguments in [["--help"], ["serve", "--help"], ["help", "import"], ["--version"], []] {
            let finished = try await refrain(arguments, home: home)
            #expect(finished.code == 0 && !finished.output.isEmpty && finished.errors.isEmpty, "\(arguments)")
        }
        for shell in ["bash", "zsh", "fish"] {
            #expect(try await refrain("completions", shell, home: home).output.contains("lookup"))
        }
    }
}
