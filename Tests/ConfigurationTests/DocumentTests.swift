import Foundation
import Testing

@testable import Configuration

struct DocumentTests {
    /// The example with its settings switched on.
    private var activeExample: String {
        Configuration.exampleFile.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let indent = line.prefix { $0 == " " }
            let rest = line.dropFirst(indent.count)
            return rest.hasPrefix("//") && !rest.hasPrefix("// ") ? indent + rest.dropFirst(2) : line
        }.joined(separator: "\n")
    }

    @Test func theExampleGivesTheDefaults() throws {
        let defaults = try resolve().settings
        for text in [Configuration.exampleFile, activeExample] {
            #expect(try resolve(file: .init(path: "example.json5", text: text)).settings == defaults)
        }
    }

    @Test func theActiveExampleSetsEverything() throws {
        let resolution = try resolve(file: .init(path: "example.json5", text: activeExample))
        for value in resolution.values {
            guard case .file("example.json5", _) = value.origin else {
                Issue.record("\(value.key) is not in the example")
                continue
            }
        }
    }

    @Test func theExampleReadsWell() {
        let lines = Configuration.exampleFile.split(separator: "\n")
        #expect(lines.filter { $0.count > 120 && !$0.contains("//prices:") } == [])
        #expect(
            Configuration.exampleFile.contains(
                """

                        // How long a call of mini may take.
                        // Seconds from 1 to 3600, or a duration as in 90s, 15m, 12h, 30d.
                        //timeout_seconds: 8,

                """))
    }

    /// The page is generated; run the tests with REFRAIN_WRITE_REFERENCE=1 to write it anew.
    @Test func theReferencePageIsCurrent() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/configuration.md").standardized
        if ProcessInfo.processInfo.environment["REFRAIN_WRITE_REFERENCE"] == "1" {
            try Configuration.reference.write(to: page, atomically: true, encoding: .utf8)
        }
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text == Configuration.reference, "run the tests with REFRAIN_WRITE_REFERENCE=1 and commit the page")
    }
}
