import HTTP
import JSON
import Testing

/// `POST /v1/chat/completions` as a client of OpenAI's API sees it.
@Suite(.sharedRig())
struct ChatTests {
    let daemon: Daemon
    let standIn: StandIn

    init() throws {
        (daemon, standIn) = (try Rig.current().daemon, try Rig.current().standIn)
    }

    private func upstreamCalls(_ question: String) async throws -> Int {
        try await standIn.bodies(.answer, containing: question).count
    }

    @Test func missIsStoredAndThenAHit() async throws {
        let question = "Which moons does Neptune have?"
        let miss = try await daemon.chat(question)
        #expect(miss.status == 200)
        #expect(miss.headers["Content-Type"] == "application/json")
        #expect(miss.cacheStatus == "refrain; fwd=miss; stored")
        #expect(miss.outcome == "miss")
        #expect(miss.receipt?["stored"] == true)
        #expect(miss.headers["Age"] == nil)
        #expect(
            miss.headers["x-ratelimit-limit-requests"] == "10000", "the upstream's limits are the client's business")

        let hit = try await daemon.chat(question)
        #expect(hit.status == 200)
        #expect(hit.headers["Content-Type"] == "application/json")
        #expect(hit.cacheStatus == "refrain; hit; detail=exact")
        #expect(hit.outcome == "exact")
        #expect(try #require(hit.headers["Age"].flatMap { Int($0) }) >= 0)
        #expect(hit.headers["x-ratelimit-limit-requests"] == nil, "a hit used none of the upstream's limits")
        #expect(hit.headers["Refrain-Entry"] != nil)
        #expect(hit.headers["Refrain-Entry"] == miss.headers["Refrain-Entry"])
        #expect(try #require(hit.headers["Refrain-Saved-USD"].flatMap { Double($0) }) > 0)
        #expect(hit.headers["x-request-id"]?.hasPrefix("req_") == true)

        #expect(hit.answer == miss.answer)
        #expect(hit.member("object") == "chat.completion")
        #expect(hit.member("model") == miss.member("model"))
        #expect(hit.member("choices", "0", "finish_reason") == "stop")
        #expect(hit.member("choices", "0", "message", "role") == "assistant")
        for count in ["prompt_tokens", "completion_tokens", "total_tokens"] {
            #expect(hit.member("usage", count) == miss.member("usage", count))
        }
        let created = try #require(miss.member("created")?.int)
        #expect(try #require(hit.member("created")?.int) >= created)
        let again = try await daemon.chat(question)
        let ids = Set([miss, hit, again].compactMap { $0.member("id")?.string })
        #expect(ids.count == 3 && ids.allSatisfy { $0.hasPrefix("chatcmpl-") })
        #expect(try await upstreamCalls(question) == 1)
    }

    @Test(arguments: [
        "WHICH ONE IS THE RED PLANET", "  which one is the  red planet?  ", "Which one is the red planet??",
    ])
    func aSpellingOfTheSameWordsIsExact(spelling: String) async throws {
        let headers: Headers = ["Refrain-Scope": "spelling \(spelling.count)"]
        let miss = try await daemon.chat("Which one is the red planet?", headers: headers)
        let hit = try await daemon.chat(spelling, headers: headers)
        #expect(hit.outcome == "exact")
        #expect(hit.answer == miss.answer)
    }

    /// Each changes what is answered, so none may see the answer of the plain request.
    static let contexts: [(name: String, members: JSONObject, headers: Headers)] = [
        ("system", ["messages": [["role": "system", "content": "Be brief."], user]], [:]),
        ("developer", ["messages": [["role": "developer", "content": "Be terse."], user]], [:]),
        (
            "earlier turns",
            ["messages": [["role": "user", "content": "Hi"], ["role": "assistant", "content": "Hello"], user]], [:]
        ),
        ("name", ["messages": [["role": "user", "name": "ann", "content": .string(asked)]]], [:]),
        ("model", ["model": "gpt-4.1"], [:]),
        ("any model", ["model": "refrain"], [:]),
        ("temperature", ["temperature": 0.2], [:]),
        ("temperature spelt otherwise", ["temperature": 0.3], [:]),
        ("top_p", ["top_p": 0.5], [:]),
        ("max_completion_tokens", ["max_completion_tokens": 500], [:]),
        ("reasoning_effort", ["reasoning_effort": "low"], [:]),
        ("stop", ["stop": ["\n\n"]], [:]),
        ("seed", ["seed": 7], [:]),
        ("response_format", ["response_format": ["type": "json_object"]], [:]),
        ("tools", ["tools": [["type": "function", "function": ["name": "f", "parameters": [:]]]]], [:]),
        ("unknown member", ["some_new_member": 1], [:]),
        ("scope", [:], ["Refrain-Scope": "another"]),
    ]
    static let asked = "How far away is the moon?"
    static let user: JSONValue = ["role": "user", "content": .string(asked)]

    @Test func anotherContextNeverSeesTheAnswer() async throws {
        let plain = try await daemon.chat(Self.asked)
        #expect(plain.outcome == "miss")
        var entries: Set<String> = [try #require(plain.headers["Refrain-Entry"])]
        for (name, members, headers) in Self.contexts {
            let miss = try await daemon.chat(Self.asked, members, headers: headers)
            #expect(miss.cacheStatus == "refrain; fwd=miss; stored", "\(name): \(miss.text)")
            let entry = try #require(miss.headers["Refrain-Entry"])
            #expect(entries.insert(entry).inserted, "\(name) has an entry of its own")
            let hit = try await daemon.chat(Self.asked, members, headers: headers)
            #expect(hit.outcome == "exact" && hit.headers["Refrain-Entry"] == entry, "\(name) sees its own answer")
            #expect(hit.answer == miss.answer)
        }
        let again = try await daemon.chat(Self.asked)
        #expect(again.headers["Refrain-Entry"] == plain.headers["Refrain-Entry"])
        #expect(again.answer == plain.answer)
    }

    @Test func whatDoesNotChangeTheAnswerDoesNotMatter() async throws {
        let question = "What is the boiling point of water?"
        let miss = try await daemon.chat(question)
        let ignored: [JSONObject] = [
            ["metadata": ["ticket": "7"]], ["user": "u1"], ["safety_identifier": "s1"], ["prompt_cache_key": "k"],
            ["service_tier": "flex"], ["stream": false], ["stream_options": .null], ["store": true], ["n": 1],
            ["logprobs": false], ["temperature": .null], ["metadata": ["ticket": "8"], "user": "u2", "n": 1],
        ]
        for members in ignored {
            let hit = try await daemon.chat(question, members)
            #expect(hit.outcome == "exact", "\(JSONValue.object(members).text)")
            #expect(hit.headers["Refrain-Entry"] == miss.headers["Refrain-Entry"])
        }
        #expect(try await upstreamCalls(question) == 1)
    }

    @Test func theOrderOfMembersDoesNotMatter() async throws {
        let message: JSONValue = ["content": "Is glass a liquid?", "role": "user"]
        let first: JSONValue = ["model": "gpt-5.2", "seed": 1, "top_p": 0.5, "messages": [message]]
        let second: JSONValue = ["messages": [message], "top_p": 0.5, "model": "gpt-5.2", "seed": 1]
        #expect(try await daemon.post("/v1/chat/completions", first).outcome == "miss")
        #expect(try await daemon.post("/v1/chat/completions", second).outcome == "exact")
    }

    /// The cache cannot answer these faithfully, or they must be fresh.
    static let bypasses: [(name: String, members: JSONObject)] = {
        func message(_ content: JSONValue) -> JSONObject { ["messages": [["role": "user", "content": content]]] }
        let text: JSONValue = ["type": "text", "text": "What is in this bypass picture?"]
        let call: JSONValue = [
            "role": "assistant", "content": nil,
            "tool_calls": [["id": "c", "type": "function", "function": ["name": "f", "arguments": "{}"]]],
        ]
        let question: JSONValue = ["role": "user", "content": "What is a bypass?"]
        return [
            ("n", ["n": 2]),
            ("logprobs", ["logprobs": true]),
            ("top_logprobs", ["logprobs": true, "top_logprobs": 2]),
            ("modalities", ["modalities": ["text", "audio"]]),
            ("audio", ["audio": ["voice": "alloy", "format": "wav"]]),
            ("web search", ["web_search_options": [:]]),
            ("prediction", ["prediction": ["type": "content", "content": "x"]]),
            ("image", message([text, ["type": "image_url", "image_url": ["url": "data:image/png;base64,AA=="]]])),
            ("tool message", ["messages": [question, call, ["role": "tool", "tool_call_id": "c", "content": "42"]]]),
            ("tool called before", ["messages": [question, call, question]]),
            ("assistant last", ["messages": [question, ["role": "assistant", "content": "A bypass is"]]]),
            ("empty question", message("  ")),
        ]
    }()

    @Test(arguments: bypasses.indices)
    func goesPastTheCache(index: Int) async throws {
        let (name, members) = Self.bypasses[index]
        // Which of the bypasses it was is seen in the upstream's log.
        let mark = "bypass case \(index)"
        for _ in 1...2 {
            var marked = members
            marked["user"] = .string(mark)
            let reply = try await daemon.chat("What is a bypass?", marked)
            #expect(reply.status == 200, "\(name): \(reply.text)")
            #expect(reply.cacheStatus == "refrain; fwd=bypass", "\(name)")
            #expect(reply.outcome == "bypass")
            #expect(reply.headers["Refrain-Entry"] == nil)
        }
        #expect(try await upstreamCalls(mark + "\"") == 2, "\(name) is asked anew each time")
        #expect(try await daemon.entries(containing: "bypass").isEmpty)
    }

    @Test func partsOfTextAreAQuestion() async throws {
        func parts(_ texts: String...) -> JSONObject {
            let parts = texts.map { text -> JSONValue in ["type": "text", "text": .string(text)] }
            return ["messages": [["role": "user", "content": .array(parts)]]]
        }
        let miss = try await daemon.chat("Who wrote Faust?")
        #expect(
            try await daemon.chat("", parts("Who wrote Faust?")).headers["Refrain-Entry"]
                == miss.headers["Refrain-Entry"])
        let headers: Headers = ["Refrain-Scope": "parts"]
        #expect(try await daemon.chat("", parts("Who wrote", "Faust?"), headers: headers).outcome == "miss")
        #expect(try await daemon.chat("", parts("Who wrote", "Faust?"), headers: headers).outcome == "exact")
        #expect(try await daemon.chat("", parts("Who wrote", "Emma?"), headers: headers).outcome == "miss")
    }

    @Test func cacheControl() async throws {
        let question = "What time does the museum open?"
        let first = try await daemon.chat(question)
        func ask(_ directives: String, _ question: String = question) async throws -> Reply {
            try await daemon.chat(question, headers: ["Cache-Control": directives])
        }
        #expect(try await ask("max-age=86400").outcome == "exact")
        #expect(try await ask("only-if-cached").outcome == "exact")
        #expect(try await ask("some-extension=1").outcome == "exact", "unknown directives are ignored")

        try await standIn.fault(["text": "Fresh."], containing: question)
        let fresh = try await ask("no-cache")
        #expect(fresh.answer == "Fresh." && fresh.cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await daemon.chat(question).answer == "Fresh.", "no-cache replaces what was stored")
        #expect(first.answer != "Fresh.")

        try await standIn.fault(["text": "Secret."], containing: question)
        let secret = try await ask("no-store")
        #expect(secret.answer == "Secret." && secret.cacheStatus == "refrain; fwd=miss")
        #expect(secret.headers["Refrain-Entry"] == nil)
        #expect(try await daemon.chat(question).answer == "Fresh.", "no-store stores nothing")

        // Once a moment has passed, the entry is older than no time at all.
        let renewed = try await eventually("an answer of age 0 is too old") {
            let reply = try await ask("max-age=0")
            return reply.outcome == "miss" ? reply : nil
        }
        #expect(renewed.cacheStatus == "refrain; fwd=miss; stored")

        let calls = try await standIn.count(.answer)
        let absent = try await ask("only-if-cached", "What time does the moon museum close?")
        #expect(absent.status == 504)
        #expect(absent.errorCode == "not_cached")
        #expect(try await upstreamCalls("moon museum") == 0, "after \(calls) calls")
    }

    @Test(arguments: [
        ("Cache-Control", "max-age=soon"), ("Cache-Control", "max-age=-1"), ("Refrain-Max-Error", "2"),
        ("Refrain-Max-Error", "little"), ("Refrain-Scope", String(repeating: "s", count: 257)),
        ("Refrain-Tags", String(repeating: "t", count: 129)),
    ])
    func refusesAHeaderThatItCannotFollow(name: String, value: String) async throws {
        let reply = try await daemon.chat("Is this header good?", headers: [name: value])
        #expect(reply.status == 400)
        #expect(reply.errorCode != nil)
        #expect(reply.member("error", "param") == .string(name))
        #expect(try await upstreamCalls("Is this header good?") == 0)
    }

    @Test func tagsGoToTheEntry() async throws {
        let reply = try await daemon.chat("Who pays for the tags?", headers: ["Refrain-Tags": "billing, eu ,"])
        let entry = try #require(reply.headers["Refrain-Entry"])
        #expect(try await daemon.get("/cache/entries/\(entry)").member("tags") == ["billing", "eu"])
    }

    @Test func everythingReachesTheUpstreamAsItCame() async throws {
        let text = #"""
            {"model":"gpt-5.2","messages":[{"role":"user","content":"Untouched: caf\u00e9 𝄞 \"quoted\" \u2028?","zzz":null}],
             "temperature":1.10,"seed":9223372036854775807,"some_new_member":{"b":1e2,"a":[123456789012345678901234567890,
             0.1000,"é"]},"metadata":{"k":"v"},"user":"u","n":1}
            """#
        let reply = try await daemon.send(
            "POST", "/v1/chat/completions", headers: ["Content-Type": "application/json"], body: Array(text.utf8))
        #expect(reply.status == 200, "\(reply.text)")
        // Equal means written alike: members in order, numbers digit by digit.
        #expect(try await standIn.bodies(.answer, containing: "Untouched") == [try JSONValue.parse(text)])
        let reader = try #require(reply.answer)
        #expect(try await daemon.send("POST", "/v1/chat/completions", body: Array(text.utf8)).answer == reader)
    }

    @Test func theServerChoosesTheModel() async throws {
        let reply = try await daemon.chat("Which model answers this?", ["model": "refrain"])
        #expect(reply.member("model") == "gpt-5.2-2025-12-11")
        let body = try #require(try await standIn.bodies(.answer, containing: "Which model answers this?").first)
        #expect(body["model"] == "gpt-5.2")
        #expect(body["reasoning_effort"] == "none")
        #expect(try await daemon.lookup("Which model answers this?").outcome == "exact", "the plain scope is one")
    }

    @Test(arguments: Daemon.Transport.allCases)
    func bothTransportsSeeTheSame(transport: Daemon.Transport) async throws {
        let question = "Which transport is \(transport)?"
        let body = chatBody(question)
        let other: Daemon.Transport = transport == .tcp ? .unixSocket : .tcp
        let miss = try await daemon.post("/v1/chat/completions", body, over: transport)
        let hit = try await daemon.post("/v1/chat/completions", body, over: other)
        #expect(miss.outcome == "miss" && hit.outcome == "exact" && hit.answer == miss.answer)
    }

    static let badBodies: [(body: String, code: String, param: JSONValue)] = [
        ("", "invalid_json", .null), ("{", "invalid_json", .null), ("{}x", "invalid_json", .null),
        (#"{"model":"a","model":"b"}"#, "invalid_json", .null), (#"{"model":"a",}"#, "invalid_json", .null),
        (String(repeating: "[", count: 100_000), "invalid_json", .null), ("[]", "invalid_type", .null),
        ("null", "invalid_type", .null), ("{}", "missing_required_parameter", "model"),
        (#"{"model":7}"#, "missing_required_parameter", "model"),
        (#"{"model":"gpt-5.2"}"#, "missing_required_parameter", "messages"),
        (#"{"model":"gpt-5.2","messages":[]}"#, "missing_required_parameter", "messages"),
    ]

    @Test(arguments: badBodies.indices)
    func refusesABadBody(index: Int) async throws {
        let (body, code, param) = Self.badBodies[index]
        let reply = try await daemon.send("POST", "/v1/chat/completions", body: Array(body.utf8))
        #expect(reply.status == 400)
        #expect(reply.errorCode == code)
        #expect(reply.member("error", "param") == param)
        #expect(reply.member("error", "type") == "invalid_request_error")
    }

    /// Answers that are no answers to the next one who asks.
    static let notToStore: [(name: String, fault: JSONObject, status: Int)] = [
        ("too long", ["finish_reason": "length"], 200), ("filtered", ["finish_reason": "content_filter"], 200),
        ("refusal", ["refusal": true], 200), ("tool calls", ["tool_calls": true], 200), ("no text", ["text": ""], 200),
        ("bad request", ["status": 400], 400), ("forbidden", ["status": 403], 403), ("unknown", ["status": 404], 404),
    ]

    @Test(arguments: notToStore.indices)
    func neverStores(index: Int) async throws {
        let (name, fault, status) = Self.notToStore[index]
        let question = "May case \(index) be kept (\(name))?"
        try await standIn.fault(fault, containing: question)
        let reply = try await daemon.chat(question)
        #expect(reply.status == status, "\(reply.text)")
        #expect(reply.cacheStatus == "refrain; fwd=miss")
        #expect(reply.headers["Refrain-Entry"] == nil)
        #expect(try await daemon.entries(containing: question).isEmpty)
        let next = try await daemon.chat(question)
        #expect(next.status == 200 && next.cacheStatus == "refrain; fwd=miss; stored", "\(name)")
    }
}
