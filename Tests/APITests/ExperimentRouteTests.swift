import Experiments
import HTTP
import JSON
import Plans
import Testing

@testable import API

@Suite struct ExperimentRouteTests {
    /// Half of the sessions go past the cache; a tenth is held out.
    private static let trials: Trials = {
        let experiment = Experiment(
            "answers", holdout: 0.1, qualityFloor: 0.3,
            variants: [
                Experiment.Variant("cached"),
                Experiment.Variant("full", settings: [Experiment.Variant.Setting("serve_from_cache", "false")]),
            ])
        return Trials(
            experiments: [experiment],
            treatments: ["answers/cached": Treatment(), "answers/full": Treatment(servesFromCache: false)])
    }()

    private static func arm(_ session: Int) -> String {
        trials.experiments[0].arm(of: "default\0\(session)")
    }

    private static func label(_ session: Int) -> Headers { ["Refrain-Label": "session=\(session)"] }

    @Test func treatsASessionAsItsVariantHasIt() async throws {
        try await withBench(trials: Self.trials) { bench in
            try await bench.add("Is it open?", "Yes.")
            var ids: [String: [String]] = [:]
            for session in 0..<60 {
                let body = #"{"question":"Is it open?"}"#
                let reply = await bench.send("POST", "/cache/lookup", headers: Self.label(session), body: body)
                let arm = Self.arm(session)
                #expect(reply.outcome == (arm == "full" ? "miss" : "exact"), "\(session) has \(arm)")
                let immediate = bench.api.respondImmediately(
                    to: Request("POST", "/cache/lookup", headers: Self.label(session), body: Array(body.utf8)))?
                    .response
                #expect((immediate == nil) == (arm == "full"))
                ids[arm, default: []].append(try #require(reply.headers["x-request-id"]))
            }
            #expect(await bench.lookup("Is it open?").outcome == "exact")
            for id in ids["cached"] ?? [] {
                _ = await bench.send("POST", "/cache/feedback", body: #"{"request":"\#(id)","verdict":"good"}"#)
            }
            let report = await bench.send("GET", "/experiments/answers").json
            let variants = try #require(report["variants"]?.array, "\(report.text)")
            #expect(variants.compactMap { $0["variant"]?.string } == ["holdout", "cached", "full"])
            for variant in variants {
                let arm = try #require(variant["variant"]?.string)
                let hits = arm == "full" ? 0 : 2 * (ids[arm]?.count ?? 0)
                #expect(variant["hits"]?.int == hits, "\(report.text)")
                #expect(variant["requests"]?.int == (arm == "full" ? ids[arm]?.count : hits))
            }
            #expect(report["requests_outside"] == 1)
            #expect(variants[1]["rated"]?.int == ids["cached"]?.count && variants[1]["quality"] == 1)
            #expect(report["cheapest_acceptable"] == "cached" && variants[1]["standing"] == "acceptable")
        }
    }

    @Test func aChatsMetadataAndALabelsRatingCountToo() async throws {
        try await withBench(trials: Self.trials) { bench in
            try await bench.add("Is it open?", "Yes.")
            for session in 0..<20 {
                let body = """
                    {"model":"refrain","metadata":{"session":"\(session)"},
                     "messages":[{"role":"user","content":"Is it open?"}]}
                    """
                let reply = await bench.send(
                    "POST", "/v1/chat/completions", headers: ["Cache-Control": "only-if-cached"], body: body)
                #expect(reply.status == (Self.arm(session) == "full" ? 504 : 200))
                _ = await bench.send(
                    "POST", "/cache/feedback", body: #"{"label":"session=\#(session)","verdict":"bad"}"#)
            }
            let report = await bench.send("GET", "/experiments/answers").json
            let rated = (report["variants"]?.array ?? []).compactMap { $0["rated"]?.int }
            #expect(rated.reduce(0, +) == 20 && rated.count == 3, "\(report.text)")
        }
    }

    @Test func listsAndRefuses() async throws {
        try await withBench(trials: Self.trials) { bench in
            let list = await bench.send("GET", "/experiments").json["experiments"]
            #expect(
                list?[0]?["name"] == "answers" && list?[0]?["variants"]?[2]?["settings"]?["serve_from_cache"] == "false"
            )
            #expect(list?[0]?["variants"]?[1]?["share"] == 0.45, "\(list?.text ?? "")")
            let wrong = await bench.send("GET", "/experiments/answer")
            #expect(wrong.status == 404 && wrong.text.contains("did you mean"), "\(wrong.text)")
            #expect(
                await bench.send("GET", "/experiments/answers", query: [("since", "1")]).code == "unknown_parameter")
        }
    }
}
