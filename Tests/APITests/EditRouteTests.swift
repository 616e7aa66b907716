import HTTP
import JSON
import Testing

@testable import API

/// `PATCH /cache/entries/{id}`, `POST /cache/undo`, and what they leave as it was.
@Suite struct EditRouteTests {
    private static let undoable = [(name: "undoable", value: "true")]

    private func undo(_ bench: Bench, _ reply: Reply, headers: Headers = [:]) async throws -> Reply {
        let step = try #require(reply.json["undo"], "\(reply.text)")
        let body: JSONValue = ["undo": step]
        return await bench.send("POST", "/cache/undo", headers: headers, body: body.text)
    }

    @Test func anAnswerIsEditedInPlace() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.", ["tags": ["a"], "model": "m", "ttl_seconds": 60])
            bench.pass(seconds: 10)
            let edited = await bench.send("PATCH", "/cache/entries/1", body: #"{"answer":"There."}"#)
            #expect(edited.json == ["entry": 1])
            let entry = await bench.send("GET", "/cache/entries/1").json
            #expect(entry["answer"] == "There." && entry["tags"] == ["a"] && entry["ttl_seconds"] == 50)
            #expect(entry["origin"] == "client" && entry["model"] == .null)
            #expect(entry["created"] == "2027-01-15T08:00:10.000Z")
            #expect(await bench.lookup("where is it").json["answer"] == "There.")
            #expect(await bench.lookup("where is it?").json["entry"] == 1)
        }
    }

    @Test func tagsAndLifetimeAreSet() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.", ["tags": ["a"]])
            _ = await bench.send("PATCH", "/cache/entries/1", body: #"{"tags":["c","b"],"ttl_seconds":30}"#)
            let entry = await bench.send("GET", "/cache/entries/1").json
            #expect(entry["tags"] == ["b", "c"] && entry["ttl_seconds"] == 30 && entry["origin"] == "imported")
            bench.pass(seconds: 31)
            #expect(await bench.lookup("Where is it?").outcome == "miss")
            _ = await bench.send("PATCH", "/cache/entries/1", body: #"{"ttl_seconds":null,"tags":[]}"#)
            #expect(await bench.lookup("Where is it?").outcome == "exact")
            #expect(await bench.send("GET", "/cache/entries/1").json["tags"] == [])
        }
    }

    @Test(
        arguments: [
            ("1", "{}", 400, "missing_required_parameter"), ("1", #"{"answer":" "}"#, 400, "invalid_value"),
            ("1", #"{"answer":null}"#, 400, "missing_required_parameter"),
            ("1", #"{"ttl_seconds":0}"#, 400, "invalid_value"), ("1", #"{"question":"x"}"#, 400, "unknown_parameter"),
            ("2", #"{"answer":"x"}"#, 404, "not_found"), ("x", #"{"answer":"x"}"#, 400, "invalid_value"),
        ])
    func whatCannotBeChangedIsSaid(id: String, body: String, status: Int, code: String) async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            let reply = await bench.send("PATCH", "/cache/entries/\(id)", body: body)
            #expect(reply.status == status && reply.code == code, "\(reply.text)")
            #expect(await bench.lookup("Where is it?").json["answer"] == "Here.")
        }
    }

    @Test func anEditIsTakenBackOnce() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.", ["tags": ["a"], "ttl_seconds": 60])
            let before = await bench.send("GET", "/cache/entries/1").text
            let edited = await bench.send(
                "PATCH", "/cache/entries/1", query: Self.undoable,
                body: #"{"answer":"There.","tags":[],"ttl_seconds":null}"#)
            #expect(try await undo(bench, edited).json == ["entry": 1])
            #expect(await bench.send("GET", "/cache/entries/1").text == before)
            #expect(try await undo(bench, edited).status == 404)
        }
    }

    @Test func aForgottenEntryComesBackWithItsMeaning() async throws {
        try await withBench { bench in
            try await bench.add("how do I open the green door", "Push.", ["scope": "s", "tags": ["t"]])
            let before = await bench.send("GET", "/cache/entries/1").text
            let forgotten = await bench.send("DELETE", "/cache/entries/1", query: Self.undoable)
            #expect(forgotten.json["forgotten"] == [1])
            #expect(await bench.send("GET", "/cache/entries/1").status == 404)
            #expect(try await undo(bench, forgotten).json == ["entry": 1])
            #expect(await bench.send("GET", "/cache/entries/1").text == before)
            // The vector is searched again.
            let found = await bench.lookup("how do I open the red door", ["scope": "s", "k": 3])
            #expect(found.json["candidates"]?[0]?["entry"] == 1, "\(found.text)")
        }
    }

    @Test func aBadVerdictIsTakenBack() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            let judged = await bench.send(
                "POST", "/cache/feedback", query: Self.undoable, body: #"{"entry":1,"verdict":"bad"}"#)
            let shown = await bench.send("GET", "/cache/entries/1").json
            #expect(shown["feedback"]?[0]?["verdict"] == "bad" && shown["boundary"] != .null)
            #expect(await bench.send("GET", "/report").json["total"]?["bad"] == 1)
            #expect(try await undo(bench, judged).status == 200)
            let again = await bench.send("GET", "/cache/entries/1").json
            #expect(again["feedback"] == [] && again["boundary"] == .null)
            #expect(await bench.send("GET", "/report").json["total"]?["bad"] == 0)
        }
    }

    @Test func whatIsTakenByAnotherAnswerStaysThere() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            let forgotten = await bench.send("DELETE", "/cache/entries/1", query: Self.undoable)
            try await bench.add("Where is it?", "Elsewhere.")
            let refused = try await undo(bench, forgotten)
            #expect(refused.status == 409 && refused.json["error"]?["message"]?.string?.contains("entry 2") == true)
            #expect(await bench.lookup("Where is it?").json["answer"] == "Elsewhere.")
        }
    }

    @Test func nothingIsKeptUnaskedOrForLong() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            let edited = await bench.send(
                "PATCH", "/cache/entries/1", query: Self.undoable, body: #"{"answer":"There."}"#)
            bench.pass(seconds: 601)
            #expect(try await undo(bench, edited).status == 404)
            #expect(await bench.send("DELETE", "/cache/entries/1").json["undo"] == nil)
            let misspelt = await bench.send("DELETE", "/cache/entries/1", query: [("undoable", "yes")])
            #expect(misspelt.status == 404 || misspelt.status == 400)
        }
    }

    @Test func onlyItsTenantTakesItBack() async throws {
        let keys: (String) -> Headers = { ["Authorization": "Bearer \($0)"] }
        try await withBench(access: Access(.clientKeys)) { bench in
            let peer = Peer.tcp(address: "127.0.0.1")
            let added = await bench.send(
                "POST", "/cache/entries", headers: keys("one"), body: #"{"question":"Q?","answer":"A"}"#, peer: peer)
            #expect(added.status == 201)
            let edited = await bench.send(
                "PATCH", "/cache/entries/1", query: Self.undoable, headers: keys("one"), body: #"{"answer":"B"}"#,
                peer: peer)
            let step = try #require(edited.json["undo"])
            let body = JSONValue.object(["undo": step]).text
            for (key, status) in [("two", 404), ("one", 200)] {
                let reply = await bench.send("POST", "/cache/undo", headers: keys(key), body: body, peer: peer)
                #expect(reply.status == status)
            }
            let other = await bench.send(
                "PATCH", "/cache/entries/1", headers: keys("two"), body: #"{"answer":"C"}"#, peer: peer)
            #expect(other.status == 404)
        }
    }
}
