import Foundation
import HTTP
import JSON
import Testing

private let asked = "How do I reset my password?"
private let same = ["How can I change a password that I forgot?", "How do I reset the password?"]

/// `refrain import --dedupe`, where mini says what is the same.
@Suite(.sharedRig(same: same.map { ($0, asked) } + [(same[0], same[1])]))
struct DedupeTests {
    private static let answer = String(repeating: "Open the page of your account and choose a new one. ", count: 20)

    private static func rows(_ scope: String) -> String {
        let rows: [(String, String)] = [
            (asked, answer), ("Where is my invoice?", "In billing."), (same[0], answer),
            (same[1], "Elsewhere. " + answer),
            ("How do I reset my username?", answer),
        ]
        return rows.map { question, answer in
            JSONValue.object(
                ["question": .string(question), "answer": .string(answer), "scope": .string(scope)]
            ).text + "\n"
        }.joined()
    }

    @Test func repetitionsAreMergedAndPrinted() async throws {
        let rig = try Rig.current()
        let file = try rig.home.file("faq.jsonl", Self.rows("merged"))
        let trial = try await refrain(
            ["import", "--dedupe", "--dry-run", file, "--data", rig.daemon.data], home: rig.home)
        #expect(trial.code == 0, "\(trial.errors)")
        #expect(trial.lines.first == asked)
        #expect(trial.lines.last == "3 inserted, 2 merged")
        #expect(trial.lines.contains { $0.hasPrefix("  line 3  ") && $0.hasSuffix("  mini  " + same[0]) })
        #expect(trial.lines.contains { $0.hasPrefix("  line 4  ") && $0.hasSuffix("(its own answer is dropped)") })
        #expect(try await rig.daemon.lookup(asked, ["scope": "merged"]).outcome == "miss")

        let real = try await refrain(
            ["import", "--dedupe", "--json", file, "--data", rig.daemon.data], home: rig.home)
        let json = try JSONValue.parse(real.output)
        #expect(json["inserted"] == 3 && json["merged"] == 2, "\(real.output)")
        let rows = try #require(json["groups"]?.array?.first?["rows"]?.array)
        #expect(rows.map { $0["line"] } == [3, 4])
        #expect(rows.map { $0["same_answer"] } == [true, false])
        for question in same {
            let reply = try await rig.daemon.lookup(question, ["scope": "merged"])
            #expect(reply.outcome == "alias" && reply.member("answer") == .string(Self.answer), "\(reply.text)")
        }
    }

    @Test func aTrialAloneIsRefused() async throws {
        let rig = try Rig.current()
        let file = try rig.home.file("rows.jsonl", Self.rows("alone"))
        let result = try await refrain(["import", "--dry-run", file, "--data", rig.daemon.data], home: rig.home)
        #expect(result.code == 2)
        #expect(result.errors.contains("--dry-run goes with --dedupe"), "\(result.errors)")
    }
}
