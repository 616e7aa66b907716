import HTTP
import JSON
import TestEmbedder
import Testing

@testable import API

/// `/cache/lookup`, `/cache/ask` and the chat, where no model can be asked.
@Suite struct LookupRouteTests {
    @Test func hitsSayWhy() async throws {
        try await withBench { bench in
            let entry = try await bench.add("How do I open the red door?", "With the key.")
            bench.pass(seconds: 30)
            let exact = await bench.lookup("how do i open  the red door")
            #expect(exact.status == 200 && exact.outcome == "exact" && exact.json["answer"] == "With the key.")
            #expect(exact.json["entry"]?.int == entry)
            #expect(exact.headers["Cache-Status"] == "refrain; hit; detail=exact")
            #expect(exact.headers["Age"] == "30")
            #expect(exact.headers["Refrain-Entry"] == String(entry))
            #expect(exact.json["receipt"]?["similarity"] == 1)
            #expect(exact.json["receipt"]?["matched"] == "How do I open the red door?")

            let judged = await bench.lookup("How do I open the red, red door?", ["k": 5])
            #expect(judged.outcome == "judged")
            #expect(judged.json["candidates"]?.array?.count == 1)
            #expect(judged.json["candidates"]?[0]?["entry"]?.int == entry)

            let header = try JSONValue.parse(try #require(exact.headers["Refrain-Receipt"]))
            #expect(header["outcome"] == "exact" && header["matched"] == nil, "a header carries no text")
        }
    }

    @Test func missesSayWhatCameClosest() async throws {
        try await withBench { bench in
            try await bench.add("How do I open the red door?", "With the key.")
            let near = await bench.lookup("How do I open the blue door?", ["k": 1])
            #expect(near.status == 200 && near.outcome == "miss" && near.json["answer"] == nil)
            #expect(near.json["entry"] == nil && near.headers["Refrain-Entry"] == nil && near.headers["Age"] == nil)
            #expect(near.headers["Cache-Status"] == "refrain; fwd=miss")
            #expect(near.json["receipt"]?["matched"] == "How do I open the red door?")
            #expect(try #require(near.json["receipt"]?["similarity"]?.double) > 0.8)
            let far = await bench.lookup("Who sings?", ["k": 1])
            #expect(far.json["candidates"] == [] && far.json["receipt"]?["matched"] == .null)
        }
    }

    @Test func scopesAreApart() async throws {
        try await withBench { bench in
            try await bench.add("Who is it?", "Ann.", ["scope": "a"])
            try await bench.add("Who is it?", "Bob.", ["scope": "b"])
            #expect(await bench.lookup("Who is it?").outcome == "miss")
            #expect(await bench.lookup("Who is it?", ["scope": "a"]).json["answer"] == "Ann.")
            #expect(await bench.lookup("Who is it?", headers: ["Refrain-Scope": "b"]).json["answer"] == "Bob.")
            let named = await bench.lookup("Who is it?", ["scope": "a"], headers: ["Refrain-Scope": "b"])
            #expect(named.json["answer"] == "Ann.", "the body counts more than the header")
        }
    }

    @Test func directives() async throws {
        try await withBench { bench in
            try await bench.add("What time is it?", "Noon.")
            bench.pass(seconds: 100)
            func outcome(_ directives: String) async -> String? {
                await bench.lookup("What time is it?", headers: ["Cache-Control": directives]).outcome
            }
            #expect(await outcome("max-age=100") == "exact")
            #expect(await outcome("max-age=99") == "miss")
            #expect(await outcome("no-cache") == "miss")
            #expect(await outcome("No-Store, max-age=100") == "miss")
            #expect(await outcome("only-if-cached") == "exact")
            #expect(await outcome("public, x=y") == "exact")
        }
    }

    @Test func aTighterErrorTargetServesLess() async throws {
        try await withBench { bench in
            // 19 words in common of 20: 0.95.
            let words = (1...19).map { "word\(Character(UnicodeScalar(UInt8(96 + $0))))" }.joined(separator: " ")
            try await bench.add("What of \(words)?", "All.")
            let question = "What about \(words)?"
            #expect(await bench.lookup(question).outcome == "judged")
            #expect(await bench.lookup(question, headers: ["Refrain-Max-Error": "0.001"]).outcome == "miss")
            #expect(await bench.lookup(question, headers: ["Refrain-Max-Error": "1"]).outcome == "judged")
        }
    }

    @Test func expiredAnswersAreNotServed() async throws {
        try await withBench { bench in
            try await bench.add("Is it open?", "Yes.", ["ttl_seconds": 10])
            #expect(await bench.lookup("Is it open?").headers["Cache-Status"] == "refrain; hit; ttl=10; detail=exact")
            bench.pass(seconds: 9)
            #expect(await bench.lookup("Is it open?").headers["Cache-Status"] == "refrain; hit; ttl=1; detail=exact")
            bench.pass(seconds: 2)
            #expect(await bench.lookup("Is it open?").outcome == "miss")
            #expect(await bench.lookup("Is it open, is it?").outcome == "miss")
        }
    }

    @Test func aVectorReplacesTheQuestionsOwn() async throws {
        try await withBench { bench in
            try await bench.add("How do I open the red door?", "With the key.")
            let vector = UnitVector.encoded(base64: try await bench.embedder.embed(["How do I open the red door?"])[0])
            bench.embedder.fail(true)
            let reply = await bench.lookup("How can I open the red door?", ["embedding": .string(vector), "k": 1])
            #expect(reply.outcome == "judged" && reply.json["candidates"]?[0]?["similarity"] == 1, "\(reply.text)")
            // The vector alone is no reason.
            let other = await bench.lookup("Anything at all", ["embedding": .string(vector), "k": 1])
            #expect(other.outcome == "miss" && other.json["candidates"]?[0]?["similarity"] == 1, "\(other.text)")
            for bad in ["", "AAAA", "no base64", UnitVector.encoded(base64: [Float](repeating: 1, count: 64))] {
                let refused = await bench.lookup("Q", ["embedding": .string(bad)])
                #expect(refused.status == 400 && refused.json["error"]?["param"] == "embedding", "\(bad)")
            }
        }
    }

    @Test func withoutUpstream() async throws {
        try await withBench { bench in
            try await bench.add("Where is the key?", "Under the mat.")
            func chat(_ question: String, _ headers: Headers = [:]) async -> Reply {
                let message: JSONValue = ["role": "user", "content": .string(question)]
                let body: JSONValue = ["model": "refrain", "messages": [message]]
                return await bench.send("POST", "/v1/chat/completions", headers: headers, body: body.text)
            }
            let hit = await chat("where is the key")
            #expect(hit.status == 200)
            #expect(hit.json["choices"]?[0]?["message"]?["content"] == "Under the mat.")
            #expect(hit.json["model"] == "refrain" && hit.json["created"] == 1_800_000_000)
            #expect(try #require(hit.json["usage"]?["completion_tokens"]?.int) > 0)
            let miss = await chat("Where is the cat?")
            #expect(miss.status == 503 && miss.code == "no_upstream")
            #expect(miss.headers["Cache-Status"] == "refrain; fwd=miss")
            #expect(await chat("Where is the cat?", ["Cache-Control": "only-if-cached"]).code == "not_cached")
            #expect(await bench.send("POST", "/cache/ask", body: #"{"question":"Who?"}"#).code == "no_upstream")
            #expect(await bench.send("GET", "/v1/models").json["data"]?.array?.map { $0["id"] } == ["refrain"])
            #expect(await bench.send("GET", "/v1/models/refrain").json["id"] == "refrain")
            #expect(await bench.send("GET", "/v1/models/gpt").code == "model_not_found")
        }
    }

    @Test func embedsWithItsOwnModel() async throws {
        try await withBench { bench in
            func embed(_ body: String) async -> Reply { await bench.send("POST", "/v1/embeddings", body: body) }
            let one = await embed(#"{"model":"words","input":"red door"}"#)
            #expect(one.json["data"]?[0]?["embedding"]?.array?.count == 64)
            let two = await embed(#"{"model":"words/1","input":["red","door"],"encoding_format":"base64"}"#)
            #expect(two.json["data"]?.array?.map { $0["index"] } == [0, 1])
            let vector = UnitVector.decoded(
                base64: try #require(two.json["data"]?[1]?["embedding"]?.string), dimension: 64)
            #expect(try await bench.embedder.embed(["door"])[0] == vector)
            for (body, status) in [
                (#"{"input":"x"}"#, 400), (#"{"model":"m","input":"x"}"#, 404), (#"{"model":"words"}"#, 400),
                (#"{"model":"words","input":[]}"#, 400),
                (#"{"model":"words","input":"x","encoding_format":"hex"}"#, 400),
                (#"{"model":"words","input":"x","dimensions":8}"#, 400),
                (#"{"model":"words","input":[1]}"#, 400), ("{", 400),
            ] { #expect(await embed(body).status == status, "\(body)") }
        }
    }
}
