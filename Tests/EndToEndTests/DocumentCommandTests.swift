import Foundation
import Testing

/// Every command that any document names is one that there is, with options that it has; those that stand in blocks are
/// run (`GuideTests`).
@Suite struct DocumentCommandTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func documents() -> [URL] {
        let found = FileManager.default.enumerator(at: root.appending(path: "docs"), includingPropertiesForKeys: nil)
        let docs = (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "md" }
        let others = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "demo/README.md"]
        return docs + others.map { root.appending(path: $0) }
    }

    /// Names of commands, and of each its options, as the help tells them.
    private static func commands(_ home: Scratch) async throws -> [String: Set<String>] {
        let help = try await refrain("help", home: home).output
        let section = try #require(help.split(separator: "Commands:\n").last?.split(separator: "\n\n").first)
        var commands: [String: Set<String>] = [:]
        for line in section.split(separator: "\n") where line.hasPrefix("  ") && !line.hasPrefix("   ") {
            let name = line.dropFirst(2).split(separator: "  ")[0].trimmingCharacters(in: .whitespaces)
            let text = try await refrain(["help"] + name.split(separator: " ").map(String.init), home: home).output
            commands[name] = options(in: text)
        }
        return commands
    }

    private static func options(in text: String) -> Set<String> {
        Set(text.matches(of: #/(?:^|[\s\[(|])(--[a-z][a-z-]+)/#).map { String($0.1) })
    }

    /// What is called in a text: `refrain plan list|show` are two.
    private static func calls(_ text: String) -> [(name: [String], options: Set<String>)] {
        let spans = text.matches(of: #/`(refrain [a-z][^`]*)`/#).map { $0.1 }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("refrain ") || $0.hasPrefix("    refrain ") }
        var calls: [(name: [String], options: Set<String>)] = []
        for call in spans + lines {
            let words = call.split(separator: " ").prefix { !$0.hasPrefix("#") }.map(String.init)
            guard words.count > 1 else { continue }
            let own = options(in: " " + words.joined(separator: " "))
            let second =
                words.count > 2 && !words[2].hasPrefix("|") ? words[2].split(separator: "|").map(String.init) : []
            for first in words[1].split(separator: "|") {
                calls += (second.isEmpty ? [""] : second).map { ([String(first), $0], own) }
            }
        }
        return calls
    }

    @Test func everyCommandThatIsNamedIsThere() async throws {
        let home = try Scratch()
        let commands = try await Self.commands(home)
        try #require(commands.count > 15)
        // Every setting is an option of every command; the reference is generated from the settings.
        let reference = try String(
            contentsOf: Self.root.appending(path: "docs/configuration.md"), encoding: .utf8)
        let general = Self.options(
            in: try await refrain("help", home: home).output + reference.replacing("`", with: " "))
        var named = 0
        for document in Self.documents() {
            let text = try String(contentsOf: document, encoding: .utf8)
            for call in Self.calls(text) {
                named += 1
                let both = call.name.joined(separator: " ")
                let name = commands[both] != nil ? both : call.name[0]
                let place = "\(document.lastPathComponent): refrain \(both)"
                let known = try #require(commands[name], "\(place): there is no such command")
                for option in call.options where !known.contains(option) && !general.contains(option) {
                    Issue.record("\(place) has no option \(option)")
                }
            }
        }
        #expect(named > 40)
    }
}
