import Foundation
import HTTP
import JSON
import Support
import Testing

/// Plans that are done by themselves over what is stored, rules that ask mini, and examples made for review.
struct PlanJobTests {
    @Test func jobsLookAtWhatIsStoredOnce() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        try await standIn.fault(
            ["text": #"{"found":true,"kinds":["email"]}"#], times: nil, containing: #"{"question":"Who is"#)
        try await standIn.fault(["text": "Too slow"], times: nil, containing: #"{"comments":"#)
        let options = ["--jobs", "check-pii,cluster-feedback"]
        let first = try await Daemon.start(in: home)
        let entry = try await first.add("Who is the author?", "Ann, ann@example.org")
        let other = try await first.add("Where is it?", "Here.")
        for comment in ["slow", "so slow"] {
            let body: JSONValue = ["entry": .number(other), "verdict": "bad", "comment": .string(comment)]
            #expect(try await first.post("/cache/feedback", body).status == 200)
        }
        #expect(try await first.stop() == .exited(0))

        let second = try await Daemon.start(in: home, upstream: standIn, options)
        func runs(_ daemon: Daemon, _ plan: String) async throws -> [JSONValue] {
            let runs = try await daemon.get("/plans/runs?plan=\(plan)").member("runs")?.array ?? []
            return runs.filter { $0["status"] == "completed" }
        }
        try await eventually("both jobs are done") {
            let checks = try await runs(second, "check-pii").count
            let groups = try await runs(second, "cluster-feedback").count
            return checks == 2 && groups == 1
        }
        let found = try await runs(second, "check-pii").first { $0["entry"]?.int == entry }
        #expect(found?["outputs"]?["alert"] == true && found?["outputs"]?["kinds"] == ["email"])
        let groups = try await runs(second, "cluster-feedback").first?["outputs"]
        #expect(
            groups?["groups"] == [["slow", "so slow"]] && groups?["names"] == ["Too slow"], "\(groups?.text ?? "")")
        #expect(second.child.errors.contains("job check-pii: alert for entry \(entry)"))
        // What is forgotten is forgotten with the runs about it.
        #expect(try await second.send("DELETE", "/cache/entries/\(entry)").status == 200)
        #expect(try await runs(second, "check-pii").map { $0["entry"]?.int } == [other])
        #expect(try await second.stop() == .exited(0))

        // Its time has not come again, and after a restart it knows that.
        let third = try await Daemon.start(in: home, upstream: standIn, options)
        #expect(try await runs(third, "check-pii").count == 1)
        #expect(try await standIn.count(.answer) == 3)
    }

    /// Whom the budget of one time leaves out has a turn the next time, and nobody's comments are read twice.
    @Test func everyTenantsCommentsHaveTheirTurn() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let tokens = try home.file(
            "tokens", ["a", "b", "c"].map { "\(Digest(of: "token-" + $0).hex) tenant-\($0)\n" }.joined())
        try FileManager.default.createDirectory(atPath: home("plans"), withIntermediateDirectories: false)
        _ = try home.file(
            "plans/gather.json5",
            """
            {
                summary: "comments in groups",
                inputs: {comments: {kind: "list"}},
                job: {over: "feedback", every_seconds: 1, runs: 1, dollars: 1},
                steps: {groups: {group: "input.comments"}},
                outputs: {groups: "groups"},
            }
            """)
        func bearer(_ tenant: String) -> Headers { ["Authorization": "Bearer token-" + tenant] }

        let first = try await Daemon.start(in: home, ["--tokens-file", tokens])
        for (tenant, comment) in [("c", "slow"), ("a", "slow"), ("b", "slow"), ("c", "so slow"), ("a", "so slow")] {
            let entry = try await first.post(
                "/cache/entries", ["question": "Where is it?", "answer": "Here."], headers: bearer(tenant))
            let number = try #require(entry.member("entry"), "\(entry.text)")
            let body: JSONValue = ["entry": number, "verdict": "bad", "comment": .string(comment)]
            #expect(try await first.post("/cache/feedback", body, headers: bearer(tenant)).status == 200)
        }
        #expect(try await first.stop() == .exited(0))

        let options = ["--tokens-file", tokens, "--jobs", "gather", "--plans", home("plans")]
        for (tenant, groups) in [("c", [["slow", "so slow"]]), ("a", [["slow", "so slow"]]), ("b", [["slow"]])]
            as [(String, JSONValue)]
        {
            let daemon = try await Daemon.start(in: home, upstream: standIn, options)
            func runs() async throws -> [JSONValue] {
                let reply = try await daemon.send("GET", "/plans/runs?plan=gather", headers: bearer(tenant))
                return (reply.member("runs")?.array ?? []).filter { $0["status"] == "completed" }
            }
            try await eventually("tenant \(tenant) has its turn") { try await !runs().isEmpty }
            #expect(try await runs().map { $0["outputs"]?["groups"] } == [groups])
            #expect(try await daemon.stop() == .exited(0))
            try await Task.sleep(for: .seconds(1))
        }
        let last = try await Daemon.start(in: home, options)
        for tenant in ["a", "b", "c"] {
            let reply = try await last.send("GET", "/plans/runs?plan=gather", headers: bearer(tenant))
            // A stop may have ended the next tenant's run, which then began anew.
            #expect(reply.member("runs")?.array?.count { $0["status"] == "completed" } == 1)
        }
    }

    @Test func aJobFollowsALog() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        try await standIn.fault(
            ["text": #"{"critical":true,"reason":"full"}"#], times: nil, containing: "ERROR disk")
        let log = home("app.log")
        _ = try home.file("app.log", "ERROR before its time\n")
        let shown = try await refrain("plan", "show", "alert", home: home)
        try FileManager.default.createDirectory(atPath: home("plans"), withIntermediateDirectories: false)
        let job = #"job: {over: "file", path: "\#(log)", lines_with: ["ERROR"], every_seconds: 1, dollars: 1},"#
        _ = try home.file("plans/alert.json5", shown.output.replacing("    inputs:", with: "\(job)\n    inputs:"))
        let options = ["--jobs", "alert", "--plans", home("plans")]
        let first = try await Daemon.start(in: home, upstream: standIn, options)
        try await eventually("the job has seen the file") {
            first.child.errors.contains("job alert: follows \(log) from byte 22 on")
        }
        #expect(try await first.stop() == .exited(0))

        let lines = ["INFO begins", "ERROR disk 1 is full", "ERROR disk 2 is full", "INFO ends", "ERROR cut"]
        let handle = try #require(FileHandle(forWritingAtPath: log))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(lines.joined(separator: "\n").utf8))
        try handle.close()
        let second = try await Daemon.start(in: home, upstream: standIn, options)
        try await eventually("the job has raised its alert") {
            second.child.errors.contains("job alert: alert for a line of \(log), see run 1")
        }
        let runs = try await second.get("/plans/runs?plan=alert").member("runs")?.array ?? []
        #expect(runs.count == 1, "two lines that differ in a digit are asked about once, one without an end not yet")
        let run = try await second.get("/plans/runs/1")
        #expect(run.member("inputs") == ["message": "ERROR disk 1 is full", "context": "INFO begins"], "\(run.text)")
        #expect(try await second.stop() == .exited(0))
    }

    @Test func aJobKeepsToItsBudget() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let shown = try await refrain("plan", "show", "annotate", home: home)
        try FileManager.default.createDirectory(atPath: home("plans"), withIntermediateDirectories: false)
        // Every run costs more than that.
        _ = try home.file("plans/annotate.json5", shown.output.replacing("dollars: 0.05", with: "dollars: 0.0000001"))
        let first = try await Daemon.start(in: home)
        for question in ["Is one enough?", "Are two too many?"] { try await first.add(question, "Yes.") }
        #expect(try await first.stop() == .exited(0))
        let daemon = try await Daemon.start(
            in: home, upstream: standIn, ["--jobs", "annotate", "--plans", home("plans")])
        try await eventually("the job has had its time") {
            daemon.child.errors.contains("job annotate: 1 runs; its budget for this time is spent")
        }
        #expect(try await daemon.get("/plans/runs").member("runs")?.array?.count == 1)
        #expect(try await standIn.count(.answer) == 1)
    }

    @Test(arguments: [
        ("--jobs", "route", "it has no \"job\""), ("--jobs", "anotate", "did you mean \"annotate\"?"),
        ("--miss-plan", "content", "step chosen waits for a person's choice"),
    ])
    func aDaemonDoesNotStartWithAPlanThatCannotDoIt(_ flag: String, _ name: String, _ reason: String) async throws {
        let home = try Scratch()
        let finished = try await refrain("serve", "--data", home("data"), flag, name, home: home)
        #expect(finished.code == 2 && finished.errors.contains(reason), "\(finished.errors)")
    }

    @Test func miniSaysThatASubjectIsFulls() async throws {
        let rig = try await Rig.start(daemon: ["--rules-subjects", "legal advice", "--miss-plan", "route"])
        try await rig.standIn.fault(["text": "Legal advice"], containing: "May I sue?")
        let reply = try await rig.daemon.chat("May I sue?", ["model": "refrain"])
        #expect(reply.headers["Refrain-Rule"] == "subject \"legal advice\"", "\(reply.text)")
        #expect(reply.member("model")?.string?.hasPrefix("gpt-5.2") == true)
        try await rig.standIn.fault(["text": "NONE"], containing: #""text":"what is a bridge?"#)
        let run = try await rig.daemon.post(
            "/plans/draft-refine/runs", ["inputs": ["brief": "what is a bridge?", "value": "normal"]])
        #expect(run.member("rule") == .null && run.member("steps", "0", "calls", "0", "role") == "mini", "\(run.text)")
    }

    @Test func examplesAreMadeForReview() async throws {
        let rig = try await Rig.start()
        let made: JSONValue = [
            "examples": [
                [
                    "data": #"{"message":"Where is my parcel?"}"#,
                    "output": #"{"intent":"parcel","complexity":"simple","risk":"low","summary":"s"}"#,
                ],
                ["data": #"{"message":"x"}"#, "output": "off the schema"],
            ]
        ]
        try await rig.standIn.fault(["text": .string(made.text)], containing: "Classify a customer")
        let file = rig.home("support.json5")
        let finished = try await refrain(
            "plan", "examples", "support", "--output", file, "--data", rig.daemon.data, home: rig.home)
        #expect(finished.code == 0 && finished.errors.contains("1 examples for step triage"), "\(finished.errors)")
        let checked = try await refrain("plan", "check", file, "--json", "--input-tokens", "100", home: rig.home)
        #expect(
            checked.code == 0 && checked.output.contains(#""plan":"support","input_tokens":100,"calls_max":4"#),
            "\(checked.output)")
        // A file that is there is a person's.
        let again = try await refrain(
            "plan", "examples", "support", "--output", file, "--data", rig.daemon.data, home: rig.home)
        #expect(again.code == 2 && again.errors.contains("cannot write"), "\(again.errors)")
    }
}
