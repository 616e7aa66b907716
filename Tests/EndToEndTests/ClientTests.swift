import Foundation
import JSON
import RefrainClient
import Testing

/// The clients that come with refrain, over the socket of a daemon with the stand-in behind it.
@Suite struct ClientTests {
    @Test func swift() async throws {
        let rig = try await Rig.start(same: [("How big is it?", "What size has it?")])
        var client = RefrainClient(socket: rig.daemon.socket)
        #expect(try await client.lookup("How big is it?") == nil)
        let made = try await client.ask("How big is it?", tags: ["size"])
        #expect(made.outcome == .miss && !made.isCached && made.text.contains("stand-in"))
        let entry = try #require(made.entry)
        let again = try #require(try await client.lookup("how big is it"))
        #expect(again.outcome == .exact && again.text == made.text && again.entry == entry && again.similarity == 1)
        #expect(again.matched == "How big is it?" && again.isCached)

        let stored = try await client.store("Käse?", answer: "5 €", timeToLiveSeconds: 60)
        #expect(try await client.lookup("Käse?")?.text == "5 €")
        client.scope = "other"
        #expect(try await client.lookup("Käse?") == nil)
        client.scope = ""
        try await client.feedback(stored, isGood: false, comment: "outdated")
        #expect(try await client.forget(stored))
        #expect(try await !client.forget(stored))
        #expect(try await client.lookup("Käse?") == nil)
    }

    @Test func swiftErrors() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        let client = RefrainClient(socket: daemon.socket)
        let refused = await #expect(throws: RefrainClientError.self) { try await client.ask("Who answers?") }
        #expect(refused?.status == 503 && refused?.code != nil, "\(String(describing: refused))")
        let empty = await #expect(throws: RefrainClientError.self) { try await client.lookup("  ") }
        #expect(empty?.status == 400 && empty?.description.contains("question") == true)
        let nobody = await #expect(throws: RefrainClientError.self) {
            try await RefrainClient(socket: home("none.sock")).lookup("Who?")
        }
        #expect(nobody?.status == nil && nobody?.description.contains("No such file") == true)
        await #expect(throws: RefrainClientError.self) {
            try await RefrainClient(socket: "/" + String(repeating: "s", count: 200)).lookup("Who?")
        }
    }

    @Test func cancellingHangsUp() async throws {
        let rig = try await Rig.start()
        try await rig.standIn.fault(["hang": true], containing: "Who waits for ever?")
        let client = RefrainClient(socket: rig.daemon.socket)
        let waiting = Task { try await client.ask("Who waits for ever?") }
        try await eventually("the stand-in is asked") { try await rig.standIn.count(.answer) == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    /// What a Python program does with the file, told by what it prints.
    private static let program = """
        import sys
        sys.path.insert(0, sys.argv[1])
        from refrain import Refrain, RefrainError
        refrain = Refrain(sys.argv[2])
        assert refrain.lookup("How big is it?") is None
        made = refrain.ask("How big is it?", tags=["size"])
        assert made.outcome == "miss" and not made.is_cached and "stand-in" in made.text
        again = refrain.lookup("how big is it")
        assert again.outcome == "exact" and again.entry == made.entry and again.text == made.text
        assert again.is_cached and again.saved_usd is not None
        stored = refrain.store("Käse?", "5 €", ttl_seconds=60)
        assert refrain.lookup("Käse?").text == "5 €" and refrain.lookup("Käse?", scope="other") is None
        assert refrain.explain("käse")["conclusion"] == "exact"
        refrain.feedback(stored, good=False, comment="outdated")
        assert refrain.forget(stored) and not refrain.forget(stored)
        assert refrain.stats()["store"]["entries"] == 1
        try:
            refrain.lookup(" ")
        except RefrainError as error:
            assert error.status == 400 and "question" in str(error)
        try:
            Refrain("/nowhere/refrain.sock").lookup("Who?")
        except RefrainError as error:
            assert error.status == 0 and "/nowhere/refrain.sock" in str(error)
            print("all well")
        """

    @Test func python() async throws {
        let rig = try await Rig.start()
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../clients/python")
            .standardized.path
        let script = try rig.home.file("client.py", Self.program)
        let finished = try await Shell.run(
            "python3 -B \"\(script)\" \"\(folder)\" \"\(rig.daemon.socket)\"", home: rig.home)
        #expect(finished.output == "all well\n", "\(finished.errors)")
    }
}
