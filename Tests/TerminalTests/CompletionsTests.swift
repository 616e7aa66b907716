import Foundation
import TestProcess
import Testing

@testable import Terminal

@Suite(.blocking) struct CompletionsTests {
    @Test(arguments: Shell.allCases) func isValid(shell: Shell) throws {
        // Only bash is sure to be there.
        guard shell == .bash || isInstalled(shell) else { return }
        let result = try run(shell, ["-n"], input: sample.completions(for: shell))
        #expect(result.status == 0)
        #expect(result.errors == "")
    }

    /// What bash offers for a command line whose last word is being typed.
    @Test(arguments: [
        (["s"], ["serve"]),
        (["co"], ["config", "completions"]),
        (["--ve"], ["--version"]),
        (["config", ""], ["check", "example"]),
        (["config", "ch"], ["check"]),
        (["serve", "--l"], ["--listen"]),
        (
            ["import", "-"],
            ["-t", "--tag", "-n", "--limit", "--share", "--format", "--data", "--json", "-h", "--help"]
        ),
        (["import", "--format", ""], ["jsonl", "csv"]),
        (["import", "--format", "=", "c"], ["csv"]),
        (["import", "--tag", ""], []),
        (["completions", "z"], ["zsh"]),
        (["feedback", "3", "b"], ["bad"]),
        (["import", "/proc/versi"], ["/proc/version"]),
        (["forget", "/proc/versi"], []),
        (["--data", "/proc/sys/ker"], ["/proc/sys/kernel"]),
        (["--data", "serve", "imp"], ["import"]),
        (["--json", "help", "xyz"], []),
    ])
    func bashOffers(words: [String], expected: [String]) throws {
        let all = (["refrain"] + words).map(shellQuoted).joined(separator: " ")
        let script = """
            \(sample.completions(for: .bash))
            cd /var/empty 2>/dev/null || cd /proc/self/fdinfo
            COMP_WORDS=(\(all)); COMP_CWORD=\(words.count); _refrain
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try run(.bash, ["-s"], input: script)
        #expect(result.errors == "")
        #expect(result.output.split(separator: "\n").map(String.init) == expected)
    }

    @Test(arguments: [
        ("refrain co", ["completions", "config"]), ("refrain config ", ["check", "example"]),
        ("refrain import --fo", ["--format"]), ("refrain import --format ", ["csv", "jsonl"]),
        ("refrain feedback 3 b", ["bad"]),
    ])
    func fishOffers(line: String, expected: [String]) throws {
        guard isInstalled(.fish) else { return }
        let script = sample.completions(for: .fish) + "\ncomplete --do-complete \(shellQuoted(line))\n"
        let result = try run(.fish, ["--no-config"], input: script)
        let words = result.output.split(separator: "\n").map { $0.split(separator: "\t").first.map(String.init) ?? "" }
        #expect(result.errors == "")
        #expect(expected.allSatisfy(words.contains))
    }

    @Test func quotesForShells() {
        #expect(shellQuoted("it's") == "'it'\\''s'")
        #expect(sample.completions(for: .fish).contains("-d 'it\\'s [the] form'"))
        #expect(sample.completions(for: .zsh).contains("an address\\: host and port"))
        #expect(sample.completions(for: .zsh).contains("it'\\''s the form"))
    }

    private func isInstalled(_ shell: Shell) -> Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)")
    }

    private func run(
        _ shell: Shell, _ arguments: [String], input: String
    ) throws -> (status: Int32, output: String, errors: String) {
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        let process = try Program(
            "/usr/bin/\(shell)", arguments, input: .pipe(stdin), output: .pipe(stdout), error: .pipe(stderr))
        // Small enough for the pipes' buffers, so nobody waits for anybody.
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        let errors = try stderr.fileHandleForReading.readToEnd() ?? Data()
        guard case .exited(let status) = process.wait() else {
            throw CannotStart(program: "\(shell)", reason: "killed")
        }
        return (status, String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self))
    }
}
