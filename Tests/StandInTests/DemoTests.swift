import Foundation
import JSON
import TestProcess
import Testing

@testable import StandIn

/// The demo's files fit each other, the stand-in and the FAQ.
@Suite(.blocking) struct DemoTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "demo")

    private static func rows(_ name: String) throws -> [JSONValue] {
        try JSONLines.read(folder.appending(path: name).path).map(\.value)
    }

    @Test func questionsSayWhatTheyMatch() throws {
        let rows = try Self.rows("questions.jsonl")
        let truth = try Truth(rows.map { (1, $0) })
        for row in rows {
            let question = try #require(row["question"]?.string)
            let kind = try #require(row["kind"]?.string)
            #expect(["exact", "recased", "paraphrase", "misspelt", "repeat", "trap", "unknown"].contains(kind))
            #expect((row["matches"]?.string == nil) == ["trap", "unknown"].contains(kind), "\(question)")
            if let matched = row["matches"]?.string {
                #expect(truth.areSame(question, matched))
                #expect((question == matched) == (kind == "exact"), "\(question)")
            }
        }
    }

    @Test func whatMatchesNothingHasAnAnswer() throws {
        let open = try Self.rows("questions.jsonl").filter { $0["matches"]?.isNull == true }.map { $0["question"] }
        let answers = try Self.rows("answers.jsonl")
        #expect(answers.map { $0["question"] } == open)
        #expect(answers.allSatisfy { $0["answer"]?.string?.isEmpty == false })
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/doc/debian/FAQ")))
    func theFAQHasWhatQuestionsMatch() throws {
        let pipe = Pipe()
        let script = Self.folder.appending(path: "extract-debian-faq.py").path
        let process = try Program("/usr/bin/env", ["python3", script], output: .pipe(pipe))
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        #expect(process.wait() == .exited(0))
        let rows = try JSONLines.parse(Array(output), name: "FAQ").map(\.value)
        let questions = Set(rows.compactMap { $0["question"]?.string })
        #expect(rows.count == questions.count)
        for row in rows {
            let answer = try #require(row["answer"]?.string)
            #expect(answer == answer.trimmed && answer.count > 50)
            #expect(row["tags"]?.array?.count == 2)
        }
        for row in try Self.rows("questions.jsonl") {
            let question = try #require(row["question"]?.string)
            if let matched = row["matches"]?.string {
                #expect(questions.contains(matched), "\(matched)")
            } else {
                #expect(!questions.contains(question))
            }
        }
    }
}
