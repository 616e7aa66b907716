import API
import Cache
import Configuration
import Embedding
import Glibc
import HTTP
import HTTPClient
import JSON
import Ledger
import Models
import Store
import Support
import Synchronization
import Tracing

/// The service put together from its settings: store, embedder, models, cache and API, without a listener.
final class Service: Sendable {
    /// What is opened once and outlives a change of the settings.
    struct Base: Sendable {
        let start: Start
        let http: HTTPClient
        let store: Store
        /// Nil: none is kept.
        let ledger: Ledger?
        let embedder: any Embedder
        let calls: CallMetrics
        let record: @Sendable (Call) -> Void
        let gauges: @Sendable () -> [(name: String, help: String, value: Double)]
        let log: Log
    }

    /// Where the embedding model is loaded: at once, for a daemon that must fail early, or with the first text.
    enum Start {
        case daemon, command
    }

    private let base: Base
    private let current: Mutex<Assembly>

    var api: API { current.withLock { $0.api } }
    var cache: SemanticCache { assembly.cache }
    var models: ModelClient { assembly.models }
    var auditor: Auditor? { assembly.auditor }
    var ledger: Ledger? { base.ledger }
    private var assembly: Assembly { current.withLock { $0 } }

    init(
        _ settings: Settings, _ start: Start, log: Log,
        gauges: @escaping @Sendable () -> [(name: String, help: String, value: Double)] = { [] }
    ) throws {
        let http = HTTPClient()
        let store = try Service.store(settings, start, log)
        let ledger = settings.ledger.isEnabled ? Service.ledger(settings.ledger, store, log) : nil
        let calls = CallMetrics()
        let record: @Sendable (Call) -> Void = { call in
            calls.record(call)
            RequestTrace.current?.note(call)
            guard let ledger else { return store.record(call) }
            RequestAccount.current?.note(call)
            ledger.record(call, from: RequestAccount.current?.origin ?? CallOrigin())
        }
        base = Base(
            start: start, http: http, store: store, ledger: ledger,
            embedder: try Service.embedder(settings, start, http, log, record), calls: calls, record: record,
            gauges: gauges, log: log)
        current = Mutex(try Assembly(settings, base))
    }

    /// Takes over other settings, as far as they are not fixed at the start; requests under way end under the old ones.
    ///
    /// - Returns: what has changed, and what has not because it is fixed, by key.
    /// - Throws: why the settings cannot be used; nothing has changed then.
    func reload(_ settings: Settings) async throws -> (changed: [String], fixed: [String]) {
        let old = assembly
        let (settings, changed, fixed) = settings.takenOver(from: old.settings)
        if settings.allowRemote, settings.access.tokens == nil, !settings.access.passesAuthorization {
            throw CommandError(
                "other machines can reach the service, which would ask them for no token any more",
                remedy: "keep tokens_file, or restart with allow_remote: false")
        }
        let new = try Assembly(settings, base, continuing: old)
        try await new.auditor?.restore()
        current.withLock { $0 = new }
        await old.auditor?.close()
        await old.tracer?.flush()
        return (changed, fixed)
    }

    /// What requests run on; nil: where they are, for the store's reads take microseconds.
    var executor: WaitingExecutor? { base.store.executor }

    private static func store(_ settings: Settings, _ start: Start, _ log: Log) throws(StoreError) -> Store {
        if let url = settings.store { return try Store.open(url: url, directory: settings.data, log: log) }
        return try Store.open(
            directory: settings.data, durability: settings.durability == .full ? .full : .normal,
            replacesDamaged: start == .daemon, log: log)
    }

    private static func ledger(_ settings: Settings.Ledger, _ store: Store, _ log: Log) -> Ledger {
        Ledger(
            store, retention: Ledger.Retention(rowsDays: settings.rowsDays, labelsDays: settings.labelsDays), log: log)
    }

    /// Writes what is not yet written, and lets go of the store.
    func close() async {
        await auditor?.close()
        await assembly.tracer?.flush()
        await base.http.close()
        await ledger?.flush()
        await base.store.close()
    }

    /// Removes recorded decisions that were kept long enough, also where none are recorded any more.
    func removeOldDecisions() async throws {
        let days = Int64(assembly.settings.decisionLog.days)
        try await base.store.removeDecisions(before: WallClock.system.now + -86_400 * days)
    }

    /// What the store's own check finds; empty when all is well.
    func integrityProblems() throws -> [String] {
        try base.store.integrityCheck()
    }

    /// Threads for a setting in which 0 means one a core.
    static func threads(_ setting: Int) -> Int {
        setting > 0 ? setting : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    private static func precision(_ setting: Settings.EmbedderPrecision, _ log: Log) -> Precision {
        if setting == .float32 || setting == .auto && !Precision.bfloat16.isAvailable { return .float32 }
        if Precision.bfloat16.isAvailable { return .bfloat16 }
        log.warning("this processor does not compute in bfloat16: the embedder takes float32")
        return .float32
    }

    /// The embedder that the settings ask for.
    ///
    /// - Parameter record: takes the calls of a remote one.
    static func embedder(
        _ settings: Settings, _ start: Start, _ http: HTTPClient, _ log: Log,
        _ record: @escaping @Sendable (Call) -> Void = { _ in }
    ) throws -> any Embedder {
        let chosen = settings.embedder
        switch chosen.kind {
        case .local:
            let threads = threads(chosen.threads)
            let precision = precision(chosen.precision, log)
            return start == .daemon
                ? try LocalEmbedder(model: chosen.modelDirectory, threads: threads, precision: precision)
                : DeferredEmbedder(model: chosen.modelDirectory, threads: threads, precision: precision)
        case .remote:
            guard let url = chosen.url ?? settings.upstream.url else {
                throw CommandError(
                    "the remote embedder has no address",
                    remedy: "set embedder.url, or upstream, or embedder.kind: \"local\"")
            }
            let prices = models(settings)
            return RemoteEmbedder(
                base: url, model: chosen.model, dimension: chosen.dimension,
                // The upstream's key is the upstream's alone: another server does not get to see it.
                apiKey: chosen.url == nil ? settings.upstream.key?.value : nil
            ) { url, headers, body in
                let watch = Stopwatch()
                func note(_ usage: Usage?, _ status: String) {
                    let embedding = CallRecord(
                        role: nil, model: chosen.model, purpose: .embed, usage: usage,
                        cost: usage.flatMap { prices.cost(model: chosen.model, usage: $0) },
                        latencyMilliseconds: watch.milliseconds, status: status, time: WallClock.system.now)
                    record(call(embedding, role: "embedding"))
                }
                let response: Response
                do throws(HTTPClientError) {
                    response = try await http.send(
                        OutgoingRequest(
                            method: "POST", url: url, headers: headers, body: body,
                            timeoutMilliseconds: Limits.embeddingCallSecondsMax * 1_000,
                            connectTimeoutMilliseconds: Limits.upstreamConnectSecondsMax * 1_000,
                            bodyBytesMax: Limits.upstreamBodyBytesMax))
                } catch {
                    note(nil, error.status)
                    throw error
                }
                note(
                    Usage(embeddings: (try? JSONValue.parse(response.body.bytes ?? []))?["usage"]),
                    String(response.status))
                return response
            }
        }
    }

    static func judge(_ settings: Settings) -> Judge {
        let deciding = settings.deciding
        return Judge(errorTarget: deciding.errorTarget, floor: deciding.floor, exploration: deciding.exploration)
    }

    static func models(_ settings: Settings) -> ModelsConfiguration {
        ModelsConfiguration(
            upstream: settings.upstream.url.map {
                Upstream(baseURL: $0, key: settings.upstream.key.flatMap { Secret($0.value) })
            },
            otherUpstreams: settings.upstreams.map {
                ModelUpstream(
                    models: $0.models, upstream: Upstream(baseURL: $0.url, key: $0.key.flatMap { Secret($0.value) }))
            },
            mini: role(settings.mini), full: role(settings.full),
            prices: settings.prices.mapValues {
                Models.Price(
                    input: $0.input.nanodollars, cachedInput: $0.cachedInput.nanodollars, output: $0.output.nanodollars,
                    asOf: $0.asOf)
            }, retired: Set(settings.retiredModels ?? []))
    }

    private static func role(_ role: Settings.Role) -> RoleSettings {
        RoleSettings(
            models: role.models, reasoningEffort: role.reasoningEffort,
            timeoutMilliseconds: role.timeoutSeconds * 1_000)
    }

    /// - Parameter role: of a call that no role's model was asked with.
    static func call(_ record: CallRecord, role: String = "") -> Call {
        Call(
            time: record.time, role: record.role?.rawValue ?? role, model: record.model,
            purpose: record.purpose.rawValue, promptTokens: record.usage?.promptTokens ?? 0,
            cachedTokens: record.usage?.cachedTokens ?? 0, completionTokens: record.usage?.completionTokens ?? 0,
            reasoningTokens: record.usage?.reasoningTokens ?? 0, cost: record.cost,
            latencyMilliseconds: Int(record.latencyMilliseconds.rounded()), status: record.status)
    }
}
