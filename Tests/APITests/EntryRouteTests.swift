import HTTP
import JSON
import TestEmbedder
import Testing

@testable import API

/// `/cache/entries` and `/cache/feedback`.
@Suite struct EntryRouteTests {
    @Test func anEntryGoesInAndComesOut() async throws {
        try await withBench { bench in
            let body = """
                {"question":"Where is it?","answer":"Here.","tags":["a","b"],"ttl_seconds":60,"scope":"s","model":"hand"}
                """
            let added = await bench.send("POST", "/cache/entries", body: body)
            #expect(added.status == 201)
            #expect(added.json == ["entry": 1, "outcome": "inserted"])
            let entry = await bench.send("GET", "/cache/entries/1").json
            #expect(entry["question"] == "Where is it?" && entry["answer"] == "Here.")
            #expect(entry["tags"] == ["a", "b"] && entry["scope"] == "s" && entry["model"] == "hand")
            #expect(entry["origin"] == "imported" && entry["context"] == .null && entry["aliases"] == [])
            #expect(entry["created"] == "2027-01-15T08:00:00.000Z")
            #expect(entry["expires"] == "2027-01-15T08:01:00.000Z" && entry["ttl_seconds"] == 60)
            let cost = try #require(entry["cost_usd"]?.double)
            #expect(cost > 0)

            let again = await bench.send("POST", "/cache/entries", body: body)
            #expect(again.status == 200 && again.json["entry"] == 1)
            bench.pass(seconds: 20)
            #expect(await bench.send("GET", "/cache/entries/1").json["ttl_seconds"] == 40)
        }
    }

    @Test func conflictsAreReplacedOrKept() async throws {
        try await withBench { bench in
            try await bench.add("When?", "Now.")
            let other = #"{"question":"when","answer":"Later."}"#
            let kept = await bench.send("POST", "/cache/entries", query: [("on_conflict", "keep")], body: other)
            #expect(kept.json["outcome"] == "kept")
            #expect(await bench.lookup("When?").json["answer"] == "Now.")
            let replaced = await bench.send("POST", "/cache/entries", body: other)
            #expect(replaced.json["outcome"] == "replaced" && replaced.status == 200)
            #expect(await bench.lookup("When?").json["answer"] == "Later.")
        }
    }

    @Test func listsPageByPage() async throws {
        try await withBench { bench in
            for number in 1...5 { try await bench.add("Question \(number)?", "A", ["scope": "s"]) }
            var found: [Int] = []
            var after = 0
            var pages = 0
            while true {
                let page = await bench.send(
                    "GET", "/cache/entries", query: [("limit", "2"), ("after", String(after))]
                ).json
                found += (page["entries"]?.array ?? []).compactMap { $0["id"]?.int }
                pages += 1
                guard let next = page["next_after"]?.int else { break }
                after = next
            }
            #expect(found == [1, 2, 3, 4, 5] && pages == 3)
        }
    }

    @Test(arguments: [
        ([("tag", "x")], [1]), ([("scope", "s")], [2]), ([("text", "THREE")], [3]), ([("scope", "")], [1, 3, 4]),
        ([("older_than_seconds", "50")], [1, 2, 3]), ([("tag", "x"), ("scope", "s")], []), ([("tag", "none")], []),
    ])
    func filters(query: [(String, String)], ids: [Int]) async throws {
        try await withBench { bench in
            try await bench.add("One?", "1", ["tags": ["x", "y"]])
            try await bench.add("Two?", "2", ["scope": "s"])
            try await bench.add("Question three?", "3")
            bench.pass(seconds: 100)
            try await bench.add("Four?", "4")
            let query = query.map { (name: $0.0, value: $0.1) }
            let listed = await bench.send("GET", "/cache/entries", query: query).json["entries"]?.array
            #expect(listed?.map { $0["id"]?.int } == ids)
            let forgotten = await bench.send("DELETE", "/cache/entries", query: query).json["forgotten"]
            #expect(forgotten == .array(ids.map { .number($0) }))
            let left = await bench.send("GET", "/cache/entries").json["entries"]?.array?.compactMap { $0["id"]?.int }
            #expect(left == [1, 2, 3, 4].filter { !ids.contains($0) })
        }
    }

    @Test func nothingIsForgottenByMistake() async throws {
        try await withBench { bench in
            try await bench.add("One?", "1")
            for (query, code) in [
                ([], "missing_required_parameter"), ([("tga", "x")], "unknown_parameter"),
                ([("all", "yes")], "missing_required_parameter"), ([("older_than_seconds", "x")], "invalid_value"),
            ] as [([(String, String)], String)] {
                let reply = await bench.send("DELETE", "/cache/entries", query: query.map { (name: $0.0, value: $0.1) })
                #expect(reply.status == 400 && reply.code == code)
            }
            #expect(await bench.lookup("One?").outcome == "exact")
            #expect(await bench.send("DELETE", "/cache/entries", query: [("all", "true")]).json["forgotten"] == [1])
            #expect(await bench.lookup("One?").outcome == "miss")
            #expect(await bench.send("DELETE", "/cache/entries/1").status == 404)
        }
    }

    @Test func aBadLineHarmsNoOther() async throws {
        try await withBench { bench in
            let lines = [
                #"{"question":"One?","answer":"1"}"#, "", "{", #"{"question":"Four?"}"#, "\r",
                #"{"question":"Six?","answer":"6"}"# + "\r", #"{"question":"Seven?","answer":"7","x":1}"#,
                #"{"question":"One?","answer":"1"}"#,
            ]
            let reply = await bench.send(
                "POST", "/cache/entries", headers: ["Content-Type": "application/x-ndjson; charset=utf-8"],
                body: lines.joined(separator: "\n"))
            #expect(reply.status == 200)
            #expect(reply.json["stored"]?.array?.map { $0["line"] } == [1, 6, 8])
            #expect(
                reply.json["stored"]?.array?.map { $0["result"]?["outcome"] } == ["inserted", "inserted", "unchanged"])
            #expect(reply.json["errors"]?.array?.map { $0["line"] } == [3, 4, 7])
            let tooMany = String(repeating: "{}\n", count: 257)
            #expect(
                await bench.send(
                    "POST", "/cache/entries", headers: ["Content-Type": "application/x-ndjson"], body: tooMany
                ).code == "array_above_max_length")
        }
    }

    /// The store is what counts: an entry without a vector is found by its wording.
    @Test func aFailingEmbedderStopsNoStoring() async throws {
        try await withBench { bench in
            bench.embedder.fail(true)
            try await bench.add("Where is the embedder?", "Gone.")
            #expect(await bench.lookup("where is the embedder").outcome == "exact")
            #expect(await bench.lookup("Where is the other embedder?").outcome == "miss")
        }
    }

    @Test func feedbackReachesTheEntry() async throws {
        try await withBench { bench in
            let entry = try await bench.add("How do I reset the red lamp?", "Press.")
            let near = "How do I reset the red, red lamp?"
            #expect(await bench.lookup(near).outcome == "judged")
            for verdict in ["good", "bad"] {
                let reply = await bench.send(
                    "POST", "/cache/feedback", body: #"{"entry":\#(entry),"verdict":"\#(verdict)","comment":"c"}"#)
                #expect(reply.json == ["entry": .number(entry), "verdict": .string(verdict)])
            }
            #expect(await bench.lookup(near).outcome == "miss")
            #expect(await bench.lookup("How do I reset the red lamp?").outcome == "exact")
            for (body, status, code) in [
                (#"{"verdict":"good"}"#, 400, "missing_required_parameter"),
                (#"{"entry":1}"#, 400, "missing_required_parameter"),
                (#"{"entry":"1","verdict":"good"}"#, 400, "invalid_type"),
                (#"{"entry":1,"verdict":"fine"}"#, 400, "invalid_value"),
                (#"{"entry":99,"verdict":"good"}"#, 404, "not_found"),
            ] {
                let reply = await bench.send("POST", "/cache/feedback", body: body)
                #expect(reply.status == status && reply.code == code, "\(body)")
            }
        }
    }
}
