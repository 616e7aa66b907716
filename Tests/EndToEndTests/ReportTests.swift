import HTTP
import JSON
import Testing

private let stored = "Where is my invoice?"
private let paraphrase = "where can I find my invoice"

/// What the daemon counts of real calls, and the commands that show it.
@Suite(.sharedRig(same: [(paraphrase, stored)], "--miss-plan", "route"))
struct ReportTests {
    let daemon: Daemon
    let standIn: StandIn
    let home: Scratch

    init() throws {
        (daemon, standIn, home) = (try Rig.current().daemon, try Rig.current().standIn, try Rig.current().home)
    }

    private func run(_ arguments: String...) async throws -> Finished {
        try await refrain(arguments + ["--data", daemon.data], home: home)
    }

    private func row(_ label: String, _ group: String) async throws -> JSONValue {
        let reply = try await daemon.send("GET", "/report?by=label:\(label)", over: .unixSocket)
        let rows = try #require(try reply.json["rows"]?.array, "\(reply.text)")
        return try #require(rows.first { $0["group"]?.string == group }, "\(reply.text)")
    }

    @Test func tellsWhatATicketCostAndSaved() async throws {
        let label: Headers = ["Refrain-Label": "ticket=100"]
        // So long that a confirmation is worth its price.
        try await standIn.fault(["text": .string(MiniTests.answer)], containing: stored)
        let miss = try await daemon.chat(stored, headers: label)
        #expect(miss.status == 200, "\(miss.text)")
        let cost = try #require(miss.receipt?["cost_usd"]?.double)
        let confirmed = try await daemon.chat(paraphrase, headers: label)
        #expect(confirmed.outcome == "confirmed")
        let asking = try #require(confirmed.receipt?["cost_usd"]?.double)
        let stream = try await daemon.chat(stored, ["stream": true], headers: label)
        #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
        let new = try await daemon.chat("What streams past here?", ["stream": true], headers: label)
        #expect(new.text.hasSuffix("data: [DONE]\n\n"))

        // A stream is counted when it has ended, which is after its client has the last event.
        try await eventually("the stream is counted") { try await self.row("ticket", "100")["requests"]?.int == 4 }
        let row = try await self.row("ticket", "100")
        #expect(row["requests"]?.int == 4 && row["miss"]?.int == 2 && row["exact"]?.int == 1, "\(row.text)")
        #expect(row["confirmed"]?.int == 1 && row["accepted"]?.int == 1 && row["confirmations"]?.int == 1)
        #expect(row["calls"]?.int == 3 && row["cost_unknown_calls"]?.int == 0)
        #expect(row["input_tokens"]?.int ?? 0 > 0 && row["output_tokens"]?.int ?? 0 > 0)
        // The two misses cost what full only would have; the two hits were spared that, less the confirmation.
        let saved = try #require(row["saved_usd"]?.double)
        #expect(abs(saved - (2 * cost - asking)) < 1e-9, "\(row.text)")
    }

    @Test func tellsOfPlansAndTheirEscalations() async throws {
        let label: Headers = ["Refrain-Label": "session=plans"]
        for (choice, question) in [("MINI", "Is this for mini?"), ("FULL", "Is this for full?")] {
            try await standIn.fault(
                ["text": .string(choice)], containing: #"{"conversation":[{"role":"user","content":"\#(question)"#)
            #expect(try await daemon.chat(question, ["model": "refrain"], headers: label).status == 200)
        }
        let row = try await row("session", "plans")
        #expect(row["planned"]?.int == 2 && row["escalated"]?.int == 1, "\(row.text)")
        #expect(row["full_only_estimated_requests"]?.int == 2)
        let reply = try await daemon.send("GET", "/report?by=plan", over: .unixSocket)
        let plan = try reply.json["rows"]?.array?.first { $0["group"] == "route" }
        #expect(plan?["escalation_rate"]?.double == 0.5 && plan?["calls"]?.int == 4, "\(reply.text)")
    }

    @Test func anErrorIsARequestToo() async throws {
        let question = "Is this refused?"
        try await standIn.fault(["status": 400], containing: question)
        let reply = try await daemon.chat(question, headers: ["Refrain-Label": "ticket=error"])
        #expect(reply.status == 400)
        let row = try await row("ticket", "error")
        #expect(row["error"]?.int == 1 && row["calls"]?.int == 1 && row["cost_unknown_calls"]?.int == 0, "\(row.text)")
    }

    @Test func commandsShowAndRate() async throws {
        let reply = try await daemon.chat("Is this rated?", headers: ["Refrain-Label": "ticket=rated"])
        let id = try #require(reply.headers["x-request-id"])
        let rated = try await run("feedback", id, "good", "--score", "4", "--succeeded", "yes")
        #expect(rated.code == 0 && rated.output == "noted: request \(id) is good, has score 4, succeeded\n", "\(rated)")
        #expect(try await run("feedback", "ticket=rated", "--succeeded", "no").code == 0)
        let nothing = try await run("feedback", "ticket=rated", "--comment", "hm")
        #expect(nothing.code == 2 && nothing.errors.contains("needs VERDICT, --score or --succeeded"))

        let json = try await run("report", "--by", "label:ticket", "--json")
        let rows = try #require(try JSONValue.parse(json.output)["rows"]?.array, "\(json)")
        let row = try #require(rows.first { $0["group"] == "rated" })
        #expect(row["good"]?.int == 1 && row["succeeded"]?.int == 1 && row["failed"]?.int == 1, "\(row.text)")
        let text = try await run("report", "--since", "1h", "--by", "model")
        #expect(text.code == 0 && text.output.contains("gpt-5.2") && text.output.contains("total"), "\(text)")
        #expect(text.output.contains("tasks: "))
        let csv = try await run("report", "--csv", "--by", "role")
        #expect(csv.output.hasPrefix("group,requests,"), "\(csv)")
        let wrong = try await run("report", "--by", "modle")
        #expect(wrong.code == 2 && wrong.errors.contains("did you mean model?"), "\(wrong)")
        #expect(try await run("report", "--since", "7").code == 2)
        let advice = try await run("tune")
        #expect(advice.code == 0 && advice.output.hasPrefix("nothing to change after "), "\(advice)")
    }
}

/// What is counted of an embedder that is somewhere else.
struct RemoteEmbedderReportTests {
    @Test func aTryThatReachedNobodyIsACallToo() async throws {
        let daemon = try await Daemon.start(
            in: try Scratch(), ["--embedder-kind", "remote", "--embedder-url", "http://127.0.0.1:1/v1"])
        _ = try await daemon.add("Is anybody there?", "No.")
        // What lacks a vector is embedded again now and then.
        let name = #"refrain_model_calls_total{role="embedding",purpose="embed",result="failed"} "#
        let line = try await daemon.get("/metrics").text.split(separator: "\n").first { $0.hasPrefix(name) }
        let failed = try #require(line.flatMap { Int($0.dropFirst(name.count)) })
        #expect(failed > 0)
    }
}
