import Foundation
import HTTP
import JSON
import Testing

/// `personal_data.mode`: what of a person is kept anywhere, by the whole program.
@Suite struct PersonalDataTests {
    private static let mail = "jane.roe@example.com"

    /// All that a daemon has written: its folder's files and its log.
    private func written(_ daemon: Daemon) throws -> [(name: String, data: Data)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: daemon.data).filter { $0 != "refrain.sock" }
        return try names.map { ($0, try Data(contentsOf: URL(filePath: daemon.data + "/" + $0))) }
            + [("log", Data(daemon.child.errors.utf8))]
    }

    @Test func redactedTextsStandNowhere() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let daemon = try await Daemon.start(
            in: home, upstream: standIn,
            ["--personal-data-mode", "redact", "--personal-data-allowed", "help@example.org", "--log-level", "debug"])
        let question = "Why is the account of \(Self.mail) locked?"
        let headers: Headers = ["Refrain-Label": "user=\(Self.mail)"]
        let first = try await daemon.chat(question, headers: headers)
        #expect(first.status == 200)
        #expect(first.cacheStatus == "refrain; fwd=miss; stored")
        try await standIn.fault(["text": .string("Ask \(Self.mail).")], containing: "Who is in charge?")
        let personal = try await daemon.chat("Who is in charge?")
        #expect(personal.answer == "Ask \(Self.mail).")
        #expect(personal.cacheStatus == "refrain; fwd=miss", "an answer with somebody's data in it was stored")
        #expect(first.headers["Refrain-Receipt"]?.contains(#""personal_data":["email"]"#) == true)
        // The upstream gets the question as it was asked.
        #expect(try await standIn.bodies(.answer, containing: Self.mail).count == 1)

        let refused = try await daemon.post("/cache/entries", ["question": "Who?", "answer": .string(Self.mail)])
        #expect(refused.status == 400)
        #expect(refused.member("error", "code") == "personal_data")
        #expect(refused.text.contains("an e-mail address"))
        try await daemon.add("Who helps?", "help@example.org")
        let entry = try await daemon.add(question, "Ask an administrator.")
        #expect(try await daemon.lookup(question).member("outcome") == "exact")
        let other = "Why is the account of joe@example.com locked?"
        #expect(try await daemon.lookup(other).member("outcome") == "miss")

        let run = try await daemon.post(
            "/plans/draft-refine/runs", ["inputs": ["brief": .string("a song for \(Self.mail)"), "value": "low"]])
        #expect(run.status == 200, "\(run.text)")
        #expect(run.member("inputs", "brief") == "a song for ⟨email⟩")
        _ = try await daemon.post(
            "/cache/feedback", ["entry": .number(entry), "verdict": "good", "comment": .string("says \(Self.mail)")])
        let answers = try await daemon.get("/cache/answers")
        #expect(answers.text.contains("Why is the account of ⟨email⟩ locked?"))
        let report = try await daemon.get("/report?by=label:user")
        #expect(report.text.contains("email-"), "\(report.text)")

        for reply in [answers, report, try await daemon.get("/cache/entries"), try await daemon.get("/metrics")] {
            #expect(!reply.text.contains("jane"))
        }
        _ = try await daemon.stop()
        for file in try written(daemon) {
            #expect(file.data.range(of: Data("jane.roe".utf8)) == nil, "\(file.name) has it")
        }

        // The key stays, so the question is found after a restart; its vector is not made up for.
        let second = try await Daemon.start(in: home, ["--personal-data-mode", "redact"])
        #expect(try await second.lookup(question).member("outcome") == "exact")
        #expect(try await second.lookup("Why was \(Self.mail) locked out?").member("outcome") == "miss")
        let mode = try FileManager.default.attributesOfItem(atPath: second.data + "/personal-data.key")[
            .posixPermissions]
        #expect(mode as? Int == 0o600)
        _ = try await second.stop()
    }

    /// While the daemon runs, in the file and in its log: of the entry, its paraphrases and what was refused.
    @Test func whatIsForgottenStandsNowhere() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        let kept = try await daemon.add("What is Refrain?", "A cache.")
        let id = try await daemon.add(
            "Where is the zanzibarquestion?", "In the zanzibaranswer.", ["tags": ["zanzibartag"]])
        #expect(try written(daemon).contains { $0.data.range(of: Data("zanzibaranswer".utf8)) != nil })
        #expect(try await daemon.send("DELETE", "/cache/entries/\(id)").status == 200)
        try await eventually("the log is empty") {
            try written(daemon).allSatisfy { $0.data.range(of: Data("zanzibar".utf8)) == nil }
        }
        #expect(try await daemon.get("/cache/entries/\(kept)").status == 200)
        _ = try await daemon.stop()
    }

    @Test func whatWasStoredBeforeIsFoundAndForgotten() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        try await daemon.add("Who is in charge?", Self.mail)
        try await daemon.add("How do I ask \(Self.mail)?", "By mail.")
        let kept = try await daemon.add("What is Refrain?", "A cache.")
        let forgotten = try await refrain(
            ["forget", "--personal-data", "--data", daemon.data, "--json"], home: home)
        #expect(forgotten.output.contains(#""forgotten":[1,2]"#), "\(forgotten)")
        #expect(try await daemon.entryCount() == 1)
        #expect(try await daemon.get("/cache/entries/\(kept)").status == 200)
        _ = try await daemon.stop()
    }
}
