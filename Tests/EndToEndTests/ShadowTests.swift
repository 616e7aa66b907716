import Glibc
import HTTP
import JSON
import Testing

private let stored = "Where is my invoice?"
private let paraphrase = "where can I find my invoice"

/// A team measures before it turns the cache on.
@Suite struct ShadowTests {
    private static func judge(_ standIn: StandIn, _ word: String) async throws {
        try await standIn.fault(
            rule: [
                "match": ["model": "gpt-5-mini", "text_contains": "reference"], "times": .null,
                "fault": ["text": .string(#"{"judgement":"\#(word)"}"#)],
            ])
    }

    @Test func fromShadowToLive() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home, same: [(paraphrase, stored)])
        let file = try home.file("refrain.json5", "{shadow: true}")
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, ["--config", file, "--audit-share", "1"])
        #expect(daemon.child.errors.contains("shadow mode: what the cache would serve is recorded"))
        // The first rule that fits counts: what is compared has the question in it, too.
        try await Self.judge(standIn, "equivalent")
        try await standIn.fault(["text": .string(MiniTests.answer)], times: nil, containing: "invoice")

        let first = try await daemon.chat(stored, ["model": "refrain"])
        #expect(first.outcome == "miss" && first.receipt?["shadow"]?["outcome"] == "miss", "\(first.text)")
        #expect(first.cacheStatus == "refrain; fwd=miss; stored; detail=shadow_miss")
        let again = try await daemon.chat(stored, ["model": "refrain"])
        #expect(again.outcome == "miss" && again.receipt?["shadow"]?["outcome"] == "exact", "\(again.text)")
        #expect(again.cacheStatus == "refrain; fwd=miss; detail=shadow_exact")
        #expect(again.receipt?["shadow"]?["entry"] == first.receipt?["entry"])
        // Streamed: relayed from the upstream, decided beside it.
        let streamed = try await daemon.chat(paraphrase, ["model": "refrain", "stream": true])
        #expect(streamed.status == 200 && streamed.cacheStatus == "refrain; fwd=miss", "\(streamed.text)")
        #expect(streamed.text.hasSuffix("data: [DONE]\n\n"))
        let asked = try await daemon.post("/cache/ask", ["question": .string(paraphrase)])
        #expect(asked.outcome == "miss" && asked.receipt?["shadow"]?["outcome"] == "alias", "\(asked.text)")
        let cached = try await daemon.chat(stored, ["model": "refrain"], headers: ["Cache-Control": "only-if-cached"])
        #expect(cached.status == 504)
        #expect(try await standIn.count(.answer) >= 4, "each was answered by the model")

        // Both that would have been served on likeness were compared, by mini alone.
        let audits = try await eventually("two audits are done") {
            let audits = try await daemon.get("/cache/stats").member("audits") ?? .null
            return audits["audited"]?.int == 2 ? audits : JSONValue?.none
        }
        #expect(audits["false_accepts"] == 0, "\(audits.text)")
        let stats = try await daemon.get("/cache/stats")
        #expect(stats.member("hit_rate") == 0 && stats.member("shadow", "hit_rate") == 0.8, "\(stats.text)")
        let report = try await daemon.send("GET", "/report", over: .unixSocket)
        let total = try #require(report.member("total"))
        #expect(total["miss"] == 5 && total["shadow_requests"] == 5, "\(total.text)")
        #expect(total["shadow_exact"] == 2 && total["shadow_confirmed"] == 1 && total["shadow_alias"] == 1)
        #expect(total["shadow_audited"] == 2 && total["shadow_false_accepts"] == 0)
        #expect((total["shadow_would_save_usd"]?.double ?? 0) > 0 && (total["saved_usd"]?.double ?? 1) <= 0)
        let purposes = try await daemon.send("GET", "/report?by=purpose", over: .unixSocket)
        let rows = try purposes.json["rows"]?.array ?? []
        #expect(rows.first { $0["group"] == "audit" }?["calls"] == 2, "no second call of full: \(purposes.text)")
        let metrics = try await daemon.get("/metrics").text
        #expect(metrics.contains("refrain_shadow_requests_total{outcome=\"alias\"} 1\n"), "\(metrics)")
        #expect(metrics.contains("refrain_requests_total{outcome=\"exact\"} 0\n"))
        let text = try await refrain(["report", "--data", daemon.data], home: home)
        #expect(text.output.contains("shadow: 80.0% of 5 requests would have been hits"), "\(text)")

        // What was learned serves as soon as shadow mode ends.
        _ = try home.file("refrain.json5", "{}")
        daemon.child.send(SIGHUP)
        try await eventually("the configuration is taken over") {
            daemon.child.errors.contains("SIGHUP: took over shadow")
        }
        let live = try await daemon.chat(paraphrase, ["model": "refrain"])
        #expect(live.outcome == "alias" && live.receipt?["shadow"] == nil, "\(live.text)")
        #expect(live.receipt?["false_accept_rate"]?["low"] == 0)
    }

    @Test func aVariantOfAnExperiment() async throws {
        let experiments = "{e: {variants: {shadow: {shadow: true}, live: {shadow: false}}}}"
        let rig = try await Rig.start(daemon: ["--experiments", experiments])
        _ = try await rig.daemon.add(stored, "By mail.")
        var seen: Set<String> = []
        for session in 0..<16 {
            let reply = try await rig.daemon.chat(
                stored, ["model": "refrain"], headers: ["Refrain-Label": "session=\(session)"])
            seen.insert(reply.outcome! + (reply.receipt?["shadow"]?["outcome"]?.string.map { ":\($0)" } ?? ""))
        }
        #expect(seen == ["exact", "miss:exact"])
    }
}
