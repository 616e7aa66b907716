import HTTP
import JSON
import Testing

/// How the daemon says how it is, and what it says to a request that it cannot understand.
@Suite(.sharedRig())
struct StatusTests {
    let daemon: Daemon

    init() throws {
        daemon = try Rig.current().daemon
    }

    @Test(arguments: Daemon.Transport.allCases)
    func isAliveAndReady(transport: Daemon.Transport) async throws {
        let health = try await daemon.send("GET", "/healthz", over: transport)
        #expect(health.status == 200)
        #expect(try health.json == ["status": "ok"])
        let ready = try await daemon.send("GET", "/readyz", over: transport)
        #expect(ready.status == 200)
        #expect(try ready.json == ["status": "ready", "models": true])
        let head = try await daemon.send("HEAD", "/healthz", over: transport)
        #expect(head.status == 200 && head.bytes.isEmpty)
        #expect(daemon.readyLine.contains("models configured"))
        #expect(daemon.readyLine.contains("unix:\(daemon.socket)"))
    }

    @Test func metricsAreInPrometheusFormatWithoutAnyText() async throws {
        let mark = "zebra"
        let before = try await samples()
        _ = try await daemon.chat("Where does the \(mark) sleep?", headers: ["Refrain-Scope": "the \(mark) scope"])
        _ = try await daemon.chat("Where does the \(mark) sleep?", headers: ["Refrain-Scope": "the \(mark) scope"])
        let reply = try await daemon.get("/metrics")
        #expect(reply.status == 200)
        #expect(reply.headers["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(!reply.text.lowercased().contains(mark))
        let after = try await samples()
        for outcome in ["miss", "exact"] {
            let name = "refrain_requests_total{outcome=\"\(outcome)\"}"
            #expect(try #require(after[name]) >= (before[name] ?? 0) + 1)
        }
        #expect(try #require(after["refrain_entries"]) >= 1)
        #expect(try #require(after["refrain_saved_dollars"]) > (try #require(before["refrain_saved_dollars"])))
        for stage in ["total", "upstream"] {
            let count = try #require(after["refrain_stage_seconds_count{stage=\"\(stage)\"}"])
            #expect(count == after["refrain_stage_seconds_bucket{stage=\"\(stage)\",le=\"+Inf\"}"])
        }
    }

    /// The samples by name and labels; the format is checked on the way: every family is described before its samples.
    private func samples() async throws -> [String: Double] {
        let text = try await daemon.get("/metrics").text
        #expect(text.hasSuffix("\n"))
        var helped: Set<Substring> = []
        var types: [Substring: Substring] = [:]
        var samples: [String: Double] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP ") {
                #expect(words.count == 4 && helped.insert(words[2]).inserted, "\(line)")
            } else if line.hasPrefix("# TYPE ") {
                #expect(["counter", "gauge", "histogram"].contains(words[3]), "\(line)")
                #expect(types.updateValue(words[3], forKey: words[2]) == nil, "\(line)")
            } else {
                let match = try #require(
                    line.wholeMatch(of: /([a-z_]+)(\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? (\S+)/), "\(line)")
                let family = match.1.replacing(/_(bucket|sum|count)$/, with: "")
                let described =
                    types[match.1] != nil ? match.1 : types[Substring(family)] == "histogram" ? Substring(family) : ""
                #expect(helped.contains(described), "\(line)")
                let value = try #require(Double(match.3), "\(line)")
                #expect(samples.updateValue(value, forKey: String(match.1) + String(match.2 ?? "")) == nil, "\(line)")
            }
        }
        #expect(samples.count > 20)
        return samples
    }

    static let wrong: [(method: String, path: String, body: String, status: Int, code: String)] = [
        ("GET", "/nowhere", "", 404, "not_found"), ("POST", "/", "", 405, "method_not_allowed"),
        ("GET", "/v1/chat/completions", "", 405, "method_not_allowed"),
        ("PUT", "/cache/entries", "", 405, "method_not_allowed"),
        ("POST", "/healthz", "", 405, "method_not_allowed"),
        ("GET", "/cache/entries/x", "", 400, "invalid_value"), ("GET", "/cache/entries/0", "", 400, "invalid_value"),
        ("GET", "/cache/entries/999999", "", 404, "not_found"),
        ("DELETE", "/cache/entries/999999", "", 404, "not_found"),
        ("DELETE", "/cache/entries", "", 400, "missing_required_parameter"),
        ("DELETE", "/cache/entries?tga=x", "", 400, "unknown_parameter"),
        ("GET", "/cache/entries?limit=0", "", 400, "invalid_value"),
        ("GET", "/cache/entries?limit=1001", "", 400, "invalid_value"),
        ("POST", "/cache/entries?on_conflict=maybe", #"{"question":"q","answer":"a"}"#, 400, "invalid_value"),
        ("POST", "/cache/entries", #"{"question":"q"}"#, 400, "missing_required_parameter"),
        ("POST", "/cache/entries", #"{"question":"q","answer":"a","ttl_seconds":0}"#, 400, "invalid_value"),
        ("POST", "/cache/entries", #"{"question":"q","answer":"a","embedding":"AAAA"}"#, 400, "invalid_value"),
        ("POST", "/cache/lookup", "", 400, "invalid_json"), ("POST", "/cache/lookup", "{", 400, "invalid_json"),
        ("POST", "/cache/lookup", "[]", 400, "invalid_type"),
        ("POST", "/cache/lookup", #"{"question":7}"#, 400, "invalid_type"),
        ("POST", "/cache/lookup", #"{"question":" "}"#, 400, "invalid_value"),
        ("POST", "/cache/lookup", #"{"question":"q","k":101}"#, 400, "invalid_value"),
        ("POST", "/cache/lookup", #"{"qestion":"q"}"#, 400, "unknown_parameter"),
        ("POST", "/cache/feedback", #"{"entry":1,"verdict":"so so"}"#, 400, "invalid_value"),
        ("POST", "/cache/feedback", #"{"entry":999999,"verdict":"bad"}"#, 404, "not_found"),
        ("POST", "/v1/embeddings", #"{"model":"other","input":"x"}"#, 404, "model_not_found"),
        ("GET", "/v1/models/unknown", "", 404, "model_not_found"),
    ]

    @Test(arguments: wrong.indices)
    func refuses(index: Int) async throws {
        let test = Self.wrong[index]
        let reply = try await daemon.send(test.method, test.path, body: Array(test.body.utf8))
        #expect(reply.status == test.status, "\(reply.text)")
        #expect(reply.errorCode == test.code)
        #expect(reply.headers["Content-Type"] == "application/json")
        #expect((reply.headers["Allow"] != nil) == (test.status == 405))
    }

    @Test func anOversizeBodyIsRefused() async throws {
        let body = chatBody(String(repeating: "x", count: 9 << 20))
        let reply = try await daemon.post("/v1/chat/completions", body)
        #expect(reply.status == 413)
        #expect(reply.errorCode == "body_too_large")
        #expect(try await daemon.get("/healthz").status == 200)
    }

    @Test func aQuestionTooLongForTheCacheStillGetsAnAnswer() async throws {
        let question = "Long: " + String(repeating: "word ", count: 4_000)
        let reply = try await daemon.chat(question)
        #expect(reply.status == 200 && reply.cacheStatus == "refrain; fwd=bypass")
        #expect(try await daemon.lookup(question).errorCode == "string_above_max_length")
    }

    @Test func modelsAndEmbeddings() async throws {
        let models = try #require(try await daemon.get("/v1/models").member("data")?.array)
        #expect(models.first?["id"] == "refrain")
        #expect(models.contains { $0["id"] == "gpt-5.2" })
        #expect(try await daemon.get("/v1/models/gpt-5.2").member("id") == "gpt-5.2")

        func embed(_ format: String) async throws -> Reply {
            try await daemon.post(
                "/v1/embeddings",
                ["model": "all-MiniLM-L6-v2", "input": ["What is this?"], "encoding_format": .string(format)])
        }
        let floats = try #require(try await embed("float").member("data", "0", "embedding")?.array)
        #expect(floats.count == 384)
        #expect(abs(floats.reduce(0.0) { $0 + ($1.double ?? 0) * ($1.double ?? 0) } - 1) < 1e-3)
        // A client that brings the vector along finds the entry without the question's words.
        let vector = try #require(try await embed("base64").member("data", "0", "embedding"))
        try await daemon.add("What is this?", "A test.", ["scope": "vectors"])
        let reply = try await daemon.lookup(
            "Anything", ["scope": "vectors", "embedding": vector, "k": 1])
        #expect(try #require(reply.receipt?["similarity"]?.double) > 0.999)
        #expect(reply.member("candidates", "0", "question") == "What is this?")
    }

    @Test func linesAreStoredOneByOne() async throws {
        let lines = [
            #"{"question":"Line one?","answer":"1","scope":"lines"}"#, "", "no JSON",
            #"{"question":"Line four?","answer":"4","scope":"lines","ttl_seconds":3600}"#,
        ]
        let reply = try await daemon.send(
            "POST", "/cache/entries", headers: ["Content-Type": "application/x-ndjson"],
            body: Array(lines.joined(separator: "\n").utf8))
        #expect(reply.status == 200)
        #expect(reply.member("stored")?.array?.map { $0["line"] } == [1, 4])
        #expect(reply.member("errors")?.array?.map { $0["line"] } == [3])
        let hit = try await daemon.lookup("line four", ["scope": "lines"])
        #expect(hit.cacheStatus?.contains(/hit; ttl=3[0-9]+; detail=exact/) == true)
    }

    @Test func whatHasExpiredIsNotServed() async throws {
        try await daemon.add("Is it still true?", "For a second.", ["ttl_seconds": 1])
        _ = try await eventually("it has expired") {
            try await daemon.lookup("Is it still true?").outcome == "miss" ? true : nil
        }
    }
}
