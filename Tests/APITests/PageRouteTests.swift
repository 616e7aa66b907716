import HTTP
import JSON
import Support
import Testing

@testable import API

/// What the page at `/` is served by: its files, the latest answers, entries in another order and by meaning.
@Suite struct PageRouteTests {
    @Test func thePageIsServedUnderAStrictPolicy() async throws {
        try await withBench(access: Access(.tokens([:]))) { bench in
            let peer = Peer.tcp(address: "127.0.0.1")
            let files = [("/", "text/html"), ("/page/main.js", "text/javascript"), ("/page/style.css", "text/css")]
            for (path, type) in files {
                let reply = await bench.send("GET", path, peer: peer)
                #expect(reply.status == 200 && reply.headers["Content-Type"]?.hasPrefix(type) == true, "\(path)")
                #expect(reply.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
                #expect(reply.headers["X-Content-Type-Options"] == "nosniff")
                let tag = try #require(reply.headers["ETag"])
                let again = await bench.send("GET", path, headers: ["If-None-Match": tag], peer: peer)
                #expect(again.status == 304 && again.text.isEmpty)
            }
            #expect(await bench.send("GET", "/cache/stats", peer: peer).status == 401)
            #expect(await bench.send("GET", "/page/../style.css", peer: peer).status == 401)
        }
    }

    @Test(
        arguments: [
            (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            (["Sec-Fetch-Site": "same-origin", "Origin": "https://proxy.example", "Host": "127.0.0.1"], 404),
            (["Sec-Fetch-Site": "none"], 404), (["Origin": "https://evil.example", "Host": "127.0.0.1:8474"], 403),
            (["Origin": "null", "Host": "127.0.0.1:8474"], 403),
            (["Origin": "http://127.0.0.1:8474", "Host": "127.0.0.1:8474"], 404), ([:], 404),
        ] as [(Headers, Int)])
    func otherSitesAreRefused(headers: Headers, status: Int) async throws {
        try await withBench { bench in
            let reply = await bench.send("DELETE", "/cache/entries/1", headers: headers)
            #expect(reply.status == status, "\(reply.text)")
            #expect(await bench.send("GET", "/", headers: headers).status == 200)
        }
    }

    /// A page can have its own name lead to this machine; without tokens, its browser would then read everything here.
    @Test(
        arguments: [
            ("127.0.0.1:8474", 200), ("localhost", 200), ("LocalHost:8474", 200), ("refrain:8474", 200),
            ("[::1]:8474", 200), (nil, 200),
            ("evil.example:8474", 403), ("localhost.evil.example", 403), ("evil.example", 403), ("", 403),
        ] as [(String?, Int)])
    func aNameThatMayBeAnybodysIsRefused(host: String?, status: Int) async throws {
        func request(_ headers: Headers, _ peer: Peer) -> Request {
            var headers = headers
            headers["Host"] = host
            return Request(
                "POST", "/cache/lookup", headers: headers, body: Array(#"{"question":"q"}"#.utf8), peer: peer)
        }
        let tcp = Peer.tcp(address: "127.0.0.1")
        try await withBench { bench in
            try await bench.add("q", "a")
            let immediate = bench.api.respondImmediately(to: request([:], tcp))
            #expect((immediate?.response?.status ?? 403) == status)
            #expect(await bench.api.respond(to: request([:], tcp)).status == status)
            #expect(await bench.api.respond(to: request([:], .unix(uid: 1, pid: 1))).status == 200)
            #expect(await bench.send("GET", "/healthz", headers: ["Host": host ?? ""], peer: tcp).status == 200)
        }
        // A page that was led here has no token.
        try await withBench(access: Access(.tokens([Digest(of: "secret"): "t"]))) { bench in
            let known = request(["Authorization": "Bearer secret"], tcp)
            #expect(await bench.api.respond(to: known).status == 200)
        }
    }

    @Test func theLatestAnswersSayWhy() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            _ = await bench.lookup("where is it", headers: ["Refrain-Scope": ""])
            _ = await bench.lookup("Anything else?", ["scope": "s"])
            _ = await bench.lookup("Nobody is to know?", headers: ["Cache-Control": "no-store"])
            _ = await bench.send("POST", "/cache/explain", body: #"{"question":"Only explained?"}"#)
            let list = await bench.send("GET", "/cache/answers").json
            #expect(
                list["answers"]?.array?.map { $0["question"] } == ["Anything else?", "where is it"], "\(list.text)")
            let hit = try #require(list["answers"]?[1])
            #expect(hit["receipt"]?["outcome"] == "exact" && hit["receipt"]?["matched"] == "Where is it?")
            #expect(hit["route"] == "/cache/lookup" && hit["request"]?.string?.hasPrefix("req_") == true)
            #expect(list["answers"]?[0]?["scope"] == "s" && list["next_before"] == .null)

            let misses = await bench.send("GET", "/cache/answers", query: [("outcome", "miss")]).json
            #expect(misses["answers"]?.array?.count == 1)
            let page = await bench.send("GET", "/cache/answers", query: [("limit", "1")]).json
            #expect(page["next_before"] == 2)
            let next = await bench.send("GET", "/cache/answers", query: [("limit", "1"), ("before", "2")]).json
            #expect(next["answers"]?[0]?["question"] == "where is it")
            #expect(await bench.send("GET", "/cache/answers", query: [("outcome", "hit")]).code == "invalid_value")
        }
    }

    @Test func onlySoManyAnswersAreKept() async throws {
        try await withBench { bench in
            for number in 0..<1_010 { _ = await bench.lookup("Question \(number)?") }
            let list = await bench.send("GET", "/cache/answers", query: [("limit", "500")]).json["answers"]?.array ?? []
            #expect(list.count == 500 && list.first?["question"] == "Question 1009?")
            #expect(list.last?["question"] == "Question 510?")
        }
    }

    @Test func onlyItsTenantSeesAnAnswer() async throws {
        try await withBench(access: Access(.clientKeys)) { bench in
            let peer = Peer.tcp(address: "127.0.0.1")
            _ = await bench.send(
                "POST", "/cache/lookup", headers: ["Authorization": "Bearer one"], body: #"{"question":"Mine?"}"#,
                peer: peer)
            for (key, count) in [("one", 1), ("two", 0)] {
                let list = await bench.send(
                    "GET", "/cache/answers", headers: ["Authorization": "Bearer \(key)"], peer: peer)
                #expect(list.json["answers"]?.array?.count == count)
            }
        }
    }

    @Test func entriesAreListedTheNewestFirst() async throws {
        try await withBench { bench in
            for number in 1...5 { try await bench.add("Question \(number)?", "A") }
            let page = await bench.send("GET", "/cache/entries", query: [("order", "newest"), ("limit", "2")]).json
            #expect(page["entries"]?.array?.map { $0["id"] } == [5, 4] && page["next_after"] == 4)
            let next = await bench.send("GET", "/cache/entries", query: [("order", "newest"), ("after", "4")]).json
            #expect(next["entries"]?.array?.map { $0["id"] } == [3, 2, 1])
            #expect(await bench.send("GET", "/cache/entries", query: [("order", "best")]).code == "invalid_value")
            // What is forgotten has no order.
            let misspelt = await bench.send("DELETE", "/cache/entries", query: [("order", "newest"), ("all", "true")])
            #expect(misspelt.code == "unknown_parameter")
        }
    }

    @Test func entriesAreFoundByMeaning() async throws {
        try await withBench { bench in
            try await bench.add("how do I open the green door", "Push.")
            try await bench.add("how do I open the red door", "Pull.", ["scope": "s"])
            try await bench.add("what is the weather", "Fine.")
            let before = await bench.send("GET", "/cache/stats").json["requests"]
            let found = await bench.send(
                "GET", "/cache/entries", query: [("like", "open the red door"), ("limit", "2")])
            let entries = found.json["entries"]?.array ?? []
            #expect(entries.map { $0["id"] } == [2, 1], "\(found.text)")
            let similarities = entries.compactMap { $0["similarity"]?.double }
            #expect(similarities.count == 2 && similarities[0] > similarities[1])
            let inScope = await bench.send("GET", "/cache/entries", query: [("like", "door"), ("scope", "s")]).json
            #expect(inScope["entries"]?.array?.map { $0["id"] } == [2])
            #expect(await bench.send("GET", "/cache/stats").json["requests"] == before)
            let mixed = await bench.send("GET", "/cache/entries", query: [("like", "door"), ("text", "x")])
            #expect(mixed.code == "unknown_parameter")
        }
    }
}
