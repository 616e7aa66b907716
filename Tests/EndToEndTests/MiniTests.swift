import HTTP
import JSON
import Testing

private let stored = "Where is my invoice?"
private let paraphrase = "where can I find my invoice"
private let brought = "where do I find my invoice"
/// As near as the paraphrase, but not the same to mini.
private let other = "where can I pay my invoice"

/// Near matches: what mini confirms, refuses, or fails to say.
@Suite(.sharedRig(same: [(paraphrase, stored), (brought, stored)], "--mini-timeout-seconds", "5"))
struct MiniTests {
    /// So long that a confirmation is worth its price.
    static let answer = String(repeating: "Open the billing page and choose the month that you want. ", count: 10)

    let daemon: Daemon
    let standIn: StandIn

    init() throws {
        (daemon, standIn) = (try Rig.current().daemon, try Rig.current().standIn)
    }

    /// The confirmations so far whose question is this one.
    private func confirmations(_ question: String) async throws -> Int {
        let asked = JSONValue.string(JSONValue.object(["question": .string(question)]).text).text
        return try await standIn.bodies(.confirm, containing: String(asked.dropFirst().dropLast(2))).count
    }

    @Test func aConfirmedParaphraseBecomesAnAlias() async throws {
        let scope = "alias"
        let entry = try await daemon.add(stored, Self.answer, ["scope": .string(scope)])
        let before = try await confirmations(paraphrase)
        let first = try await daemon.lookup(paraphrase, ["scope": .string(scope)])
        #expect(first.outcome == "confirmed", "\(first.text)")
        #expect(first.member("answer") == .string(Self.answer))
        #expect(first.member("entry")?.int == entry)
        #expect(first.receipt?["verdict"] == "same")
        #expect(first.receipt?["matched"] == .string(stored))
        #expect(try #require(first.receipt?["cost_usd"]?.double) > 0)
        #expect(try #require(first.receipt?["saved_usd"]?.double) > 0)
        #expect(first.cacheStatus == "refrain; hit; detail=confirmed")
        let between = try await confirmations(paraphrase)
        #expect(between == before + 1)

        let second = try await daemon.lookup("Where can I find my invoice?", ["scope": .string(scope)])
        #expect(second.outcome == "alias")
        #expect(second.member("answer") == .string(Self.answer))
        #expect(try await confirmations(paraphrase) == between)
        #expect(try await confirmations("Where can I find my invoice?") == 0)

        let shown = try await daemon.get("/cache/entries/\(entry)")
        #expect(shown.member("aliases", "0", "question") == .string(paraphrase))
        #expect(shown.member("aliases", "0", "source") == "confirmed")

        // A bad answer takes its alias with it.
        #expect(try await daemon.post("/cache/feedback", ["entry": .number(entry), "verdict": "bad"]).status == 200)
        #expect(try await daemon.get("/cache/entries/\(entry)").member("aliases") == [])
        #expect(try await daemon.lookup(stored, ["scope": .string(scope)]).outcome == "exact")
        // Forgotten, it is gone with all that led to it.
        #expect(try await daemon.send("DELETE", "/cache/entries/\(entry)").status == 200)
        for question in [paraphrase, stored] {
            #expect(try await daemon.lookup(question, ["scope": .string(scope)]).outcome == "miss")
        }
    }

    /// What begins on the connection's own thread goes on in a task, and is asked and counted once.
    @Test func aLookupThatBringsItsVectorIsConfirmedOnce() async throws {
        let scope: JSONValue = "vector"
        try await daemon.add(stored, Self.answer, ["scope": scope])
        let embedded = try await daemon.post(
            "/v1/embeddings", ["model": "all-MiniLM-L6-v2", "input": .string(brought), "encoding_format": "base64"])
        let vector = try #require(embedded.member("data", "0", "embedding"), "\(embedded.text)")
        let before = try await confirmations(brought)
        let first = try await daemon.lookup(brought, ["scope": scope, "embedding": vector])
        #expect(first.outcome == "confirmed", "\(first.text)")
        #expect(first.receipt?["latency_ms"]?["embed"] == .null && first.receipt?["verdict"] == "same")
        #expect(try await confirmations(brought) == before + 1)
        let answers = try await daemon.get("/cache/answers").json["answers"]?.array ?? []
        #expect(answers.count { $0["scope"] == scope && $0["receipt"]?["outcome"] == "confirmed" } == 1, "\(answers)")
        #expect(try await daemon.lookup(brought, ["scope": scope, "embedding": vector]).outcome == "alias")
    }

    @Test func aRefusedPairIsNotAskedAgain() async throws {
        let scope: JSONObject = ["scope": "refused"]
        try await daemon.add(stored, Self.answer, scope)
        let first = try await daemon.lookup(other, scope)
        #expect(first.outcome == "miss" && first.receipt?["verdict"] == "different", "\(first.text)")
        let asked = try await confirmations(other)
        #expect(asked >= 1)
        let second = try await daemon.lookup(other, scope)
        #expect(second.outcome == "miss" && second.receipt?["verdict"] == .null)
        #expect(try await confirmations(other) == asked)
    }

    @Test func aBadAnswerIsServedUnaskedNoMore() async throws {
        let scope: JSONObject = ["scope": "bad"]
        let entry = try await daemon.add("How do I reset my password?", Self.answer, scope)
        #expect(try await daemon.lookup("How can I reset my password?", scope).outcome == "judged")
        #expect(try await daemon.post("/cache/feedback", ["entry": .number(entry), "verdict": "good"]).status == 200)
        #expect(try await daemon.lookup("How can I reset my password?", scope).outcome == "judged")
        #expect(try await daemon.post("/cache/feedback", ["entry": .number(entry), "verdict": "bad"]).status == 200)
        #expect(try await daemon.lookup("How can I reset my password?", scope).outcome == "miss")
    }

    @Test func onlyMiniMayServeAConflict() async throws {
        let scope: JSONObject = ["scope": "conflict"]
        try await daemon.add("How do I upgrade from Debian 11?", Self.answer, scope)
        for question in ["How do I upgrade from Debian 12?", "How do I not upgrade from Debian 11?"] {
            let reply = try await daemon.lookup(question, scope)
            #expect(reply.outcome == "miss", "\(reply.text)")
            #expect(reply.receipt?["verdict"] == "different", "mini was asked: \(reply.text)")
            #expect(reply.receipt?["conflicts"]?.array?.isEmpty == false)
        }
    }

    @Test func questionsAreDataAndTheAnswerIsNotShown() async throws {
        let scope: JSONObject = ["scope": "injection"]
        try await daemon.add("How do I cancel my order?", "The secret is 4711. " + Self.answer, scope)
        let hostile = "How do I cancel my \"order\"?"
        let reply = try await daemon.lookup(hostile, scope)
        #expect(reply.receipt?["verdict"] == "different", "\(reply.text)")
        let body = try #require(try await standIn.bodies(.confirm, containing: "cancel my order").last)
        let messages = try #require(body["messages"]?.array)
        #expect(messages.map { $0["role"] } == ["system", "user"])
        let data = try JSONValue.parse(try #require(messages[1]["content"]?.string))
        #expect(data["question"] == .string(hostile))
        #expect(data["candidates"] == ["How do I cancel my order?"])
        #expect(!body.text.contains("4711"))
    }

    /// What can go wrong with mini, and what the receipt says of it.
    static let faults: [(fault: JSONObject, verdict: String)] = [
        (["status": 500, "retry_after_ms": 1], "unavailable"), (["status": 401], "unavailable"),
        (["hang": true], "unavailable"), (["html": true], "unavailable"), (["bad_json": true], "unavailable"),
        (["cut_after_bytes": 10], "unavailable"), (["empty_choices": true], "unavailable"),
        (["text": "yes"], "invalid"), (["text": #"{"same_as":0}"#], "invalid"),
        (["text": #"{"same_as":9,"reason":"same"}"#], "invalid"),
        (["text": #"{"same_as":0,"reason":"different"}"#], "invalid"),
        (["text": #"{"same_as":0,"reason":"same","more":1}"#], "invalid"),
        (["text": #"{"same_as":"0","reason":"same"}"#], "invalid"),
        (["text": #"```{"same_as":0,"reason":"same"}```"#], "invalid"), (["refusal": true], "invalid"),
        (["finish_reason": "length"], "invalid"),
    ]

    /// A scope for each, and a question of its own for each: faults find their request by its text.
    @Test(arguments: faults.indices)
    func aFailingMiniIsAMiss(index: Int) async throws {
        let (fault, verdict) = Self.faults[index]
        let question = "Could you tell me where my invoice is, number \(index)?"
        try await daemon.add(
            "Can you tell me where my invoice is, number \(index)?", Self.answer, ["scope": .string("fault \(index)")])
        try await standIn.fault(fault, times: nil, purpose: .confirm, containing: question)
        // A tight target leaves nothing to the judge alone.
        let reply = try await daemon.chat(
            question, ["model": "refrain"], headers: ["Refrain-Scope": "fault \(index)", "Refrain-Max-Error": "0.0001"])
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply.cacheStatus == "refrain; fwd=miss; stored")
        #expect(reply.receipt?["verdict"]?.string == verdict)
        #expect(reply.answer != Self.answer)
        let next = try await daemon.chat(
            question, ["model": "refrain"], headers: ["Refrain-Scope": "fault \(index)"])
        #expect(next.outcome == "exact" && next.answer == reply.answer)
    }
}
