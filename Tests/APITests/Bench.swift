import Cache
import Foundation
import HTTP
import HTTPClient
import JSON
import Ledger
import Models
import Plans
import Store
import Support
import Synchronization
import TestEmbedder
import Testing

@testable import API

/// The routes over a store in a folder of its own and an embedder that counts words; no sockets, no models.
final class Bench: Sendable {
    let api: API
    let embedder = WordEmbedder(name: "words/1")
    private let store: Store
    private let http = HTTPClient()
    private let folder: String
    private let time = Moment()

    /// The time of the service, which stands still until a test moves it.
    private final class Moment: Sendable {
        let now = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
    }

    /// By the similarity alone.
    private static let prior = JudgePrior(
        wrongWhenServed: [JudgePrior.Share(0.6, 0.01)], differentWhenAsked: [JudgePrior.Share(0, 0.1)]
    ) { 16.6 * Double($0[0]) - 15 }

    private init(_ access: Access, retired: Set<String>, rateLimiter: RateLimiter?, trials: Trials) throws {
        folder = "/tmp/refrain-api-tests-\(UUID().uuidString.prefix(8))"
        let time = time
        let clock = WallClock { time.now.withLock { $0 } }
        store = try Store.open(directory: folder, durability: .normal, clock: clock, log: .none)
        let configuration = ModelsConfiguration(retired: retired)
        let cache = SemanticCache(
            SemanticCache.Parts(
                store: store, embedder: embedder, confirmer: nil,
                judge: Judge(errorTarget: 0.01, floor: 0.5, prior: Bench.prior), economics: Economics(configuration),
                isRetired: configuration.isRetired, clock: clock))
        api = API(
            API.Parts(
                cache: cache, models: ModelClient(configuration: configuration, http: http, clock: clock),
                plans: try PlanLibrary(), trials: trials, ledger: Ledger(store, clock: clock), access: access,
                rateLimiter: rateLimiter,
                clock: clock, version: "1.2.3",
                gauges: { [(name: "refrain_test_gauge", help: "Of a test.", value: 1.5)] }))
    }

    func pass(seconds: Int64) { time.now.withLock { $0 = $0 + seconds } }

    func send(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], headers: Headers = [:],
        body: String = "", peer: Peer = .local
    ) async -> Reply {
        Reply(
            await api.respond(
                to: Request(method, path, query: query, headers: headers, body: Array(body.utf8), peer: peer)))
    }

    /// Stores an entry and returns its number.
    @discardableResult
    func add(_ question: String, _ answer: String, _ more: JSONObject = [:]) async throws -> Int {
        var body: JSONObject = ["question": .string(question), "answer": .string(answer)]
        for member in more.members { body[member.name] = member.value }
        let reply = await send("POST", "/cache/entries", body: JSONValue.object(body).text)
        return try #require(reply.json["entry"]?.int, "\(reply.json.text)")
    }

    func lookup(_ question: String, _ more: JSONObject = [:], headers: Headers = [:]) async -> Reply {
        var body: JSONObject = ["question": .string(question)]
        for member in more.members { body[member.name] = member.value }
        return await send("POST", "/cache/lookup", headers: headers, body: JSONValue.object(body).text)
    }

    fileprivate static func run(
        _ access: Access, _ retired: Set<String>, _ rateLimiter: RateLimiter?, _ trials: Trials,
        _ body: (Bench) async throws -> Void
    ) async throws {
        let bench = try Bench(access, retired: retired, rateLimiter: rateLimiter, trials: trials)
        let result: Result<Void, any Error>
        do { result = .success(try await body(bench)) } catch { result = .failure(error) }
        await bench.store.close()
        await bench.http.close()
        try FileManager.default.removeItem(atPath: bench.folder)
        try result.get()
    }
}

/// Runs a body with a bench of its own.
func withBench(
    access: Access = Access(), retired: Set<String> = [], rateLimiter: RateLimiter? = nil, trials: Trials = Trials(),
    _ body: (Bench) async throws -> Void
) async throws {
    try await Bench.run(access, retired, rateLimiter, trials, body)
}

/// A response whose body is JSON.
struct Reply {
    let status: Int
    let headers: Headers
    let text: String

    init(_ response: Response) {
        status = response.status
        headers = response.headers
        text = String(decoding: response.body.bytes ?? [], as: UTF8.self)
    }

    /// Null where it is none.
    var json: JSONValue { (try? JSONValue.parse(text)) ?? .null }
    var code: String? { json["error"]?["code"]?.string }
    var outcome: String? { json["outcome"]?.string }
}
