import HTTP
import JSON
import Support
import Testing

@testable import API

/// `GET /report`, `Refrain-Label` and ratings over the API.
@Suite struct ReportRouteTests {
    private static func question(_ text: String, metadata: String = "{}") -> String {
        #"{"model":"refrain","metadata":\#(metadata),"messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    private static let cached: Headers = ["Cache-Control": "only-if-cached", "Refrain-Label": "ticket=7, session=s"]

    @Test func countsEveryRequestOnce() async throws {
        try await withBench { bench in
            try await bench.add("Is it open?", "Yes.")
            // At once, on the longer way, past a bad body, and without an answer.
            let immediate = bench.api.respondImmediately(
                to: Request(
                    "POST", "/cache/lookup", headers: ["Refrain-Label": "ticket=7"],
                    body: Array(#"{"question":"Is it open?"}"#.utf8)))?.response
            #expect(immediate?.status == 200)
            #expect(await bench.lookup("Is it open?", headers: ["Refrain-Label": "ticket=7"]).outcome == "exact")
            #expect(await bench.lookup("Anything new at all?").outcome == "miss")
            let chat = await bench.send(
                "POST", "/v1/chat/completions", headers: Self.cached, body: Self.question("Is it open?"))
            #expect(chat.status == 200, "\(chat.text)")
            let miss = await bench.send(
                "POST", "/v1/chat/completions", headers: Self.cached, body: Self.question("Who knows that?"))
            #expect(miss.status == 504)
            #expect(await bench.send("POST", "/v1/chat/completions", body: Self.question("No model?")).status == 503)
            #expect(await bench.send("POST", "/cache/lookup", body: "{").status == 400)
            // Not the ledger's business.
            #expect(await bench.send("GET", "/healthz").status == 200)

            let report = await bench.send("GET", "/report").json
            let total = report["total"]
            #expect(total?["requests"]?.int == 7, "\(report.text)")
            #expect(total?["exact"]?.int == 3 && total?["miss"]?.int == 2 && total?["error"]?.int == 2)
            // No model was asked for an answer that was put in.
            #expect(total?["full_only_estimated_requests"]?.int == 3)
            let labels = await bench.send("GET", "/report", query: [("by", "label:ticket")]).json
            #expect(labels["rows"]?.array?.count == 1)
            #expect(labels["rows"]?[0]?["group"] == "7" && labels["rows"]?[0]?["requests"]?.int == 4, "\(labels.text)")
            let models = await bench.send("GET", "/report", query: [("by", "model")]).json["rows"]?.array ?? []
            #expect(Set(models.compactMap { $0["group"]?.string }) == ["", "refrain"])
        }
    }

    @Test func metadataAreLabelsToo() async throws {
        try await withBench { bench in
            try await bench.add("Is it open?", "Yes.")
            let metadata = #"{"ticket":"9","session":"other","not one":"x","number":4}"#
            let reply = await bench.send(
                "POST", "/v1/chat/completions",
                headers: ["Cache-Control": "only-if-cached", "Refrain-Label": "session=s"],
                body: Self.question("Is it open?", metadata: metadata))
            #expect(reply.status == 200)
            for (label, values) in [("ticket", ["9"]), ("session", ["s"]), ("number", [])] {
                let report = await bench.send("GET", "/report", query: [("by", "label:" + label)]).json
                #expect((report["rows"]?.array ?? []).compactMap { $0["group"]?.string } == values)
            }
        }
    }

    @Test(arguments: ["ticket", "ticket=", "a b=c", #"a="b"#, "a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1"])
    func refusesLabelsThatItCannotKeep(label: String) async throws {
        try await withBench { bench in
            try await bench.add("Is it open?", "Yes.")
            let reply = await bench.lookup("Is it open?", headers: ["Refrain-Label": label])
            #expect(reply.status == 400 && reply.code == "invalid_value", "\(reply.text)")
        }
    }

    @Test(arguments: [
        ("by", "colour", "invalid_value"), ("since_seconds", "7d", "invalid_value"), ("format", "xml", "invalid_value"),
        ("sinse_seconds", "1", "unknown_parameter"),
    ])
    func refusesWhatItDoesNotKnow(name: String, value: String, code: String) async throws {
        try await withBench { bench in
            let reply = await bench.send("GET", "/report", query: [(name, value)])
            #expect(reply.status == 400 && reply.code == code, "\(reply.text)")
        }
    }

    @Test func givesAdvice() async throws {
        try await withBench { bench in
            _ = await bench.lookup("Anything?")
            let reply = await bench.send("GET", "/report/advice", query: [("since_seconds", "3600")])
            #expect(reply.json == ["requests": 1, "advice": []], "\(reply.text)")
            #expect(await bench.send("GET", "/report/advice", query: [("by", "day")]).code == "unknown_parameter")
        }
    }

    @Test func givesCSV() async throws {
        try await withBench { bench in
            _ = await bench.lookup("Anything?")
            let reply = await bench.send("GET", "/report", query: [("format", "csv"), ("by", "scope")])
            #expect(reply.headers["Content-Type"]?.hasPrefix("text/csv") == true)
            #expect(reply.text.split(separator: "\r\n").count == 3, "\(reply.text)")
        }
    }

    /// The owner of the service sees all, a tenant its own.
    @Test func showsATenantItsOwnNumbers() async throws {
        let tokens = Access(.tokens([Digest(of: "token-a"): "a", Digest(of: "token-b"): "b"]), owner: 1_000)
        let tcp = Peer.tcp(address: "127.0.0.1")
        try await withBench(access: tokens) { bench in
            func headers(_ token: String) -> Headers { ["Authorization": "Bearer " + token] }
            for token in ["token-a", "token-b", "token-b"] {
                let reply = await bench.send(
                    "POST", "/cache/lookup", headers: headers(token), body: #"{"question":"Anything?"}"#, peer: tcp)
                #expect(reply.outcome == "miss")
            }
            for (token, count, tenants) in [("token-a", 1, ["a"]), ("token-b", 2, ["b"])] {
                let report = await bench.send(
                    "GET", "/report", query: [("by", "tenant")], headers: headers(token), peer: tcp
                ).json
                #expect(report["total"]?["requests"]?.int == count)
                #expect((report["rows"]?.array ?? []).compactMap { $0["group"]?.string } == tenants)
            }
            #expect(await bench.send("GET", "/report", peer: tcp).status == 401)
            let own = await bench.send("GET", "/report", peer: .unix(uid: 1_000, pid: 1)).json
            #expect(own["total"]?["requests"]?.int == 3)
            // Another user at the socket is a tenant like any other.
            let other = await bench.send("GET", "/report", peer: .unix(uid: 1_001, pid: 1)).json
            #expect(other["total"]?["requests"]?.int == 0)
        }
    }

    // MARK: Ratings

    @Test func takesRatingsOfRequestsEntriesAndLabels() async throws {
        try await withBench { bench in
            let entry = try await bench.add("Is it open?", "Yes.")
            let reply = await bench.lookup(
                "Is it open?", headers: ["Refrain-Label": "ticket=7", "Refrain-Scope": ""])
            let id = try #require(reply.headers["x-request-id"])
            func rate(_ body: String) async -> Reply { await bench.send("POST", "/cache/feedback", body: body) }
            #expect(await rate(#"{"request":"\#(id)","verdict":"bad","score":1}"#).status == 200)
            #expect(await rate(#"{"request":"\#(id)","verdict":"good","succeeded":true}"#).status == 200)
            #expect(await rate(#"{"entry":\#(entry),"score":3,"comment":"so so"}"#).json["score"]?.int == 3)
            #expect(await rate(#"{"label":"ticket=7","succeeded":false}"#).json["label"] == "ticket=7")
            let report = await bench.send("GET", "/report", query: [("by", "label:ticket")]).json
            let row = try #require(report["rows"]?[0])
            #expect(row["group"] == "7" && row["good"]?.int == 1 && row["bad"]?.int == 0, "\(report.text)")
            #expect(row["succeeded"]?.int == 1 && row["failed"]?.int == 1)
            #expect(report["total"]?["mean_score"]?.double == 2)
        }
    }

    @Test(arguments: [
        (#"{"verdict":"good"}"#, 400, "missing_required_parameter"),
        (#"{"label":"ticket=7"}"#, 400, "missing_required_parameter"),
        (#"{"label":"ticket=7","comment":"only words"}"#, 400, "missing_required_parameter"),
        (#"{"label":"ticket","verdict":"good"}"#, 400, "invalid_value"),
        (#"{"label":"a=1, b=2","verdict":"good"}"#, 400, "invalid_value"),
        (#"{"label":"a=1","score":6}"#, 400, "invalid_value"), (#"{"label":"a=1","score":0}"#, 400, "invalid_value"),
        (#"{"label":"a=1","succeeded":"yes"}"#, 400, "invalid_type"),
        (#"{"request":"req_nobody","verdict":"good"}"#, 404, "not_found"),
    ])
    func refusesRatings(body: String, status: Int, code: String) async throws {
        try await withBench { bench in
            let reply = await bench.send("POST", "/cache/feedback", body: body)
            #expect(reply.status == status && reply.code == code, "\(reply.text)")
        }
    }

    @Test func aTenantCannotSpeakOfAnothersRequest() async throws {
        let tokens = Access(.tokens([Digest(of: "token-a"): "a", Digest(of: "token-b"): "b"]), owner: 1_000)
        let tcp = Peer.tcp(address: "127.0.0.1")
        try await withBench(access: tokens) { bench in
            func send(_ path: String, _ token: String, _ body: String) async -> Reply {
                await bench.send("POST", path, headers: ["Authorization": "Bearer " + token], body: body, peer: tcp)
            }
            let id = try #require(
                await send("/cache/lookup", "token-a", #"{"question":"Anything?"}"#).headers["x-request-id"])
            let body = #"{"request":"\#(id)","verdict":"good"}"#
            #expect(await send("/cache/feedback", "token-b", body).status == 404)
            #expect(await send("/cache/feedback", "token-a", body).status == 200)
        }
    }
}
