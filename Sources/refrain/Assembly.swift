import API
import Cache
import Configuration
import Glibc
import Ledger
import Models
import Plans
import Support
import Tracing

/// What a service is put together to by settings that may change while it runs.
struct Assembly: Sendable {
    let settings: Settings
    let models: ModelClient
    let cache: SemanticCache
    /// Nil: no trace is recorded.
    let tracer: Tracer?
    /// Nil: nothing is audited.
    let auditor: Auditor?
    let api: API

    /// - Parameter other: what was there under the settings before.
    init(_ settings: Settings, _ base: Service.Base, continuing other: Assembly? = nil) throws {
        self.settings = settings
        let policy = try PersonalDataKey.policy(settings)
        let (log, record) = (base.log.rewriting { policy.shown($0) }, base.record)
        if settings.isShadow, base.start == .daemon {
            log.info("shadow mode: what the cache would serve is recorded, and a model answers every question")
        }
        let configuration = Service.models(settings)
        models = ModelClient(configuration: configuration, http: base.http, log: log) { record(Service.call($0)) }
        var parts = SemanticCache.Parts(
            store: base.store, embedder: base.embedder,
            confirmer: models.hasUpstream(for: .mini)
                ? Confirmer(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
            rewriter: settings.deciding.rewritesConversations && models.hasUpstream(for: .mini)
                ? Rewriter(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
            annotator: settings.deciding.annotatesAnswers && models.hasUpstream(for: .mini)
                ? Annotator(models, deadlineMilliseconds: settings.mini.timeoutSeconds * 1_000) : nil,
            judge: Service.judge(settings),
            economics: Economics(configuration, latencyPrice: settings.deciding.latencyPrice),
            timeToLiveSeconds: settings.deciding.ttlSeconds.map(Int64.init),
            capacity: Capacity(
                entriesMax: settings.capacity.entriesMax,
                bytesMax: settings.capacity.megabytesMax.map { $0 * 1_000_000 },
                tenantEntriesMax: settings.capacity.tenantEntriesMax),
            waitSeconds: settings.deciding.waitSeconds, staleSeconds: Int64(settings.deciding.staleSeconds),
            isRetired: configuration.isRetired, log: log)
        parts.personalData = policy
        parts.memoryBudget = MemoryBudget(bytesMax: settings.capacity.memoryMegabytesMax.map { $0 * 1_000_000 })
        parts.recording = DecisionRecording(rawValue: settings.decisionLog.record.rawValue) ?? .none
        if settings.deciding.learnsTTL {
            parts.learnedTimeToLive = SemanticCache.LearnedTimeToLive(
                secondsMax: settings.deciding.learnedTTLSecondsMax.map(Int64.init))
        }
        cache = SemanticCache(parts, continuing: other?.cache)
        tracer = Service.tracer(settings, base.http, log)
        auditor = base.start == .daemon ? Assembly.auditor(settings, cache, models, base.ledger, log) : nil
        let plans = try PlanLibrary(directory: settings.plans ?? settings.data + "/plans")
        api = API(
            API.Parts(
                cache: cache, models: models, plans: plans, trials: try Service.trials(settings, plans, log),
                rules: Assembly.rules(settings), jobs: try Assembly.jobs(settings, plans), ledger: base.ledger,
                auditor: auditor, tracer: tracer, calls: base.calls, access: Assembly.access(settings.access),
                rateLimiter: settings.capacity.tenantRequestsPerMinute.map { RateLimiter(perMinute: $0) }, log: log,
                version: Program.version, gauges: base.gauges), continuing: other?.api)
    }

    /// A client's own key is not spent on what the client did not ask for.
    private static func auditor(
        _ settings: Settings, _ cache: SemanticCache, _ models: ModelClient, _ ledger: Ledger?, _ log: Log
    ) -> Auditor? {
        guard let ledger, settings.deciding.auditShare > 0, settings.deciding.auditsPerHour > 0,
            models.hasUpstream(for: .full), models.hasUpstream(for: .mini), !settings.access.passesAuthorization
        else { return nil }
        return Auditor(
            Auditor.Settings(
                share: settings.deciding.auditShare, perHourMax: settings.deciding.auditsPerHour),
            cache, models, ledger, log: log)
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
}
