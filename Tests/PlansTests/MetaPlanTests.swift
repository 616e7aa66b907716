import JSON
import Models
import Support
import Testing

@testable import Plans

/// The built-in plans over what is stored, each with what mini says and what comes of it; *full* is never asked.
struct MetaPlanTests {
    private static let answer: JSONObject = ["question": "q", "answer": "a"]

    @Test(
        arguments: [
            (
                "annotate", answer, #"{"tags":["billing"],"sentiment":"negative"}"#,
                ["tags": ["billing"], "sentiment": "negative"]
            ),
            ("check-pii", answer, #"{"found":true,"kinds":["email"]}"#, ["alert": true, "kinds": ["email"]]),
            ("check-quality", answer, #"{"has_problem":false,"problem":""}"#, ["alert": false, "problem": ""]),
            (
                "classify-log", ["log": "l"], #"[{"level":"error","component":"db","summary":"down"}]"#,
                ["events": [[["level": "error", "component": "db", "summary": "down"]]]]
            ),
            ("alert", ["message": "m"], #"{"critical":true,"reason":"r"}"#, ["alert": true, "reason": "r"]),
        ] as [(String, JSONObject, String, JSONObject)])
    func miniAloneDoesIt(_ name: String, _ inputs: JSONObject, _ said: String, _ outputs: JSONObject) async throws {
        let plan = try #require(try PlanLibrary()[name])
        let models = PlayedModels { _, _ in said }
        let run = try await models.engine.run(plan, inputs: inputs)
        #expect(run.outputs == outputs && models.roles == [.mini], "\(run.failure ?? "")")
        // What does not fit is mended once, then it is a failure, not a guess.
        let malformed = PlayedModels { _, _ in "fine" }
        #expect(
            try await malformed.engine.run(plan, inputs: inputs).failure?.contains("does not fit its schema") == true)
        #expect(malformed.roles == [.mini, .mini])
        let down = PlayedModels { _, _ throws(ModelError) in throw ModelError(.timedOut) }
        let failed = try await down.engine.run(plan, inputs: inputs)
        #expect(failed.status == .failed && down.roles == [.mini] && failed.outputs.members.isEmpty)
    }

    @Test func feedbackIsGroupedAndNamed() async throws {
        let plan = try #require(try PlanLibrary()["cluster-feedback"])
        let engine = PlanEngine(ModelsConfiguration(), embed: { $0.map { $0.contains("slow") ? [1, 0] : [0, 1] } }) {
            body, _, _ throws(ModelError) in
            let name = JSONValue.object(body).text.contains("slow") ? "Speed" : "Price"
            return Completion(
                playing: "m", text: name, usage: Usage(promptTokens: 1, completionTokens: 1), cost: .zero)
        }
        let run = try await engine.run(plan, inputs: ["comments": ["too dear", "slow", "so slow"]])
        #expect(
            run.outputs["names"] == ["Speed", "Price"] && run.outputs["groups"] == [["slow", "so slow"], ["too dear"]])
    }

    /// Every built-in plan when one of the models is down, times out, or writes what does not fit, and when there is
    /// no budget: a result or a reason, and never a wrong status.
    @Test(
        arguments: ["analysis", "compress", "confidence", "content", "direct", "draft-refine", "route", "support"],
        ["mini down", "full down", "all down", "malformed", "no budget"])
    func everyPlanEndsWell(_ name: String, _ trouble: String) async throws {
        let text = try #require(PlanLibrary.builtIn[name])
        let budget =
            trouble == "no budget"
            ? text.replacing("inputs:", with: "budget: {tokens: 1}, inputs:", maxReplacements: 1) : text
        let plan = try Plan.parse(budget, name: name, file: name)
        let models = PlayedModels { role, request throws(ModelError) in
            if trouble == "all down" || trouble == "\(role.rawValue) down" { throw ModelError(.timedOut) }
            if trouble == "malformed" { return "{" }
            return PlayedReplies.fitting(request)
        }
        var inputs = JSONObject()
        for input in plan.inputs where input.fallback == nil {
            inputs[input.name] = .string(String(repeating: "line\n", count: 3_000))
        }
        if name == "draft-refine" { inputs["value"] = "high" }
        let run = try await models.engine.run(plan, inputs: inputs)
        let needsMini = ["analysis", "compress", "content"].contains(name)
        switch trouble {
        case "mini down": #expect(run.status == .completed && run.outputs["answer"] != nil, "\(run.failure ?? "")")
        case "full down":
            // Where mini is sure it answers, and nobody misses full.
            let isMinis = ["route", "confidence", "support"].contains(name)
            #expect((run.status == .completed) == isMinis, "\(run.failure ?? "")")
            #expect(run.failure.map { $0.contains("step ") } ?? true)
        case "malformed":
            #expect(
                run.status == (["analysis", "content"].contains(name) ? .failed : .completed), "\(run.failure ?? "")")
            #expect(!needsMini || run.failure == nil || run.failure?.contains("fit its schema") == true)
        case "no budget":
            #expect(run.failure?.contains("budget of 1 tokens is exhausted") == true && models.requests.isEmpty)
        default: #expect(run.status == .failed && run.outputs.members.isEmpty)
        }
    }
}

/// What a mini that is sure says to each of the built-in plans.
enum PlayedReplies {
    static func fitting(_ request: String) -> String {
        let replies = [
            ("You route", "MINI"), ("how sure you are", #"{"answer":"sure","confidence":0.9}"#),
            ("Classify a customer", #"{"intent":"i","complexity":"simple","risk":"low","summary":"s"}"#),
            ("for a dashboard", #"{"summary":"s","tags":["t"]}"#), ("by its number", #"{"best":1}"#),
            ("a title, a teaser", #"{"title":"t","teaser":"t","post":"p","tags":["a","b","c"]}"#),
            ("into findings", #"{"summary":"s","metrics":[],"anomalies":[],"questions":[]}"#),
        ]
        return replies.first { request.contains($0.0) }?.1 ?? "text"
    }
}
