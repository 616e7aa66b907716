import HTTP
import JSON
import Testing

/// A daemon without a model service: a cache and nothing else.
@Suite struct NoUpstreamTests {
    @Test func servesWhatIsStoredAndSaysWhatToSet() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        #expect(daemon.readyLine.contains("cache only"))
        try await daemon.add("Where is my invoice?", "In billing.")

        #expect(try await daemon.lookup("where is my invoice").outcome == "exact")
        #expect(try await daemon.chat("Where is my invoice?", ["model": "refrain"]).answer == "In billing.")

        let miss = try await daemon.chat("How do I bake bread?")
        #expect(miss.status == 503)
        #expect(miss.errorCode == "no_upstream")
        #expect(miss.member("error", "message")?.string?.contains("--upstream") == true, "\(miss.text)")
        #expect(try await daemon.post("/cache/ask", ["question": "How do I bake bread?"]).errorCode == "no_upstream")

        // Near, but only mini could tell: not served.
        let near = try await daemon.lookup("Where do I pay my invoice?", ["k": 1])
        #expect(near.outcome == "miss" && near.member("answer") == nil)
        #expect(try #require(near.receipt?["similarity"]?.double) > 0.8)
        #expect(near.member("candidates", "0", "question") == "Where is my invoice?")
        #expect(try await daemon.chat("Where do I pay my invoice?", ["model": "refrain"]).status == 503)
        // Very near, and the opposite.
        let opposite = try await daemon.lookup("Where is not my invoice?")
        #expect(opposite.outcome == "miss")
        #expect(opposite.receipt?["conflicts"]?[0]?["kind"] == "negation")

        #expect(try await daemon.get("/v1/models").member("data")?.array?.map { $0["id"] } == ["refrain"])
        let ready = try await daemon.get("/readyz")
        #expect(ready.status == 200 && ready.member("models") == false)

        let command = try await refrain("ask", "How do I bake bread?", "--data", daemon.data, home: home)
        #expect(command.code == 2)
        #expect(command.errors.contains("no model service is configured"), "\(command.errors)")
    }
}
