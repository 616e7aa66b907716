import HTTP
import JSON
import Models
import Support
import Testing

@testable import API

/// No tenant sees, gets or forgets what is another's.
@Suite struct AccessTests {
    private static let tcp = Peer.tcp(address: "127.0.0.1")
    private static let tokens = Access(
        .tokens([Digest(of: "token-a"): "a", Digest(of: "token-a2"): "a", Digest(of: "token-b"): "b"]), owner: 1_000)
    private static let clientKeys = Access(.clientKeys, owner: 1_000)

    private static func chat(_ question: String) -> String {
        #"{"model":"refrain","messages":[{"role":"user","content":"\#(question)"}]}"#
    }

    private static func response(_ question: String) -> String { #"{"model":"refrain","input":"\#(question)"}"# }

    /// How a client shows who it is.
    struct Client: Sendable {
        var token: String?
        var peer = tcp

        var headers: Headers { token.map { ["Authorization": "Bearer " + $0] } ?? [:] }
    }

    /// Everything a tenant can ask of the cache about an entry that another has.
    private static func expectNothing(of entry: Int, for client: Client, _ bench: Bench) async {
        func send(_ method: String, _ path: String, _ body: String = "", more: Headers = [:]) async -> Reply {
            var headers = client.headers
            for field in more.fields { headers.add(field.name, field.value) }
            return await bench.send(method, path, headers: headers, body: body, peer: client.peer)
        }
        let cached: Headers = ["Cache-Control": "only-if-cached"]
        #expect(await send("POST", "/cache/lookup", #"{"question":"Whose is it?"}"#).outcome == "miss")
        #expect(await send("POST", "/v1/chat/completions", Self.chat("Whose is it?"), more: cached).status == 504)
        #expect(await send("POST", "/v1/responses", Self.response("Whose is it?"), more: cached).status == 504)
        #expect(await send("GET", "/cache/entries").json["entries"] == [])
        #expect(await send("GET", "/cache/entries/\(entry)").status == 404)
        #expect(await send("DELETE", "/cache/entries/\(entry)").status == 404)
        let verdict = #"{"entry":\#(entry),"verdict":"bad"}"#
        #expect(await send("POST", "/cache/feedback", verdict).status == 404)
        let everything = await bench.send(
            "DELETE", "/cache/entries", query: [("all", "true")], headers: client.headers, peer: client.peer)
        #expect(everything.status == 200)
    }

    private static func expectEverything(of entry: Int, for client: Client, _ bench: Bench) async {
        func send(_ method: String, _ path: String, _ body: String = "") async -> Reply {
            var headers = client.headers
            headers["Cache-Control"] = "only-if-cached"
            return await bench.send(method, path, headers: headers, body: body, peer: client.peer)
        }
        #expect(await send("POST", "/cache/lookup", #"{"question":"Whose is it?"}"#).outcome == "exact")
        #expect(await send("POST", "/v1/chat/completions", Self.chat("Whose is it?")).status == 200)
        #expect(await send("POST", "/v1/responses", Self.response("Whose is it?")).status == 200)
        #expect(await send("GET", "/cache/entries/\(entry)").status == 200)
    }

    private static func store(_ client: Client, _ bench: Bench) async throws -> Int {
        let reply = await bench.send(
            "POST", "/cache/entries", headers: client.headers, body: #"{"question":"Whose is it?","answer":"Mine."}"#,
            peer: client.peer)
        return try #require(reply.json["entry"]?.int, "\(reply.text)")
    }

    @Test func aTokensTenantHasItsOwnCache() async throws {
        try await withBench(access: Self.tokens) { bench in
            let entry = try await Self.store(Client(token: "token-a"), bench)
            let others = [
                Client(token: "token-b"), Client(peer: .local), Client(peer: .unix(uid: 1_000, pid: 1)),
                Client(peer: .unix(uid: 7, pid: 1)),
            ]
            for other in others { await Self.expectNothing(of: entry, for: other, bench) }
            for token in ["token-a", "token-a2"] {
                await Self.expectEverything(of: entry, for: Client(token: token), bench)
            }
        }
    }

    @Test func aUsersOfTheSocketHaveCachesOfTheirOwn() async throws {
        try await withBench(access: Self.tokens) { bench in
            let user = Client(peer: .unix(uid: 7, pid: 1))
            let entry = try await Self.store(user, bench)
            for other in [Client(peer: .unix(uid: 8, pid: 1)), Client(peer: .local), Client(token: "token-a")] {
                await Self.expectNothing(of: entry, for: other, bench)
            }
            await Self.expectEverything(of: entry, for: user, bench)
            #expect(try Self.tokens.tenant(of: Request("GET", "/", peer: .unix(uid: 0, pid: 1))) == Access.ownTenant)
        }
    }

    @Test func aClientsKeyIsItsTenantAndIsNotKept() async throws {
        try await withBench(access: Self.clientKeys) { bench in
            let client = Client(token: "sk-one")
            let entry = try await Self.store(client, bench)
            for other in [Client(token: "sk-two"), Client(token: "sk-on"), Client(peer: .local)] {
                await Self.expectNothing(of: entry, for: other, bench)
            }
            await Self.expectEverything(of: entry, for: client, bench)
        }
        let request = Request("GET", "/", headers: Client(token: "sk-one").headers, peer: Self.tcp)
        #expect(try Self.clientKeys.tenant(of: request) == "key:" + Digest(of: "sk-one").hex)
        #expect(Self.clientKeys.caller(of: request).key?.reveal() == "sk-one")
        #expect(Self.tokens.caller(of: request).key == nil && Access().caller(of: request).key == nil)
    }

    /// What says on whose account a key is used goes with the client's own key alone.
    @Test func whatTheUpstreamIsToKnowOfAClientIsPassedOn() {
        let fields: Headers = [
            "Authorization": "Bearer token-a", "OpenAI-Organization": "org", "OpenAI-Project": "p",
            "OpenAI-Beta": "b=1",
            "traceparent": "00-ab-cd-01", "tracestate": "a=\u{E9}", "Cookie": "secret",
        ]
        let request = Request("POST", "/v1/chat/completions", headers: fields, peer: Self.tcp)
        let traced: Headers = ["OpenAI-Beta": "b=1", "traceparent": "00-ab-cd-01"]
        #expect(Self.tokens.caller(of: request).headers == traced && Access().caller(of: request).headers == traced)
        #expect(
            Self.clientKeys.caller(of: request).headers == [
                "OpenAI-Beta": "b=1", "traceparent": "00-ab-cd-01", "OpenAI-Organization": "org", "OpenAI-Project": "p",
            ])
    }

    @Test(
        arguments: [
            [:], ["Authorization": "Bearer token-c"], ["Authorization": "Bearer "], ["Authorization": "token-a"],
            ["Authorization": "Basic token-a"], ["Authorization": "Bearer token-a token-b"],
        ] as [Headers])
    func whoIsNotKnownIsRefusedEverywhere(headers: Headers) async throws {
        try await withBench(access: Self.tokens) { bench in
            for (method, path, body) in [
                ("POST", "/cache/lookup", #"{"question":"Q?"}"#), ("POST", "/cache/ask", #"{"question":"Q?"}"#),
                ("POST", "/v1/chat/completions", Self.chat("Q?")), ("POST", "/v1/responses", Self.response("Q?")),
                ("POST", "/v1/embeddings", #"{"model":"words","input":"a"}"#), ("GET", "/v1/models", ""),
                ("GET", "/cache/entries", ""), ("GET", "/cache/stats", ""), ("GET", "/metrics", ""),
                ("POST", "/cache/entries", #"{"question":"Q?","answer":"A"}"#), ("GET", "/nothing", ""),
            ] {
                let reply = await bench.send(method, path, headers: headers, body: body, peer: Self.tcp)
                #expect(reply.status == 401 && reply.code == "invalid_api_key", "\(path): \(reply.text)")
                #expect(reply.headers["WWW-Authenticate"] == "Bearer")
                #expect(
                    bench.api.respondImmediately(
                        to: Request(method, path, headers: headers, body: Array(body.utf8), peer: Self.tcp)) == nil)
            }
            for path in ["/healthz", "/readyz"] {
                #expect(await bench.send("GET", path, peer: Self.tcp).status == 200)
            }
        }
    }

    /// What the whole service does is not a tenant's to know, but for the one that is the service's own.
    @Test func aTenantSeesItsOwnNumbersAlone() async throws {
        let tokens = ["a", "default"].map { (Digest(of: "token-" + $0), $0) }
        let access = Access(.tokens(Dictionary(uniqueKeysWithValues: tokens)))
        try await withBench(access: access) { bench in
            for (token, count) in [("a", 1), ("default", 2)] {
                for index in 0..<count {
                    let body = #"{"question":"Number \#(index)?","answer":"A"}"#
                    let reply = await bench.send(
                        "POST", "/cache/entries", headers: ["Authorization": "Bearer token-" + token], body: body,
                        peer: Self.tcp)
                    #expect(reply.status == 201, "\(reply.text)")
                }
            }
            func get(_ path: String, _ token: String) async -> Reply {
                await bench.send("GET", path, headers: ["Authorization": "Bearer token-" + token], peer: Self.tcp)
            }
            let own = await get("/cache/stats", "a").json
            #expect(own["store"] == ["entries": 1] && own["requests"] == nil && own["vectors"] == nil, "\(own.text)")
            #expect(await get("/metrics", "a").code == "not_permitted")
            #expect(await get("/cache/stats", "default").json["store"]?["entries"] == 3)
            #expect(await get("/metrics", "default").status == 200)
        }
    }

    @Test func twoTokensAreNone() {
        var headers: Headers = ["Authorization": "Bearer token-a"]
        headers.add("Authorization", "Bearer token-b")
        #expect(throws: APIError.self) {
            try Self.tokens.tenant(of: Request("GET", "/", headers: headers, peer: Self.tcp))
        }
    }
}
