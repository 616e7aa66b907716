import HTTP
import JSON
import Testing

@testable import API

/// Entries that answer chats with more than a question, and exact hits of chats.
@Suite struct ContextTests {
    private static func chat(_ question: String, system: String = "Be brief.", stream: Bool = false) -> String {
        let messages: JSONValue = [
            ["role": "system", "content": .string(system)], ["role": "user", "content": .string(question)],
        ]
        return JSONValue.object(["model": "gpt-5.2", "messages": messages, "stream": .bool(stream)]).text
    }

    private static func response(_ question: String) -> String {
        #"{"model":"gpt-5.2","instructions":"Be brief.","input":"\#(question)"}"#
    }

    private static func context(_ body: String, _ bench: Bench) async throws -> JSONValue {
        let reply = await bench.send("POST", "/cache/context", body: body)
        try #require(reply.status == 200, "\(reply.text)")
        return try #require(reply.json["context"])
    }

    @Test func aChatsContextIsThatOfEveryChatLikeIt() async throws {
        try await withBench { bench in
            let context = try await Self.context(Self.chat("How do I pay?"), bench)
            #expect(context.string?.utf8.count == 64)
            #expect(try await Self.context(Self.chat("Where is it?", stream: true), bench) == context)
            #expect(try await Self.context(Self.response("Where is it?"), bench) == context)
            #expect(try await Self.context(Self.chat("How do I pay?", system: "Be long."), bench) != context)
            let bare = #"{"model":"refrain","messages":[{"role":"user","content":"How do I pay?"}]}"#
            #expect(try await Self.context(bare, bench) == .null)
            let past = await bench.send(
                "POST", "/cache/context", body: #"{"model":"m","n":2,"messages":[{"role":"user","content":"a"}]}"#)
            #expect(past.status == 400 && past.text.contains("n is 2"))
        }
    }

    @Test(arguments: [false, true]) func anImportedEntryAnswersTheChatsOfItsContext(stream: Bool) async throws {
        try await withBench { bench in
            let context = try await Self.context(Self.chat("Any"), bench)
            let entry = try await bench.add("How do I pay?", "By card.", ["context": context])
            let cached: Headers = ["Cache-Control": "only-if-cached"]
            let chat = Self.chat("how do I pay", stream: stream)
            let hit = await bench.send("POST", "/v1/chat/completions", headers: cached, body: chat)
            #expect(hit.status == 200 && hit.text.contains("By card."), "\(hit.text)")
            #expect(hit.headers["Refrain-Entry"] == String(entry))
            let immediate = bench.api.respondImmediately(
                to: Request("POST", "/v1/chat/completions", body: Array(chat.utf8)))?.response
            #expect(immediate?.headers["Cache-Status"] == "refrain; hit; detail=exact")
            let text = String(decoding: try #require(immediate?.body.bytes), as: UTF8.self)
            #expect(text.contains("By card."))
            #expect(await bench.lookup("How do I pay?").outcome == "miss")
            #expect(await bench.lookup("How do I pay?", ["context": context]).outcome == "exact")
            let other = Self.chat("How do I pay?", system: "Be long.")
            #expect(await bench.send("POST", "/v1/chat/completions", headers: cached, body: other).status == 504)
            #expect(
                bench.api.respondImmediately(to: Request("POST", "/v1/chat/completions", body: Array(other.utf8)))
                    == nil)
        }
    }

    /// Nobody but the upstream knows what a feature in trial does to the answer.
    @Test func aTrialGoesPastTheCache() async throws {
        try await withBench { bench in
            let context = try await Self.context(Self.chat("Any"), bench)
            try await bench.add("How do I pay?", "By card.", ["context": context])
            let headers: Headers = ["OpenAI-Beta": "new=1", "Cache-Control": "only-if-cached"]
            let body = Self.chat("How do I pay?")
            #expect(await bench.send("POST", "/v1/chat/completions", headers: headers, body: body).status == 504)
            #expect(
                bench.api.respondImmediately(
                    to: Request("POST", "/v1/chat/completions", headers: headers, body: Array(body.utf8))) == nil)
        }
    }

    @Test func aContextIsADigest() async throws {
        try await withBench { bench in
            let reply = await bench.lookup("Who?", ["context": "12"])
            #expect(reply.status == 400 && reply.code == "invalid_value")
        }
    }

    @Test func aRetiredModelsAnswersAreNotServed() async throws {
        try await withBench(retired: ["old"]) { bench in
            try await bench.add("How do I pay?", "By card.", ["model": "old-2025-01-31"])
            try await bench.add("Who pays?", "You.", ["model": "older"])
            #expect(await bench.lookup("How do I pay?").outcome == "miss")
            #expect(await bench.lookup("How do I pay, please?", ["k": 1]).json["candidates"]?[0]?["answer"] == nil)
            #expect(await bench.lookup("Who pays?").outcome == "exact")
            try await bench.add("How do I pay?", "In cash.", ["model": "new"])
            #expect(await bench.lookup("How do I pay?").json["answer"] == "In cash.")
        }
    }
}
