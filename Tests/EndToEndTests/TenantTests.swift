import HTTP
import JSON
import Support
import Testing

/// Tenants over TCP, and models with servers of their own.
struct TenantTests {
    private static func rig(_ options: [String], home: Scratch) async throws -> Rig {
        let standIn = try await StandIn.start(in: home)
        return Rig(home: home, standIn: standIn, daemon: try await Daemon.start(in: home, upstream: standIn, options))
    }

    private static func bearer(_ token: String) -> Headers { ["Authorization": "Bearer " + token] }

    @Test func aTokenOpensItsTenantsCacheAlone() async throws {
        let home = try Scratch()
        let tokens = try home.file(
            "tokens", ["a", "b"].map { "\(Digest(of: "token-" + $0).hex) tenant-\($0)\n" }.joined())
        let rig = try await Self.rig(["--tokens-file", tokens], home: home)
        let daemon = rig.daemon
        let refused = try await daemon.chat("Whose is it?")
        #expect(refused.status == 401 && refused.errorCode == "invalid_api_key")
        #expect(try await daemon.chat("Whose is it?", headers: Self.bearer("token-c")).status == 401)
        #expect(try await daemon.get("/metrics").status == 401)
        #expect(try await daemon.get("/healthz").status == 200)
        #expect(try await rig.standIn.count(.answer) == 0)
        for (token, status) in [
            ("token-a", "refrain; fwd=miss; stored"), ("token-a", "refrain; hit; detail=exact"),
            ("token-b", "refrain; fwd=miss; stored"), ("token-b", "refrain; hit; detail=exact"),
        ] {
            let reply = try await daemon.chat("Whose is it?", headers: Self.bearer(token))
            #expect(reply.cacheStatus == status)
        }
        let entries = try await daemon.send("GET", "/cache/entries", headers: Self.bearer("token-a"))
        #expect(entries.member("entries")?.array?.count == 1)
    }

    @Test func aClientsOwnKeyIsItsTenantAndIsWrittenNowhere() async throws {
        let home = try Scratch()
        let rig = try await Self.rig(["--pass-authorization", "true", "--log-level", "debug"], home: home)
        for (key, status) in [
            ("sk-client-one", "refrain; fwd=miss; stored"), ("sk-client-one", "refrain; hit; detail=exact"),
            ("sk-client-two", "refrain; fwd=miss; stored"),
        ] {
            let reply = try await rig.daemon.chat("Whose is it?", headers: Self.bearer(key))
            #expect(reply.cacheStatus == status)
        }
        _ = try await rig.daemon.stop()
        #expect(!rig.daemon.child.errors.contains("sk-client"))
        for file in ["refrain.db", "refrain.db-wal"] {
            let bytes = (try? home.bytes("data/" + file)) ?? []
            #expect(bytes.firstRange(of: Array("sk-client".utf8)) == nil)
        }
    }

    @Test func modelsAreAskedWhereTheyAre() async throws {
        let home = try Scratch()
        let own = try await StandIn.start(in: try Scratch())
        let key = try home.file("key", "sk-own")
        let upstreams = "[{models: ['gpt-4*'], url: '\(own.url)', key_file: '\(key)'}]"
        let rig = try await Self.rig(["--upstreams", upstreams], home: home)
        #expect(try await rig.daemon.chat("Where are you?", ["model": "gpt-4.1"]).status == 200)
        #expect(try await own.count(.answer) == 1)
        #expect(try await rig.standIn.count(.answer) == 0)
        #expect(try await rig.daemon.chat("Where are you?", ["model": "gpt-5.2"]).status == 200)
        #expect(try await rig.standIn.count(.answer) == 1)
        #expect(try await own.count(.answer) == 1)
    }
}
