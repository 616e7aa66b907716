import HTTP
import JSON
import Testing

@testable import API

/// `/cache/explain` over HTTP; what it says is tested with the cache.
@Suite struct ExplainRouteTests {
    private static func explain(_ bench: Bench, _ body: JSONValue) async -> Reply {
        await bench.send("POST", "/cache/explain", body: body.text)
    }

    @Test func saysWhatSpeaksAgainstACandidate() async throws {
        try await withBench { bench in
            let entry = try await bench.add("How do I open the red door of house 7?", "With the key.", ["scope": "s"])
            let reply = await Self.explain(
                bench, ["question": "How do I open the red door of house 8?", "scope": "s", "confirm": true])
            #expect(reply.status == 200 && reply.json["conclusion"] == "miss" && reply.json["scope"] == "s")
            #expect(reply.json["vectors"] == 1 && reply.json["floor"] == 0.5 && reply.json["error_target"] == 0.01)
            #expect(reply.json["mini"] == false && reply.json["confirmation"] == .null)
            let candidate = try #require(reply.json["candidates"]?[0])
            #expect(candidate["entry"]?.int == entry && candidate["served"] == false && candidate["asked"] == false)
            #expect(candidate["obstacles"]?.array?.contains("conflict") == true)
            let conflict: JSONValue = ["kind": "number", "question": ["8"], "candidate": ["7"]]
            #expect(candidate["conflicts"] == [conflict])
            #expect(reply.headers["Cache-Status"] == nil, "nothing was served")
        }
    }

    @Test func exactAndJudged() async throws {
        try await withBench { bench in
            let entry = try await bench.add("How do I open the red door?", "With the key.")
            let exact = await Self.explain(bench, ["question": "how do I open the red door"])
            #expect(exact.json["conclusion"] == "exact" && exact.json["entry"]?.int == entry)
            #expect(exact.json["answer"] == nil && !exact.text.contains("With the key"))
            let judged = await Self.explain(bench, ["question": "How do I open the red, red door?"])
            #expect(judged.json["conclusion"] == "judged")
            #expect(judged.json["candidates"]?[0]?["served"] == true)
            #expect(judged.json["candidates"]?[0]?["obstacles"] == [])
            let shown = await bench.send("GET", "/cache/entries/\(entry)")
            #expect(shown.json["hits"] == 0, "an explanation is no hit")
        }
    }

    @Test(arguments: [
        (#"{"scope": "s"}"#, "question"), (#"{"question": "Q?", "confirm": "yes"}"#, "confirm"),
        (#"{"question": "Q?", "k": 3}"#, "k"), (#"{"question": " "}"#, "question"),
    ])
    func refusesBadBodies(body: String, param: String) async throws {
        try await withBench { bench in
            let reply = await bench.send("POST", "/cache/explain", body: body)
            #expect(reply.status == 400 && reply.json["error"]?["param"]?.string == param)
        }
    }
}
