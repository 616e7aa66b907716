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
import Plans
import Store
import Support

/// The service put together from its settings: store, embedder, models, cache and API, without a listener.
final class Service: Sendable {
    let api: API
    let cache: SemanticCache
    let models: ModelClient
    /// Nil: none is kept.
    let ledger: Ledger?
    private let store: Store
    private let http: HTTPClient

    /// Where the embedding model is loaded: at once, for a daemon that must fail early, or with the first text.
    enum Start {
        case daemon, command
    }

    init(
        _ settings: Settings, _ start: Start, log: Log,
        gauges: @escaping @Sendable () -> [(name: String, help: String, value: Double)] = { [] }
    ) throws {
        http = HTTPClient()
        let store = try Store.open(
            directory: settings.data, durability: settings.durability == .full ? .full : .normal,
            replacesDamaged: start == .daemon, log: log)
        self.store = store
        let ledger = settings.ledger.isEnabled ? Service.ledger(settings.ledger, store, log) : nil
        self.ledger = ledger
        let record: @Sendable (Call) -> Void = { call in
            guard let ledger else { return store.record(call) }
            RequestAccount.current?.note(call)
            ledger.record(call, from: RequestAccount.current?.origin ?? CallOrigin())
        }
        let configuration = Service.models(settings)
        models = ModelClient(configuration: configuration, http: http, log: log) { record(Service.call($0)) }
        let embedder = try Service.embedder(settings, start, http, record)
        cache = SemanticCache(
            SemanticCache.Parts(
                store: store, embedder: embedder,
                confirmer: models.hasUpstream(for: .mini)
                    ? Confirmer(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
                rewriter: settings.deciding.rewritesConversations && models.hasUpstream(for: .mini)
                    ? Rewriter(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
                annotator: settings.deciding.annotatesAnswers && models.hasUpstream(for: .mini)
                    ? Annotator(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
                judge: Service.judge(settings),
                economics: Economics(configuration),
                timeToLiveSeconds: settings.deciding.ttlSeconds.map(Int64.init),
                capacity: Capacity(
                    entriesMax: settings.capacity.entriesMax,
                    bytesMax: settings.capacity.megabytesMax.map { $0 * 1_000_000 },
                    tenantEntriesMax: settings.capacity.tenantEntriesMax),
                waitSeconds: settings.deciding.waitSeconds, staleSeconds: Int64(settings.deciding.staleSeconds),
                isRetired: configuration.isRetired, log: log))
        let plans = try PlanLibrary(directory: settings.plans ?? settings.data + "/plans")
        api = API(
            API.Parts(
                cache: cache, models: models, plans: plans, missPlan: try Service.missPlan(settings, plans),
                rules: Service.rules(settings), jobs: try Service.jobs(settings, plans), ledger: ledger,
                access: Service.access(settings.access),
                rateLimiter: settings.capacity.tenantRequestsPerMinute.map { RateLimiter(perMinute: $0) }, log: log,
                version: Program.version, gauges: gauges))
    }

    private static func ledger(_ settings: Settings.Ledger, _ store: Store, _ log: Log) -> Ledger {
        Ledger(
            store, retention: Ledger.Retention(rowsDays: settings.rowsDays, labelsDays: settings.labelsDays), log: log)
    }

    private static func rules(_ settings: Settings) -> EscalationRules {
        EscalationRules(
            words: settings.rules.words ?? [], tags: settings.rules.tags ?? [], scopes: settings.rules.scopes ?? [],
            inputTokensMax: settings.rules.inputTokensMax, subjects: settings.rules.subjects ?? [])
    }

    private static func jobs(_ settings: Settings, _ plans: PlanLibrary) throws(CommandError) -> [Plan] {
        var jobs: [Plan] = []
        for name in settings.jobs ?? [] {
            guard let plan = plans[name] else {
                let hint = closest(to: name, among: plans.names).map { "did you mean \"\($0)\"?" }
                throw CommandError(
                    "there is no plan \"\(name)\" to do now and then",
                    remedy: hint ?? "`refrain plan list` shows them")
            }
            if let reason = plan.reasonNotToBeJob {
                throw CommandError("the plan \"\(name)\" cannot be done by itself", why: reason)
            }
            jobs.append(plan)
        }
        return jobs
    }

    private static func missPlan(_ settings: Settings, _ plans: PlanLibrary) throws(CommandError) -> Plan? {
        guard let name = settings.missPlan else { return nil }
        guard let plan = plans[name] else {
            let hint = closest(to: name, among: plans.names).map { "did you mean \"\($0)\"?" }
            throw CommandError(
                "there is no plan \"\(name)\" to answer misses", remedy: hint ?? "`refrain plan list` shows them")
        }
        if let reason = plan.reasonNotToAnswer {
            throw CommandError("the plan \"\(name)\" cannot answer misses", why: reason)
        }
        return plan
    }

    /// Writes what is not yet written, and lets go of the store.
    func close() async {
        await http.close()
        await ledger?.flush()
        await store.close()
    }

    /// What the store's own check finds; empty when all is well.
    func integrityProblems() throws -> [String] {
        try store.integrityCheck()
    }

    /// Threads for a setting in which 0 means one a core.
    static func threads(_ setting: Int) -> Int {
        setting > 0 ? setting : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// The embedder that the settings ask for.
    ///
    /// - Parameter record: takes the calls of a remote one.
    static func embedder(
        _ settings: Settings, _ start: Start, _ http: HTTPClient,
        _ record: @escaping @Sendable (Call) -> Void = { _ in }
    ) throws -> any Embedder {
        let chosen = settings.embedder
        switch chosen.kind {
        case .local:
            let threads = threads(chosen.threads)
            return start == .daemon
                ? try LocalEmbedder(model: chosen.modelDirectory, threads: threads)
                : DeferredEmbedder(model: chosen.modelDirectory, threads: threads)
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
                let response = try await http.send(
                    OutgoingRequest(
                        method: "POST", url: url, headers: headers, body: body,
                        timeoutMilliseconds: Limits.embeddingCallSecondsMax * 1_000,
                        connectTimeoutMilliseconds: Limits.upstreamConnectSecondsMax * 1_000,
                        bodyBytesMax: Limits.upstreamBodyBytesMax))
                let usage = Usage(embeddings: (try? JSONValue.parse(response.body.bytes ?? []))?["usage"])
                let embedding = CallRecord(
                    role: nil, model: chosen.model, purpose: .embed, usage: usage,
                    cost: usage.flatMap { prices.cost(model: chosen.model, usage: $0) },
                    latencyMilliseconds: watch.milliseconds, status: String(response.status),
                    time: WallClock.system.now)
                record(call(embedding, role: "embedding"))
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

    private static func access(_ settings: Settings.Access) -> Access {
        let mode: Access.Mode =
            if let tokens = settings.tokens {
                .tokens(
                    Dictionary(
                        uniqueKeysWithValues: tokens.map { hex, tenant in (Digest(hex: hex)!, tenant) }))
            } else {
                settings.passesAuthorization ? .clientKeys : .open
            }
        return Access(mode, owner: geteuid())
    }

    private static func role(_ role: Settings.Role) -> RoleSettings {
        RoleSettings(
            models: role.models, reasoningEffort: role.reasoningEffort,
            timeoutMilliseconds: role.timeoutSeconds * 1_000)
    }

    /// - Parameter role: of a call that no role's model was asked with.
    private static func call(_ record: CallRecord, role: String = "") -> Call {
        Call(
            time: record.time, role: record.role?.rawValue ?? role, model: record.model,
            purpose: record.purpose.rawValue, promptTokens: record.usage?.promptTokens ?? 0,
            cachedTokens: record.usage?.cachedTokens ?? 0, completionTokens: record.usage?.completionTokens ?? 0,
            reasoningTokens: record.usage?.reasoningTokens ?? 0, cost: record.cost,
            latencyMilliseconds: Int(record.latencyMilliseconds.rounded()), status: record.status)
    }
}
