import API
import Cache
import Configuration
import Embedding
import Glibc
import HTTP
import HTTPClient
import Models
import Plans
import Store
import Support

/// The service put together from its settings: store, embedder, models, cache and API, without a listener.
final class Service: Sendable {
    let api: API
    let cache: SemanticCache
    let models: ModelClient
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
        let embedder = try Service.embedder(settings, start, http)
        let store = try Store.open(
            directory: settings.data, durability: settings.durability == .full ? .full : .normal, log: log)
        self.store = store
        let configuration = Service.models(settings)
        models = ModelClient(configuration: configuration, http: http, log: log) { record in
            store.record(Service.call(record))
        }
        cache = SemanticCache(
            SemanticCache.Parts(
                store: store, embedder: embedder,
                confirmer: models.hasUpstream
                    ? Confirmer(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
                judge: Judge(errorTarget: settings.deciding.errorTarget, floor: settings.deciding.floor),
                economics: Economics(configuration),
                timeToLiveSeconds: settings.deciding.ttlSeconds.map(Int64.init), log: log))
        let plans = try PlanLibrary(directory: settings.plans ?? settings.data + "/plans")
        api = API(
            API.Parts(
                cache: cache, models: models, plans: plans, missPlan: try Service.missPlan(settings, plans),
                rules: Service.rules(settings), jobs: try Service.jobs(settings, plans),
                access: Service.access(settings.access), log: log,
                version: Program.version, gauges: gauges))
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
    static func embedder(_ settings: Settings, _ start: Start, _ http: HTTPClient) throws -> any Embedder {
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
            return RemoteEmbedder(
                base: url, model: chosen.model, dimension: chosen.dimension,
                // The upstream's key is the upstream's alone: another server does not get to see it.
                apiKey: chosen.url == nil ? settings.upstream.key?.value : nil
            ) { url, headers, body in
                try await http.send(
                    OutgoingRequest(
                        method: "POST", url: url, headers: headers, body: body,
                        timeoutMilliseconds: Limits.embeddingCallSecondsMax * 1_000,
                        connectTimeoutMilliseconds: Limits.upstreamConnectSecondsMax * 1_000,
                        bodyBytesMax: Limits.upstreamBodyBytesMax))
            }
        }
    }

    static func models(_ settings: Settings) -> ModelsConfiguration {
        ModelsConfiguration(
            upstream: settings.upstream.url.map {
                Upstream(baseURL: $0, key: settings.upstream.key.flatMap { Secret($0.value) })
            },
            mini: role(settings.mini), full: role(settings.full),
            prices: settings.prices.mapValues {
                Models.Price(
                    input: $0.input.nanodollars, cachedInput: $0.cachedInput.nanodollars, output: $0.output.nanodollars,
                    asOf: $0.asOf)
            })
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

    private static func call(_ record: CallRecord) -> Call {
        Call(
            time: record.time, role: record.role?.rawValue ?? "", model: record.model,
            purpose: record.purpose.rawValue, promptTokens: record.usage?.promptTokens ?? 0,
            cachedTokens: record.usage?.cachedTokens ?? 0, completionTokens: record.usage?.completionTokens ?? 0,
            reasoningTokens: record.usage?.reasoningTokens ?? 0, cost: record.cost,
            latencyMilliseconds: Int(record.latencyMilliseconds.rounded()), status: record.status)
    }
}
