import Foundation
import Testing

/// The example in the help of every command, typed as it stands there.
@Suite struct HelpExampleTests {
    /// These would take a fixed port, a PostgreSQL server, a run that waits for a choice, or a mini that writes examples;
    /// all but the first have tests of their own.
    private static let notRun: Set = ["serve", "copy", "plan resume", "plan cancel", "plan examples"]

    /// Name and example of every command, read from the help like a user does.
    private static func examples(_ home: Scratch) async throws -> [(command: String, example: String)] {
        let help = try await refrain("help", home: home).output
        let section = try #require(help.split(separator: "Commands:\n").last?.split(separator: "\n\n").first)
        let names = section.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.map {
            $0.dropFirst(2).split(separator: "  ")[0].trimmingCharacters(in: .whitespaces)
        }
        var examples: [(String, String)] = []
        for name in names {
            let words = name.split(separator: " ").map(String.init)
            let text = try await refrain(["help"] + words, home: home).output
            let example = try #require(text.split(separator: "Example:\n  ").last, "\(name) has no example")
            #expect(example.contains("refrain \(name)"), "the example of \(name) is of another command")
            examples.append((name, example.trimmingCharacters(in: .newlines)))
        }
        return examples
    }

    private static let files = """
        for n in 1 2 3 4 5 6 7 8; do
            echo '{"question": "Question number '$n'?", "answer": "Answer '$n'", "tags": ["billing"]}'
        done > faq.jsonl
        refrain import faq.jsonl
        mkdir -p plans ~/models/all-MiniLM-L6-v2
        ln -s "$REFRAIN_MODEL"/* ~/models/all-MiniLM-L6-v2/
        refrain plan show route > plans/route.json5
        echo "Version 2 is faster." > changelog.txt
        { echo '{"a": "How big is it?", "b": "What size is it?", "same": true}'
          echo '{"a": "How big is it?", "b": "How old is it?", "same": false}'; } | gzip > pairs.jsonl.gz
        """

    @Test func everyExampleRuns() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let environment = [
            "OPENAI_BASE_URL": standIn.url,
            "REFRAIN_EXPERIMENTS":
                "{answers: {variants: {full: {serve_from_cache: false}, hybrid: {miss_plan: 'route'}}}}",
        ]
        let prepared = try await Shell.run("set -e\n" + Self.files, home: home, environment: environment)
        try #require(prepared.code == 0, "\(prepared.errors)")
        let examples = try await Self.examples(home)
        #expect(examples.count >= 20)
        for (command, example) in examples where !Self.notRun.contains(command) {
            let finished = try await Shell.run(
                "command -v man > /dev/null || man() { cat; }\n" + example, home: home, environment: environment)
            // 1 says no: a miss, nothing to forget.
            #expect([0, 1].contains(finished.code), "\(example): \(finished.output) \(finished.errors)")
        }
    }
}
