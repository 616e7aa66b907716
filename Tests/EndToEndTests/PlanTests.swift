import HTTP
import JSON
import Testing

/// The plan that answers misses, other plans' runs, and the commands.
@Suite(.sharedRig("--miss-plan", "route", "--rules-words", "lawsuit", "--rules-tags", "brand"))
struct PlanTests {
    let daemon: Daemon
    let standIn: StandIn
    let home: Scratch

    init() throws {
        (daemon, standIn, home) = (try Rig.current().daemon, try Rig.current().standIn, try Rig.current().home)
    }

    private static let any: JSONObject = ["model": "refrain"]

    /// What mini says when it is asked who is to answer the question.
    private func choose(_ choice: JSONObject, for question: String) async throws {
        try await standIn.fault(choice, containing: #"{"conversation":[{"role":"user","content":"\#(question)"#)
    }

    @Test(arguments: [("MINI", "gpt-5-mini"), ("FULL", "gpt-5.2"), ("I say Mini", "gpt-5.2")])
    func miniChoosesWhoAnswers(_ choice: String, _ model: String) async throws {
        let question = "Who answers after \(choice.prefix(6))?"
        try await choose(["text": .string(choice)], for: question)
        let first = try await daemon.chat(question, Self.any)
        #expect(first.status == 200, "\(first.text)")
        #expect(first.member("model")?.string?.hasPrefix(model) == true, "\(first.text)")
        #expect(first.cacheStatus == "refrain; fwd=miss; stored")
        #expect(first.member("usage", "total_tokens")?.int ?? 0 > 0)
        let second = try await daemon.chat(question, Self.any)
        #expect(second.outcome == "exact" && second.answer == first.answer && second.answer?.isEmpty == false)
    }

    @Test func theResponsesRouteRunsThePlanToo() async throws {
        let question = "Who answers a response?"
        try await choose(["text": "MINI"], for: question)
        let body: JSONValue = ["model": "refrain", "input": .string(question)]
        let first = try await daemon.post("/v1/responses", body)
        #expect(first.status == 200 && first.member("status") == "completed", "\(first.text)")
        #expect(first.member("model")?.string?.hasPrefix("gpt-5-mini") == true, "\(first.text)")
        #expect(first.cacheStatus == "refrain; fwd=miss; stored")
        let text = first.member("output", "0", "content", "0", "text")?.string
        // The same question as a chat is the same entry.
        let second = try await daemon.chat(question, Self.any)
        #expect(second.outcome == "exact" && second.answer == text && text?.isEmpty == false, "\(second.text)")
        let down = "Is all down for a response?"
        try await standIn.fault(["status": 400], times: nil, containing: down)
        let failed = try await daemon.post("/v1/responses", ["model": "refrain", "input": .string(down)])
        #expect(failed.status == 502 && failed.errorCode == "plan_failed", "\(failed.text)")
    }

    @Test func aStreamedRequestGetsThePlansAnswerInChunks() async throws {
        let question = "Is this streamed?"
        try await choose(["text": "MINI"], for: question)
        let reply = try await daemon.chat(question, ["model": "refrain", "stream": true])
        #expect(reply.headers["Content-Type"]?.hasPrefix("text/event-stream") == true)
        #expect(reply.text.contains("chat.completion.chunk") && reply.text.hasSuffix("data: [DONE]\n\n"))
        #expect(try await daemon.chat(question, Self.any).outcome == "exact")
    }

    @Test func fullAnswersWhenMiniIsDown() async throws {
        let question = "Is mini down?"
        try await choose(["status": 400], for: question)
        let reply = try await daemon.chat(question, Self.any)
        #expect(reply.member("model")?.string?.hasPrefix("gpt-5.2") == true, "\(reply.text)")
    }

    @Test func aFailedPlanIsAnErrorAndNotStored() async throws {
        let question = "Is all down?"
        try await standIn.fault(["status": 400], times: nil, containing: question)
        let reply = try await daemon.chat(question, Self.any)
        #expect(reply.status == 502 && reply.errorCode == "plan_failed", "\(reply.text)")
        #expect(try await daemon.entries(containing: question).isEmpty)
    }

    @Test func aRuleWinsOverThePlan() async throws {
        let reply = try await daemon.chat("Do I risk a lawsuit?", Self.any)
        #expect(reply.headers["Refrain-Rule"] == "word \"lawsuit\"", "\(reply.headers)")
        #expect(reply.member("model")?.string?.hasPrefix("gpt-5.2") == true)
        #expect(try await standIn.bodies(.answer, containing: "lawsuit").count == 1)
        let run = try await daemon.post(
            "/plans/draft-refine/runs", ["inputs": ["brief": "a slogan"]], headers: ["Refrain-Tags": "brand"])
        #expect(run.member("rule") == "tag \"brand\"")
    }

    @Test func plansRunOverTheAPI() async throws {
        #expect(try await daemon.get("/plans").member("plans")?.array?.count == 17)
        let inputs: JSONValue = ["inputs": ["brief": "a slogan", "value": "high"]]
        let run = try await daemon.post("/plans/draft-refine/runs", inputs)
        #expect(run.status == 200 && run.member("status") == "completed", "\(run.text)")
        #expect(run.member("steps", "1", "calls", "0", "role") == "full")
        let forced = try await daemon.post(
            "/plans/draft-refine/runs", ["inputs": ["brief": "a will"], "forced_by": "legal"])
        #expect(forced.member("rule") == "legal" && forced.member("steps", "0", "calls", "0", "role") == "full")
        #expect(try await daemon.post("/plans/none/runs", [:]).errorCode == "plan_not_found")
        #expect(
            try await daemon.post("/plans/draft-refine/runs", ["inputs": ["beef": ""]]).errorCode == "invalid_input")
    }

    @Test func theCommandsListCheckAndRun() async throws {
        func run(_ arguments: String...) async throws -> Finished {
            try await refrain(arguments + ["--data", daemon.data], home: home)
        }
        #expect(try await run("plan", "list").output.contains("draft-refine"))
        let shown = try await run("plan", "show", "confidence")
        let file = try home.file("mine.json5", shown.output)
        let checked = try await run("plan", "check", file, "--json")
        #expect(checked.code == 0 && checked.output.contains(#""step":"attempt","role":"mini""#), "\(checked.errors)")
        let broken = try home.file("broken.json5", "{\n    summry: 'x',\n}")
        let refused = try await run("plan", "check", broken)
        #expect(refused.code == 1)
        #expect(refused.errors.contains("broken.json5:2: the plan has no \"summry\"; did you mean \"summary\"?"))
        let done = try await run("plan", "run", "draft-refine", "brief=a rhyme", "value=high")
        #expect(done.code == 0 && !done.output.isEmpty, "\(done.errors)")
        #expect(done.errors.contains("draft done (mini); refine done (full)"))
        #expect(try await run("plan", "run", "draft-refine").code == 2)
    }
}
