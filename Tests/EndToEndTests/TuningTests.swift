import HTTP
import JSON
import Testing

private let stored = "Where is my invoice?"
private let paraphrase = "where can I find my invoice"

/// The deployment's own log, and what other settings would have done with it.
@Suite struct TuningTests {
    private static func decisions(_ daemon: Daemon, _ count: Int) async throws -> [JSONValue] {
        try await eventually("\(count) decisions are recorded") {
            let found = try await daemon.get("/cache/decisions").member("decisions")?.array ?? []
            return found.count == count ? found : [JSONValue]?.none
        }
    }

    @Test func replaysWhatWasRecorded() async throws {
        let rig = try await Rig.start(
            same: [(paraphrase, stored)], daemon: ["--decision-log-record", "texts", "--exploration", "0"])
        try await rig.standIn.fault(["text": .string(MiniTests.answer)], containing: stored)
        #expect(try await rig.daemon.chat(stored, ["model": "refrain"]).outcome == "miss")
        #expect(try await rig.daemon.chat(paraphrase, ["model": "refrain"]).outcome == "confirmed")
        let decision = try #require(try await Self.decisions(rig.daemon, 1).first)
        #expect(decision["question"] == .string(paraphrase) && decision["action"] == "confirm", "\(decision.text)")
        #expect(decision["verdict"] == "same" && decision["candidates"]?[0]?["asked"] == true)
        #expect(decision["candidates"]?[0]?["features"]?["similarity"]?.double ?? 0 > 0.6)
        let metrics = try await rig.daemon.get("/metrics").text
        #expect(metrics.contains("refrain_observations_total{source=\"verdict\"} 1\n"), "\(metrics)")
        let evidence = try await rig.daemon.get("/cache/stats").member("evidence")
        #expect(evidence?["scopes"] == 1 && evidence?["scope_weight"]?.double ?? 0 > 0, "\(evidence?.text ?? "")")

        let arguments = ["--data", rig.daemon.data]
        let told = try await refrain(["tune"] + arguments, home: rig.home)
        #expect(told.code == 0, "\(told)")
        #expect(told.output.contains("1 recorded decisions of 2 requests, 1 of them with mini's word"), "\(told)")
        #expect(told.output.contains("configured") && told.output.contains("unknown: would be served"))
        let json = try JSONValue.parse(try await refrain(["tune", "--json"] + arguments, home: rig.home).output)
        let configured = try #require(json["tuning"]?["rows"]?[0], "\(json.text)")
        #expect(configured["error_target"]?.double == 0.01 && configured["floor"]?.double == 0.6)
        #expect(configured["hits_per_request"]?.double == 0.5 && configured["confirmations_per_request"]?.double == 0.5)
        #expect(configured["unknown_per_request"]?.double == 0.5, "no audit of what mini confirmed")
        #expect(json["tuning"]?["suggestion"] == .null || json["tuning"]?["suggestion"]?["hits_high"]?.double == 0)

        // What is forgotten is forgotten here too.
        let all = try await refrain(["forget", "--all"] + arguments, home: rig.home)
        #expect(all.code == 0, "\(all)")
        _ = try await Self.decisions(rig.daemon, 0)
        let none = try await refrain(["tune"] + arguments, home: rig.home)
        #expect(none.errors.contains("no decisions are recorded"), "\(none)")
    }

    @Test func miniIsNotWaitedForAtAnyPrice() async throws {
        let rig = try await Rig.start(same: [(paraphrase, stored)], daemon: ["--latency-price", "1"])
        _ = try await rig.daemon.add(stored, MiniTests.answer)
        let asked = try await rig.daemon.lookup(paraphrase)
        #expect(asked.outcome == "miss" && asked.receipt?["verdict"] == .null, "\(asked.text)")
        #expect(try await rig.standIn.count(.confirm) == 0)
        let explained = try await rig.daemon.post("/cache/explain", ["question": .string(paraphrase)])
        #expect(explained.member("price_of_waiting_usd") == 1, "\(explained.text)")
        #expect(explained.member("candidates", "0", "worth_asking") == false)
    }

    @Test func aDigestTellsNoQuestion() async throws {
        let rig = try await Rig.start(daemon: ["--decision-log-record", "digests"])
        _ = try await rig.daemon.add(stored, "By mail.")
        _ = try await rig.daemon.lookup(paraphrase)
        let decision = try #require(try await Self.decisions(rig.daemon, 1).first)
        #expect(decision["question"] == .null && decision["digest"]?.string?.count == 64, "\(decision.text)")
    }

    /// An answer that changes whenever it is made anew is kept shorter, and the receipt says why.
    @Test func aTagThatChangesIsKeptShorter() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let options = ["--ttl-seconds", "1", "--stale-while-revalidate-seconds", "600", "--learn-ttl", "true"]
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, options + ["--learned-ttl-seconds-max", "3600"])
        let tags: Headers = ["Refrain-Tags": "hours"]
        try await standIn.fault(["text": "The shop opens at 9."])
        let first = try await daemon.chat(stored, ["model": "refrain"], headers: tags)
        #expect(first.receipt?["ttl_seconds"] == 1, "\(first.receipt?.text ?? "")")
        try await standIn.fault(["text": "The shop opens at 10."])
        try await eventually("an expired answer is served") {
            try await daemon.chat(stored, ["model": "refrain"], headers: tags).receipt?["stale"] == true
        }
        let learned = try await eventually("it was made anew") {
            let learned = try await daemon.get("/cache/stats").member("learned_ttl", "most_renewed", "0")
            return learned?["renewals"] == 1 ? learned : JSONValue?.none
        }
        #expect(learned["tag"] == "hours" && learned["changes"] == 1, "\(learned.text)")
        let metrics = try await daemon.get("/metrics").text
        #expect(metrics.contains("refrain_observations_total{source=\"verdict\"} 0\n"), "\(metrics)")
        #expect(metrics.contains("refrain_evidence_weight{of=\"scope\"} 0\n"))
        // 60 seconds are the least that is learned, where more is allowed.
        let other = try await daemon.post(
            "/cache/ask", ["question": "When does it open?", "tags": ["hours"]])
        #expect(other.receipt?["ttl_seconds"] == 60 && other.receipt?["ttl_tag"] == "hours", "\(other.text)")
        #expect(try await daemon.stop() == .exited(0))
        let again = try await Daemon.start(in: home, upstream: standIn, options)
        let kept = try await again.get("/cache/stats").member("learned_ttl", "tags")
        #expect(kept == 1)
    }
}
