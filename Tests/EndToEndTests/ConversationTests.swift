import HTTP
import JSON
import Testing

/// What was said before a question decides whose answer it gets.
@Suite(.sharedRig())
struct ConversationTests {
    let daemon: Daemon
    let standIn: StandIn

    init() throws {
        (daemon, standIn) = (try Rig.current().daemon, try Rig.current().standIn)
    }

    private static func talk(_ turns: [String]) -> JSONObject {
        let messages = turns.enumerated().map { index, text -> JSONValue in
            ["role": index.isMultiple(of: 2) ? "user" : "assistant", "content": .string(text)]
        }
        return ["messages": .array(messages)]
    }

    private func ask(_ turns: [String], scope: String) async throws -> Reply {
        try await daemon.chat("", Self.talk(turns), headers: ["Refrain-Scope": scope])
    }

    private static let gym = ["I have a gym membership.", "It runs for a year."]
    private static let order = ["I have ordered a chair.", "It ships on Monday."]

    @Test(arguments: [
        "How do I cancel it?", "Is there a fee?", "What does that cost?", "And the other one?", "When does it end?",
    ])
    func theSameWordsAfterOtherTalkAreAnsweredAnew(question: String) async throws {
        let scope = "other \(question)"
        #expect(try await ask(Self.gym + [question], scope: scope).cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await ask(Self.order + [question], scope: scope).cacheStatus == "refrain; fwd=miss; stored")
        // Nor is it the question without any talk before it.
        #expect(try await ask([question], scope: scope).cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await ask(Self.gym + [question], scope: scope).outcome == "exact")
        #expect(try await ask(Self.order + [question], scope: scope).outcome == "exact")
    }

    @Test func otherWordsAfterTheSameTalkAreAnsweredAnew() async throws {
        _ = try await ask(Self.gym + ["How do I cancel the membership?"], scope: "words")
        // Alone, the two would be one.
        let reply = try await ask(Self.gym + ["How can I cancel the membership?"], scope: "words")
        #expect(reply.cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await standIn.bodies(.confirm, containing: "cancel the membership").isEmpty)
    }

    @Test func instructionsAreNoTurns() async throws {
        func body(_ question: String) -> JSONObject {
            [
                "messages": [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": .string(question)],
                ]
            ]
        }
        _ = try await daemon.chat("", body("How do I reset my password?"), headers: ["Refrain-Scope": "system"])
        let near = try await daemon.chat(
            "", body("How can I reset my password?"), headers: ["Refrain-Scope": "system"])
        #expect(near.outcome == "judged" || near.outcome == "confirmed", "\(near.text)")
    }

    @Test func miniMayWriteTheQuestionSoThatItStandsAlone() async throws {
        let rig = try await Rig.start(daemon: ["--rewrite-conversations", "true"])
        try await rig.daemon.add("How do I cancel my gym membership?", "At the desk.")
        let alone = JSONValue.object(["question": "How do I cancel my gym membership?"]).text
        try await rig.standIn.fault(["text": .string(alone)], containing: "\"turns\"")
        // Of a model that is left to choose, as imported answers are.
        var body = Self.talk(Self.gym + ["How do I cancel it?"])
        body["model"] = "refrain"
        let reply = try await rig.daemon.chat("", body)
        #expect(reply.answer == "At the desk.", "\(reply.text)")
        #expect(reply.outcome == "exact")
        #expect(try await rig.standIn.bodies(.answer, containing: "turns").count == 1)
    }
}
