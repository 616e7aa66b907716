import Foundation
import Testing

/// What the linter does not see: the size of files, left-over marks, links that lead nowhere.
@Suite struct TidyTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The files below a folder, those of builds and of git aside.
    static func files(_ folder: String, _ suffixes: [String]) -> [URL] {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let found = FileManager.default.enumerator(
            at: root.appending(path: folder), includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
        return (found?.allObjects as? [URL] ?? []).filter { suffixes.contains($0.pathExtension) }
    }

    static func name(_ file: URL) -> String { String(file.path.dropFirst(root.path.count + 1)) }

    @Test func sourceFilesFitAReader() throws {
        let files = Self.files("Sources", ["swift", "c", "h"])
        #expect(files.count > 50, "the sources are not where they are looked for")
        for file in files {
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count
            #expect(lines <= 300, "\(Self.name(file)) has \(lines) lines: split it by what it holds")
        }
    }

    @Test func nothingIsLeftForLater() throws {
        // Spelled in two halves, so that this file does not find itself.
        let marks = ["TO" + "DO", "FIX" + "ME"]
        let files = Self.files("Sources", ["swift", "c", "h"]) + Self.files("Tests", ["swift", "py"])
        for file in files + Self.files("demo", ["py"]) + Self.files("benchmarks", ["py"]) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for mark in marks { #expect(!text.contains(mark), "\(Self.name(file)) says \(mark)") }
        }
    }

    @Test func everyLinkLeadsSomewhere() throws {
        let documents =
            Self.files("docs", ["md"]) + Self.files("demo", ["md"])
            + ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map { Self.root.appending(path: $0) }
        var links = 0
        for document in documents {
            let text = try String(contentsOf: document, encoding: .utf8)
            for match in text.matches(of: #/\]\(([^)#\s]+)[^)]*\)/#) where !match.1.contains("://") {
                links += 1
                let target = document.deletingLastPathComponent().appending(path: String(match.1))
                #expect(
                    FileManager.default.fileExists(atPath: target.path),
                    "\(Self.name(document)) links to \(match.1), which is not there")
            }
        }
        #expect(links > 5)
    }

    @Test func everyTargetAndScriptThatIsNamedIsThere() throws {
        let makefile = try String(contentsOf: Self.root.appending(path: "Makefile"), encoding: .utf8)
        let documents =
            Self.files("docs", ["md"]) + Self.files("demo", ["md"])
            + ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map { Self.root.appending(path: $0) }
        var named = 0
        for document in documents {
            let text = try String(contentsOf: document, encoding: .utf8)
            for match in text.matches(of: #/(?:`|\n    )make ([a-z-]+)/#) {
                named += 1
                #expect(makefile.contains("\n\(match.1):"), "\(Self.name(document)) names make \(match.1)")
            }
            for match in text.matches(of: #/python3 ([a-z\/.-]+\.py)/#) {
                named += 1
                let script = Self.root.appending(path: String(match.1))
                #expect(
                    FileManager.default.fileExists(atPath: script.path), "\(Self.name(document)) names \(match.1)")
            }
        }
        #expect(named > 15)
    }

    @Test func everyRoomOfTheArchitectureIsThere() throws {
        let text = try String(contentsOf: Self.root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        for folder in folders where !folder.hasPrefix("C") || folder == "Cache" || folder == "Configuration" {
            #expect(text.contains("`\(folder)`"), "ARCHITECTURE.md does not know the room \(folder)")
        }
    }
}
