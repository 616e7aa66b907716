import HTTP
import JSON
import Testing

private let stored = "Where is my invoice?"
private let paraphrase = "where can I find my invoice"

/// Served answers that full is asked for anew.
@Suite struct AuditTests {
    private static func rig() async throws -> Rig {
        let rig = try await Rig.start(same: [(paraphrase, stored)], daemon: ["--audit-share", "1"])
        // So long that a confirmation is worth its price.
        try await rig.standIn.fault(["text": .string(MiniTests.answer)], containing: stored)
        #expect(try await rig.daemon.chat(stored, ["model": "refrain"]).outcome == "miss")
        return rig
    }

    private static func audits(_ daemon: Daemon, _ count: Int) async throws -> JSONValue {
        try await eventually("\(count) audits are done") {
            let audits = try await daemon.get("/cache/stats").member("audits") ?? .null
            let done = (audits["audited"]?.int ?? 0) + (audits["unclear"]?.int ?? 0)
            return done >= count ? audits : JSONValue?.none
        }
    }

    /// What mini says when it compares two answers.
    private static func judge(_ standIn: StandIn, _ text: String) async throws {
        try await standIn.fault(
            rule: [
                "match": ["model": "gpt-5-mini", "text_contains": "reference"], "times": .null,
                "fault": ["text": .string(text)],
            ])
    }

    @Test func countsWhatWasRightAndRevokesWhatWasWrong() async throws {
        let rig = try await Self.rig()
        try await Self.judge(rig.standIn, #"{"judgement":"equivalent"}"#)
        let label: Headers = ["Refrain-Label": "ticket=7"]
        let first = try await rig.daemon.chat(paraphrase, ["model": "refrain"], headers: label)
        #expect(first.outcome == "confirmed", "\(first.text)")
        let right = try await Self.audits(rig.daemon, 1)
        #expect(right["audited"] == 1 && right["false_accepts"] == 0, "\(right.text)")

        // The same question again is an alias now, and audited too.
        try await rig.standIn.clearFaults()
        try await Self.judge(rig.standIn, #"{"judgement":"different"}"#)
        let second = try await rig.daemon.chat(paraphrase, ["model": "refrain"], headers: label)
        #expect(second.outcome == "alias", "\(second.text)")
        #expect(second.receipt?["false_accept_rate"]?["low"] == 0, "\(second.receipt?.text ?? "")")
        let wrong = try await Self.audits(rig.daemon, 2)
        #expect(wrong["audited"] == 2 && wrong["false_accepts"] == 1 && wrong["false_accept_rate"] == 0.5)
        let low = try #require(wrong["false_accept_low"]?.double)
        #expect(low > 0.09 && low < 0.1, "Wilson's interval of 1 in 2")
        // It leads there no more, and is not asked about again.
        let third = try await rig.daemon.chat(paraphrase, ["model": "refrain"], headers: label)
        #expect(third.outcome == "miss", "\(third.text)")

        let report = try await rig.daemon.send("GET", "/report?by=label:ticket", over: .unixSocket)
        let row = try #require(report.member("rows", "0"))
        #expect(row["audited"] == 2 && row["false_accepts"] == 1, "\(report.text)")
        let purposes = try await rig.daemon.send("GET", "/report?by=purpose", over: .unixSocket)
        let audit = try #require(try purposes.json["rows"]?.array?.first { $0["group"] == "audit" }, "\(purposes.text)")
        #expect(audit["calls"] == 4 && (audit["cost_usd"]?.double ?? 0) > 0, "\(audit.text)")
        let metrics = try await rig.daemon.get("/metrics").text
        #expect(metrics.contains("refrain_audits_total{result=\"wrong\"} 1\n"), "\(metrics)")
        #expect(metrics.contains("refrain_false_accept_ratio 0.5\n"))
    }

    @Test func aBrokenTargetIsTightenedAlsoAfterARestart() async throws {
        let rig = try await Self.rig()
        try await rig.standIn.fault(["text": .string(MiniTests.answer)], times: nil, containing: "Where is")
        try await Self.judge(rig.standIn, #"{"judgement":"different"}"#)
        for number in 1...20 {
            let scope: Headers = ["Refrain-Scope": "scope-\(number)"]
            #expect(try await rig.daemon.chat(stored, ["model": "refrain"], headers: scope).outcome == "miss")
            let hit = try await rig.daemon.chat(paraphrase, ["model": "refrain"], headers: scope)
            #expect(hit.outcome == "confirmed", "\(hit.text)")
            let audits = try await Self.audits(rig.daemon, number)
            #expect(audits["error_target_in_force"]?.double == (number < 20 ? 0.01 : 0.005), "\(audits.text)")
        }
        #expect(rig.daemon.child.errors.contains("audits find more wrong answers than the error target allows"))
        let explained = try await rig.daemon.post("/cache/explain", ["question": "Who is there?"])
        #expect(explained.member("error_target")?.double == 0.005, "\(explained.text)")
        #expect(try await rig.daemon.stop() == .exited(0))
        let again = try await Daemon.start(in: rig.home, upstream: rig.standIn, ["--audit-share", "1"])
        let audits = try #require(try await again.get("/cache/stats").member("audits"))
        #expect(audits["error_target_in_force"]?.double == 0.005 && audits["false_accepts"] == 20, "\(audits.text)")
        #expect(again.child.errors.contains("audits had found the error target broken"))
    }

    @Test func whatIsOffSchemaJudgesNothing() async throws {
        let rig = try await Self.rig()
        try await Self.judge(rig.standIn, "They are the same, trust me.")
        #expect(try await rig.daemon.chat(paraphrase, ["model": "refrain"]).outcome == "confirmed")
        let audits = try await Self.audits(rig.daemon, 1)
        #expect(audits["audited"] == 0 && audits["unclear"] == 1 && audits["false_accept_rate"] == .null)
        #expect(try await rig.daemon.chat(paraphrase, ["model": "refrain"]).outcome == "alias")
    }

    @Test func theirNumberIsBounded() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home, same: [(paraphrase, stored)])
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, ["--audit-share", "1", "--audits-per-hour", "1"])
        try await standIn.fault(["text": .string(MiniTests.answer)], containing: stored)
        _ = try await daemon.chat(stored, ["model": "refrain"])
        try await Self.judge(standIn, #"{"judgement":"equivalent"}"#)
        for _ in 0..<4 { _ = try await daemon.chat(paraphrase, ["model": "refrain"]) }
        let audits = try await Self.audits(daemon, 1)
        // An hour may have ended in between.
        #expect((audits["skipped"]?.int ?? 0) >= 2, "\(audits.text)")
        #expect((try await Self.audits(daemon, 1))["audited"]?.int ?? 9 <= 2)
    }
}
