import Foundation
import Glibc
import HTTP
import JSON
import Testing

/// An experiment from its configuration to its end, with real calls.
@Suite struct ExperimentTests {
    private static let configuration = """
        {
            // What we have now.
            miss_plan: null,
            experiments: {
                // Does mini do?
                answers: {
                    quality_floor: 0.3,
                    variants: {
                        full: {serve_from_cache: false},
                        sure: {miss_plan: "confidence", confidence_min: 0.7},
                        surer: {miss_plan: "confidence", confidence_min: 0.9},
                    },
                },
            },
        }

        """

    /// What a session's first question shows of its variant: who answers, and whether the answer is kept.
    private static func variant(_ daemon: Daemon, session: Int, _ question: String) async throws -> (String, id: String)
    {
        let headers: Headers = ["Refrain-Label": "session=\(session)"]
        let first = try await daemon.chat(question, ["model": "refrain"], headers: headers)
        let id = try #require(first.headers["x-request-id"], "\(first.text)")
        let second = try await daemon.chat(question, ["model": "refrain"], headers: headers)
        if second.outcome == "miss" { return ("full", id) }
        #expect(second.outcome == "exact", "\(second.text)")
        return (first.member("model")?.string?.hasPrefix("gpt-5-mini") == true ? "sure" : "surer", id)
    }

    @Test func sticksAddsUpAndStops() async throws {
        let home = try Scratch()
        let file = try home.file("refrain.json5", Self.configuration)
        let standIn = try await StandIn.start(in: home)
        try await standIn.fault(
            rule: [
                "match": ["model": "gpt-5-mini"], "times": .null,
                "fault": ["text": #"{"answer":"Mini says so.","confidence":0.8}"#],
            ])
        var daemon = try await Daemon.start(in: home, upstream: standIn, ["--config", file])
        var sessions: [Int: String] = [:]
        var ids: [String: [String]] = [:]
        for session in 0..<45 {
            let (variant, id) = try await Self.variant(daemon, session: session, "Is \(session) a first question?")
            sessions[session] = variant
            ids[variant, default: []].append(id)
        }
        #expect(Set(sessions.values) == ["full", "sure", "surer"])
        for id in ids["sure"] ?? [] {
            #expect(
                try await daemon.post("/cache/feedback", ["request": .string(id), "verdict": "good"]).status == 200)
        }
        #expect(try await daemon.chat("Is this in no session?", ["model": "refrain"]).status == 200)

        // The same after a restart.
        #expect(try await daemon.stop() == .exited(0))
        daemon = try await Daemon.start(in: home, upstream: standIn, ["--config", file])
        for session in 0..<8 {
            let (variant, _) = try await Self.variant(daemon, session: session, "Is \(session) a second question?")
            #expect(variant == sessions[session])
        }

        let arguments = ["--data", daemon.data, "--config", file]
        let json = try await refrain(["experiment", "report", "answers", "--json"] + arguments, home: home)
        let report = try JSONValue.parse(json.output)
        let variants = try #require(report["variants"]?.array, "\(json)")
        for variant in variants {
            let name = try #require(variant["variant"]?.string)
            let count = sessions.values.count { $0 == name } + (0..<8).count { sessions[$0] == name }
            #expect(variant["requests"]?.int == 2 * count, "\(report.text)")
            #expect(variant["hits"]?.int == (name == "full" ? 0 : count))
            #expect(variant["planned"]?.int == (name == "full" ? 0 : count))
            #expect(variant["escalated"]?.int == (name == "surer" ? count : 0))
        }
        #expect(report["requests_outside"] == 1 && report["cheapest_acceptable"] == "sure", "\(report.text)")
        func cost(_ name: String) -> Double {
            variants.first { $0["variant"]?.string == name }?["cost_per_request_usd"]?.double ?? .nan
        }
        #expect(cost("sure") > 0 && cost("sure") < cost("full"))
        // Calls are the ledger's, whoever they were made for.
        let whole = try JSONValue.parse(try await refrain(["report", "--json"] + arguments, home: home).output)
        let spent = variants.reduce(0) { $0 + ($1["cost_usd"]?.double ?? 0) }
        let total = try #require(whole["total"]?["cost_usd"]?.double)
        #expect(spent > 0 && spent < total)

        let text = try await refrain(["experiment", "report", "answers"] + arguments, home: home)
        #expect(text.output.contains("sure is the cheapest variant whose quality is surely 30.0% or more"), "\(text)")
        let list = try await refrain(["experiment", "list"] + arguments, home: home)
        #expect(list.code == 0 && list.output.contains("confidence_min 0.9"), "\(list)")

        let unnamed = try await refrain(["experiment", "stop", "answers"] + arguments, home: home)
        #expect(unnamed.code == 2 && unnamed.errors.contains("--keep is missing"))
        let stopped = try await refrain(["experiment", "stop", "answers", "--keep", "sure"] + arguments, home: home)
        #expect(stopped.code == 0 && stopped.output.contains("miss_plan: \"confidence\", was null"), "\(stopped)")
        let kept = try String(contentsOfFile: file, encoding: .utf8)
        #expect(
            kept.contains("// What we have now.\n    miss_plan: \"confidence\",\n    confidence_min: 0.7,"), "\(kept)")
        #expect(!kept.contains("experiments"))
        daemon.child.send(SIGHUP)
        try await eventually("the daemon takes the configuration over") {
            daemon.child.errors.contains("SIGHUP: took over miss_plan, confidence_min, experiments")
        }
        for session in 0..<6 {
            let (variant, _) = try await Self.variant(daemon, session: session, "Is \(session) a third question?")
            #expect(variant == "sure")
        }
        let none = try await refrain(["experiment", "list"] + arguments, home: home)
        #expect(none.output == "no experiment is configured\n")
    }

    @Test func triesHowMuchIsSummarised() async throws {
        let experiments =
            "{sums: {variants: {short: {summary_tokens_max: 50}, long: {summary_tokens_max: 300}}}}"
        let rig = try await Rig.start(daemon: ["--experiments", experiments])
        let document = String(repeating: "The price of the blue one is 5 dollars. ", count: 500)
        var limits: [Int] = []
        for session in 0..<10 {
            let run = try await rig.daemon.post(
                "/plans/compress/runs",
                ["inputs": ["question": .string("What is \(session)?"), "document": .string(document)]],
                headers: ["Refrain-Label": "session=\(session)"])
            #expect(run.member("status") == "completed", "\(run.text)")
            let data = #"{\"question\":\"What is \#(session)?\",\"part\""#
            let parts = try await rig.standIn.bodies(.answer, containing: data)
            let limit = Set(parts.compactMap { $0["max_completion_tokens"]?.int })
            #expect(parts.count > 1 && limit.count == 1, "\(parts.map(\.text))")
            limits += limit
        }
        #expect(Set(limits) == [50, 300])
        let report = try await rig.daemon.send("GET", "/experiments/sums", over: .unixSocket)
        let requests = (report.member("variants")?.array ?? []).map { $0["requests"]?.int }
        #expect(requests == [limits.count { $0 == 50 }, limits.count { $0 == 300 }], "\(report.text)")
    }

    @Test func saysWhatToChangeWhereItCannot() async throws {
        let home = try Scratch()
        let flag = "{answers: {holdout: 0.5, variants: {sure: {confidence_min: 0.7}}}}"
        let told = try await refrain(
            "experiment", "stop", "answers", "--keep", "sure", "--experiments", flag, "--data", home("data"), home: home
        )
        #expect(
            told.code == 1 && told.output == "set confidence_min to 0.7\nremove answers from experiments\n", "\(told)")
        let none = try await refrain("experiment", "stop", "answer", "--keep", "a", "--experiments", flag, home: home)
        #expect(none.code == 2 && none.errors.contains("did you mean \"answers\"?"), "\(none)")
    }
}
