import Foundation
import HTTP
import JSON
import Testing

/// Runs that are kept: looked at, gone on with, called off, and interrupted by a kill.
@Suite(.sharedRig())
struct PlanRunTests {
    let daemon: Daemon
    let standIn: StandIn
    let home: Scratch

    init() throws {
        (daemon, standIn, home) = (try Rig.current().daemon, try Rig.current().standIn, try Rig.current().home)
    }

    private func refrainPlan(_ arguments: String..., data: String? = nil) async throws -> Finished {
        try await refrain(["plan"] + arguments + ["--data", data ?? daemon.data], home: home)
    }

    private static func inputs(_ members: JSONObject, stream: Bool = false) -> JSONValue {
        ["inputs": .object(members), "stream": .bool(stream)]
    }

    /// Starts a run and waits until its second step asks a model that never answers.
    private func hangingRun(_ daemon: Daemon, _ standIn: StandIn, brief: String) async throws
        -> (id: Int, reply: Task<Reply, any Error>)
    {
        try await standIn.fault(["hang": true], times: nil, containing: #"{"brief":"\#(brief)","draft""#)
        let reply = Task {
            try await daemon.post("/plans/draft-refine/runs", Self.inputs(["brief": .string(brief), "value": "high"]))
        }
        let id = try await eventually("the second step is under way") { () -> Int? in
            guard try await !standIn.bodies(.answer, containing: #"{\"brief\":\"\#(brief)\",\"draft"#).isEmpty else {
                return nil
            }
            let runs = try await daemon.get("/plans/runs?plan=draft-refine").member("runs")?.array ?? []
            for run in runs {
                let id = run["id"]?.int ?? 0
                let whole = try await daemon.get("/plans/runs/\(id)")
                if whole.member("inputs", "brief")?.string == brief { return id }
            }
            return nil
        }
        return (id, reply)
    }

    @Test func aKilledRunGoesOnWhereItWas() async throws {
        let folder = try Scratch()
        let upstream = try await StandIn.start(in: folder)
        let first = try await Daemon.start(in: folder, upstream: upstream)
        let (id, reply) = try await hangingRun(first, upstream, brief: "a song")
        #expect(try await first.get("/plans/runs/\(id)").member("status") == "running")
        try await first.child.kill()
        _ = await reply.result
        try await upstream.clearFaults()
        let second = try await Daemon.start(in: folder, upstream: upstream)
        let kept = try await second.get("/plans/runs/\(id)")
        #expect(kept.member("status") == "interrupted" && kept.member("steps")?.array?.count == 1, "\(kept.text)")
        #expect(second.child.errors.contains("1 runs of plans were interrupted"))
        let resumed = try await refrain("plan", "resume", "\(id)", "--data", second.data, "--json", home: folder)
        #expect(resumed.code == 0, "\(resumed.errors)")
        let run = try JSONValue.parse(resumed.output)
        #expect(run["status"] == "completed" && run["steps"]?.array?.count == 2)
        #expect(run["steps"]?[0]?["output"] == kept.member("steps", "0", "output"))
        // The first step was asked for once in the two lives of the daemon.
        let drafts = try await upstream.bodies(.answer, containing: #"{\"brief\":\"a song\"}"#)
        #expect(drafts.count == 1)
        #expect(try await second.post("/plans/runs/\(id)/resume", [:]).errorCode == "run_completed")
    }

    @Test func aRunIsCalledOffAndGoesOn() async throws {
        // Faults that are taken back are everybody's.
        let rig = try await Rig.start()
        let (daemon, standIn) = (rig.daemon, rig.standIn)
        let (id, reply) = try await hangingRun(daemon, standIn, brief: "an ode")
        let cancelled = try await refrainPlan("cancel", "\(id)", "--json", data: daemon.data)
        #expect(try JSONValue.parse(cancelled.output)["status"] == "cancelled", "\(cancelled.errors)")
        // Who waited for it is told.
        #expect(try await reply.value.member("status") == "cancelled")
        #expect(try await refrainPlan("cancel", "\(id)", data: daemon.data).code == 2)
        #expect(try await daemon.post("/plans/runs/\(id)/cancel", [:]).errorCode == "run_cancelled")
        try await standIn.clearFaults()
        // Nobody else's word is needed: the command goes on with it, without a daemon as well.
        #expect(try await daemon.stop() == .exited(0))
        let resumed = try await refrainPlan(
            "resume", "\(id)", "--upstream", standIn.url, data: daemon.data)
        #expect(resumed.code == 0 && resumed.errors.contains("refine done (full)"), "\(resumed.errors)")
        let again = try await Daemon.start(in: rig.home, upstream: standIn)
        #expect(try await again.get("/plans/runs/\(id)").member("status") == "completed")
        #expect(try await again.send("DELETE", "/plans/runs/\(id)").status == 200)
        #expect(try await again.get("/plans/runs/\(id)").status == 404)
    }

    @Test func aRunWaitsForAChoice() async throws {
        try await standIn.fault(["text": "the story"], containing: #"{"brief":"a bridge","manner":"telling"#)
        let started = try await refrainPlan("run", "content", "brief=a bridge", "chosen_by=person", "--json")
        let run = try JSONValue.parse(started.output)
        let id = try #require(run["id"]?.int, "\(started.errors)")
        #expect(started.code == 1 && run["status"] == "waiting")
        #expect(run["waits"]?[0]?["options"]?[1] == "the story")
        #expect(try await daemon.post("/plans/runs/\(id)/resume", [:]).errorCode == "missing_required_parameter")
        #expect(try await daemon.post("/plans/runs/\(id)/resume", ["choose": 4]).errorCode == "invalid_value")
        let shown = try await refrainPlan("runs", "\(id)")
        #expect(shown.errors.contains("2: the story") && shown.errors.contains("refrain plan resume \(id) --choose N"))
        let resumed = try await refrainPlan("resume", "\(id)", "--choose", "2")
        #expect(resumed.code == 0 && resumed.errors.contains("chosen done"), "\(resumed.errors)")
        let refined = try await standIn.bodies(.answer, containing: #"\"chosen_draft\":\"the story\""#)
        #expect(refined.count == 1)
        #expect(try await daemon.post("/plans/runs/\(id)/resume", ["choose": 2]).errorCode == "run_completed")
    }

    @Test func aStreamTellsOfEachStep() async throws {
        let reply = try await daemon.post(
            "/plans/draft-refine/runs", Self.inputs(["brief": "a riddle"], stream: true))
        #expect(reply.headers["Content-Type"]?.hasPrefix("text/event-stream") == true)
        let events = reply.text.split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }
        #expect(
            events.map { $0[0] } == [
                "event: run", "event: step", "event: step", "event: step", "event: step", "event: done",
            ])
        func data(_ index: Int) throws -> JSONValue { try JSONValue.parse(String(events[index][1].dropFirst(6))) }
        #expect(try data(0)["steps"] == ["draft", "refine"] && data(1) == ["step": "draft", "status": "began"])
        #expect(try data(2)["status"] == "done" && data(4)["status"] == "skipped")
        #expect(try data(5)["status"] == "completed" && data(5)["id"] == data(0)["id"])
        let refused = try await daemon.post("/plans/draft-refine/runs", Self.inputs(["beef": ""], stream: true))
        #expect(refused.status == 400 && refused.errorCode == "invalid_input")
    }

    @Test func aTerminalShowsWhichStepsAreUnderWay() async throws {
        // A terminal of the test's own, whose output goes to a file.
        let words = [
            Programs.refrain, "plan", "run", "draft-refine", "'brief=a limerick'", "value=high", "--data", daemon.data,
        ]
        let child = try await ChildProcess.start(
            "/usr/bin/script", ["-qec", words.joined(separator: " "), "/dev/null"],
            environment: Programs.environment(home: home, ["TERM": "xterm", "SHELL": "/bin/sh"]), folder: home)
        #expect(try await child.end() == .exited(0), "\(child.output)")
        let shown = child.output
        #expect(shown.contains("\r0/2  draft\u{1B}[K") && shown.contains("\r1/2  refine\u{1B}[K"), "\(shown)")
        // The line makes room for the answer.
        #expect(shown.contains("\r\u{1B}[K"))
    }

    @Test(
        arguments: [
            ("alert", ["message": "m"]), ("analysis", ["data": "d"]), ("annotate", ["question": "q", "answer": "a"]),
            ("check-pii", ["question": "q", "answer": "a"]), ("check-quality", ["question": "q", "answer": "a"]),
            ("classify-log", ["log": "l"]), ("cluster-feedback", ["comments": ["slow", "dear", "so slow"]]),
            ("compress", ["question": "q", "document": "d"]), ("confidence", ["conversation": "c"]),
            ("confidence-words", ["conversation": "c"]),
            ("content", ["brief": "b"]), ("direct", ["conversation": "c"]), ("draft-refine", ["brief": "b"]),
            ("examples", ["instructions": "i", "labels": ["l"]]), ("route", ["conversation": "c"]),
            ("subject", ["subjects": ["s"], "text": "t"]), ("support", ["message": "m"]),
        ] as [(String, JSONObject)])
    func everyBuiltInPlanRuns(_ name: String, _ inputs: JSONObject) async throws {
        let run = try await daemon.post("/plans/\(name)/runs", Self.inputs(inputs))
        #expect(run.member("status") == "completed" && run.member("degraded") == false, "\(run.text)")
        #expect(run.member("outputs")?.object?.members.isEmpty == false)
        #expect(run.member("cost_usd")?.double ?? 0 > 0)
    }

    @Test func equalPartsAreReadOnce() async throws {
        let line = "The bridge of steel was opened again after repairs.\n"
        let document = String(repeating: line, count: 400)
        let name = try home.file("bridge.txt", document)
        func run() async throws -> JSONValue {
            let done = try await refrainPlan(
                "run", "compress", "question=When was it opened again?", "document=@" + name, "--json")
            return try JSONValue.parse(done.output)
        }
        let first = try await run()
        let second = try await run()
        func extracts(_ run: JSONValue) -> [JSONValue] { run["steps"]?[0]?["calls"]?.array ?? [] }
        #expect(extracts(first).count == 2 && extracts(second).count == 2, "\(first.text)")
        // Two equal parts of one document may both be asked for: they are under way at once.
        #expect(extracts(second).allSatisfy { $0["cached"] == true && $0["cost_usd"] == 0 })
        #expect(second["steps"]?[0]?["output"] == first["steps"]?[0]?["output"])
        // What full was spared.
        let (input, read) = (first["input_tokens"]?.int ?? 0, first["usage_full"]?["prompt_tokens"]?.int ?? 0)
        #expect(input > 5_000 && read > 0 && read < 1_000, "\(first["usage_full"]?.text ?? "")")
        let calls = try await standIn.bodies(.answer, containing: "bridge of steel")
        let asked = calls.filter { $0["model"]?.string?.hasPrefix("gpt-5-mini") == true }.count
        #expect(asked == extracts(first).count { $0["cached"] == false })
    }
}

/// Runs are their tenant's.
struct PlanRunTenantTests {
    @Test func aTenantSeesItsOwnRunsOnly() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let daemon = try await Daemon.start(in: home, upstream: standIn, ["--pass-authorization", "true"])
        let (ours, theirs): (Headers, Headers) = (["Authorization": "Bearer ours"], ["Authorization": "Bearer theirs"])
        let run = try await daemon.post(
            "/plans/draft-refine/runs", ["inputs": ["brief": "a slogan"]], headers: ours)
        let id = try #require(run.member("id")?.int, "\(run.text)")
        func get(_ path: String, _ headers: Headers) async throws -> Reply {
            try await daemon.send("GET", path, headers: headers)
        }
        #expect(try await get("/plans/runs", ours).member("runs", "0", "id")?.int == id)
        #expect(try await get("/plans/runs", theirs).member("runs") == [])
        #expect(try await get("/plans/runs/\(id)", theirs).status == 404)
        for action in ["resume", "cancel"] {
            #expect(try await daemon.post("/plans/runs/\(id)/\(action)", [:], headers: theirs).status == 404)
        }
        #expect(try await daemon.send("DELETE", "/plans/runs/\(id)", headers: theirs).status == 404)
        #expect(try await get("/plans/runs/\(id)", ours).status == 200)
    }
}

/// What becomes of runs when a model does not answer in time, or is down.
struct PlanTroubleTests {
    @Test func fullStandsInForAMiniThatHangs() async throws {
        let rig = try await Rig.start(daemon: ["--mini-timeout-seconds", "1"])
        let mini: JSONValue = [
            "match": ["model": "gpt-5-mini", "text_contains": "a poem"], "fault": ["hang": true], "times": nil,
        ]
        try await rig.standIn.fault(rule: mini)
        let run = try await rig.daemon.post("/plans/draft-refine/runs", ["inputs": ["brief": "a poem"]])
        #expect(
            run.member("status") == "completed" && run.member("steps", "0", "calls", "1", "role") == "full",
            "\(run.text)")
        #expect(run.member("steps", "0", "calls", "0", "failure")?.string?.isEmpty == false)
    }

    /// A plan that says so gives mini's attempt where full is down, and the run is marked.
    @Test(arguments: [true, false])
    func minisAttemptIsGivenOnlyIfThePlanSaysSo(_ says: Bool) async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let shown = try await refrain("plan", "show", "draft-refine", home: home)
        let text = says ? shown.output.replacing("when: {any:", with: "on_failure: 'skip', when: {any:") : shown.output
        let folder = home("plans")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        _ = try home.file("plans/mine.json5", text)
        let daemon = try await Daemon.start(in: home, upstream: standIn, ["--plans", folder])
        try await standIn.fault(rule: ["match": ["model": "gpt-5.2"], "fault": ["status": 400], "times": nil])
        let run = try await daemon.post("/plans/mine/runs", ["inputs": ["brief": "an epic", "value": "high"]])
        #expect(run.member("status")?.string == (says ? "completed" : "failed"), "\(run.text)")
        #expect(run.member("degraded") == true && (run.member("outputs", "answer") != nil) == says)
        guard !says else { return }
        // Full is back: only the step that failed is done again.
        try await standIn.clearFaults()
        let id = try #require(run.member("id")?.int)
        let resumed = try await daemon.post("/plans/runs/\(id)/resume", [:])
        #expect(resumed.member("status") == "completed" && resumed.member("degraded") == false, "\(resumed.text)")
        #expect(try await standIn.bodies(.answer, containing: #"{\"brief\":\"an epic\"}"#).count == 1)
    }
}
