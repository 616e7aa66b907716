import HTTP
import HTTPClient
import JSON
import Support
import Synchronization
import TestServer
import Testing

@testable import Models

/// Models that have a server of their own.
@Suite struct UpstreamsTests {
    private static let up: [Step] = .reply(
        200, [], #"{"model":"m","choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#)
    private static let down: [Step] = .reply(500, ["x-should-retry: false"], #"{"error":{"message":"down"}}"#)

    private struct Rig {
        let client: ModelClient
        let general: TestServer
        let own: TestServer
        let lines: Lines
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// A client of two servers, the second of which has the models `own-*` and `b`.
    private static func withRig(
        hasGeneral: Bool = true, general: @escaping TestServer.Script = { _ in up },
        own: @escaping TestServer.Script = { _ in up }, _ test: (Rig) async throws -> Void
    ) async throws {
        let servers = (general: try TestServer(general), own: try TestServer(own))
        defer {
            servers.general.stop()
            servers.own.stop()
        }
        let http = HTTPClient()
        let lines = Lines()
        let general = Upstream(baseURL: servers.general.url + "/v1", key: Secret("general-key"))
        let client = ModelClient(
            configuration: ModelsConfiguration(
                upstream: hasGeneral ? general : nil,
                otherUpstreams: [
                    ModelUpstream(
                        models: ["own-*", "b"],
                        upstream: Upstream(baseURL: servers.own.url + "/api/v1/", key: Secret("own-key"))),
                    ModelUpstream(models: ["own-x"], upstream: general),
                ],
                mini: RoleSettings(models: ["b"], reasoningEffort: nil, timeoutMilliseconds: 10_000)),
            http: http, log: Log(level: .warning) { lines.add($0) })
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await test(Rig(client: client, general: servers.general, own: servers.own, lines: lines)))
        } catch {
            result = .failure(error)
        }
        await http.close()
        try result.get()
    }

    @Test(arguments: [("own-x", true), ("own-", true), ("b", true), ("ab", false), ("b2", false), ("gpt-5.2", false)])
    func aModelsNameSaysWhichServerIsCalledWithWhichKey(model: String, isOwn: Bool) async throws {
        try await Self.withRig { rig in
            _ = try await rig.client.chat([:], model: model, purpose: .answer)
            let (called, other) = isOwn ? (rig.own, rig.general) : (rig.general, rig.own)
            #expect(other.requests.isEmpty)
            #expect(called.requests.map(\.target) == [isOwn ? "/api/v1/chat/completions" : "/v1/chat/completions"])
            #expect(called.requests[0].values(of: "authorization") == [isOwn ? "Bearer own-key" : "Bearer general-key"])
        }
    }

    @Test func aRolesModelsMayBeOfDifferentServers() async throws {
        try await Self.withRig { rig in
            _ = try await rig.client.chat([:], role: .mini, purpose: .confirm)
            _ = try await rig.client.chat([:], role: .full, purpose: .answer)
            #expect(rig.own.requests.count == 1 && rig.general.requests.count == 1)
        }
    }

    @Test func aServerThatIsDownTakesNoOtherWithIt() async throws {
        try await Self.withRig(own: { _ in Self.down }) { rig in
            for _ in 0...Limits.upstreamFailuresMax {
                await #expect(throws: ModelError.self) { try await rig.client.chat([:], model: "b", purpose: .answer) }
            }
            #expect(rig.own.requests.count == Limits.upstreamFailuresMax)
            #expect(rig.lines.all.count == 1 && rig.lines.all[0].contains(rig.own.url.dropFirst("http://".count)))
            _ = try await rig.client.chat([:], model: "gpt-5.2", purpose: .answer)
        }
    }

    @Test func withoutAServerForAllAnUnknownModelIsRefused() async throws {
        try await Self.withRig(hasGeneral: false) { rig in
            #expect(rig.client.hasUpstream && rig.client.hasUpstream(for: .mini) && !rig.client.hasUpstream(for: .full))
            await #expect(throws: ModelError(.noUpstream, detail: "no upstream has the model gpt-5.2")) {
                try await rig.client.chat([:], role: .full, purpose: .answer)
            }
        }
    }

    @Test func eachServersModelsAreListed() async throws {
        try await Self.withRig(
            general: { _ in .reply(200, [], #"{"data":[{"id":"gpt-5.2"},{"id":"own-old"}]}"#) },
            own: { _ in .reply(200, [], #"{"data":[{"id":"own-new"},{"id":"b"},{"id":"gpt-5.2"}]}"#) }
        ) { rig in
            let names = try await rig.client.models().map { $0["id"] }
            #expect(names == ["own-new", "b", "gpt-5.2"], "none that another server would be asked for")
            #expect(rig.lines.all.isEmpty)
        }
    }

    @Test func aListThatIsMissingIsSaidAndLeftOut() async throws {
        try await Self.withRig(
            general: { _ in .reply(200, [], #"{"data":[{"id":"gpt-5.2"}]}"#) }, own: { _ in Self.down }
        ) { rig in
            let names = try await rig.client.models().map { $0["id"] }
            #expect(names == ["gpt-5.2"])
            #expect(rig.lines.all.contains { $0.contains("are not listed") })
        }
    }

    /// It was given to be shown to the one server.
    @Test func aClientsKeyGoesToTheServerOfAllModelsAlone() async throws {
        try await Self.withRig { rig in
            let caller = Caller(key: Secret("client-key"), headers: ["traceparent": "00-ab-cd-01"])
            try await ModelClient.$caller.withValue(caller) {
                for model in ["own-x", "gpt-5.2"] {
                    _ = try await rig.client.chat([:], model: model, purpose: .answer)
                }
            }
            #expect(rig.own.requests[0].values(of: "authorization") == ["Bearer own-key"])
            #expect(rig.general.requests[0].values(of: "authorization") == ["Bearer client-key"])
            #expect(rig.general.requests[0].values(of: "traceparent") == ["00-ab-cd-01"])
        }
    }
}
