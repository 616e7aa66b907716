package import Cache
import Experiments
package import HTTP
package import Ledger
package import Models
package import Plans
import Store
package import Support
import Synchronization
package import Tracing

/// The service as its clients see it: requests in, responses out, whatever carries them.
package final class API: Sendable {
    package struct Parts: Sendable {
        package var cache: SemanticCache
        package var models: ModelClient
        package var plans: PlanLibrary
        /// How questions are treated, and what is tried on them.
        package var trials: Trials
        /// What has *full* do the work of mini in any plan.
        package var rules: EscalationRules
        /// Nil: none is kept.
        package var ledger: Ledger?
        /// Nil: nothing is audited.
        package var auditor: Auditor?
        /// Nil: no trace is recorded.
        package var tracer: Tracer?
        /// What calls of models are counted in.
        package var calls: CallMetrics
        /// Plans that are done now and then by themselves.
        package var jobs: [Plan]
        package var access: Access
        /// Nil: who may ask may ask as often as the machine can answer.
        package var rateLimiter: RateLimiter?
        package var clock: WallClock
        package var log: Log
        package var version: String
        /// The server's own numbers for /metrics and the statistics; empty where there is none.
        package var gauges: @Sendable () -> [(name: String, help: String, value: Double)]

        package init(
            cache: SemanticCache, models: ModelClient, plans: PlanLibrary, trials: Trials = Trials(),
            rules: EscalationRules = EscalationRules(), jobs: [Plan] = [], ledger: Ledger? = nil,
            auditor: Auditor? = nil, tracer: Tracer? = nil, calls: CallMetrics = CallMetrics(),
            access: Access = Access(), rateLimiter: RateLimiter? = nil, clock: WallClock = .system, log: Log = .none,
            version: String,
            gauges: @escaping @Sendable () -> [(name: String, help: String, value: Double)] = { [] }
        ) {
            self.cache = cache
            self.models = models
            self.plans = plans
            self.trials = trials
            self.rules = rules
            self.ledger = ledger
            self.auditor = auditor
            self.tracer = tracer
            self.calls = calls
            self.jobs = jobs
            self.access = access
            self.rateLimiter = rateLimiter
            self.clock = clock
            self.log = log
            self.version = version
            self.gauges = gauges
        }
    }

    let parts: Parts
    package let planRuns: PlanRuns
    package let planJobs: PlanJobs
    private let router: Router
    private let accounting: Accounting?
    private let recentAnswers: RecentAnswers
    private let undo: UndoLog
    /// Tells its conclusions from those of a service under other settings.
    private let number = API.count.add(1, ordering: .relaxed).newValue
    private static let count = Atomic(0)

    /// - Parameter other: the service as it was before its settings changed.
    package init(_ parts: Parts, continuing other: API? = nil) {
        self.parts = parts
        recentAnswers = other?.recentAnswers ?? RecentAnswers()
        undo = other?.undo ?? UndoLog()
        planRuns = PlanRuns(parts, continuing: other?.planRuns)
        planJobs = PlanJobs(parts, planRuns)
        var router = Router()
        AnswerRoute<ChatRequest>("/v1/chat/completions", parts).register(in: &router)
        AnswerRoute<ResponsesRequest>("/v1/responses", parts).register(in: &router)
        ModelRoutes(parts).register(in: &router)
        LookupRoutes(parts).register(in: &router)
        ExplainRoute(parts).register(in: &router)
        EntryRoutes(parts, undo).register(in: &router)
        EditRoutes(parts, undo).register(in: &router)
        FeedbackRoute(parts, undo).register(in: &router)
        RecentAnswersRoute(parts, recentAnswers).register(in: &router)
        PlanRoutes(parts, planRuns).register(in: &router)
        ReportRoute(parts).register(in: &router)
        DecisionRoutes(parts).register(in: &router)
        ExperimentRoutes(parts).register(in: &router)
        StatusRoutes(parts).register(in: &router)
        DashboardRoutes().register(in: &router)
        self.router = router
        accounting = Accounting(parts)
    }

    /// The response to a request; never fails, an error is a response too.
    package func respond(to request: Request) async -> Response {
        if let refusal = refusal(of: request) { return identified(refusal).response }
        let account: RequestAccount?
        let trace: RequestTrace?
        do throws(APIError) {
            (account, trace) = try opened(request)
        } catch {
            return identified(error.response).response
        }
        let note = account.map { AnswerNote($0, request, parts.cache.parts.personalData) }
        return await counted(request, account, trace, note) { await router.respond(to: request) }
    }

    /// The response that `work` comes to, under its id, with the calls that are made for it.
    private func counted(
        _ request: Request, _ account: RequestAccount?, _ trace: RequestTrace?, _ note: AnswerNote?,
        _ work: () async -> Response
    ) async -> Response {
        // A client's own key goes with every call that is made for it, those that confirm a match among them.
        finished(
            await RequestAccount.$current.withValue(account) {
                await AnswerNote.$current.withValue(note) {
                    await ModelClient.$caller.withValue(parts.access.caller(of: request, trace)) {
                        guard let trace else { return await work() }
                        return await RequestTrace.$current.withValue(trace) { await work() }
                    }
                }
            }, account, note)
    }

    /// Whoever watches the service may see that it lives, and whoever has no token yet the page that asks for it.
    private static let openPaths = DashboardRoutes.paths.union(["/healthz", "/readyz"])

    /// The response to a request of nobody that the service knows, or of somebody who asks too often.
    private func refusal(of request: Request) -> Response? {
        if API.openPaths.contains(request.path) { return nil }
        do throws(APIError) {
            return excess(of: try askingTenant(request.head), counts: true)
        } catch {
            return error.response
        }
    }

    /// Whose request it is by its head.
    ///
    /// - Throws: why it is not answered, whoever asks and whatever its body is.
    private func askingTenant(_ head: Request.Head) throws(APIError) -> String {
        if head.isCrossSite {
            throw APIError(
                403, "a browser sends this for a page of another site; let that site's own server ask instead",
                code: "cross_site_request")
        }
        if parts.access.isOpen, head.hasForeignHost {
            throw APIError(
                403,
                "the name in Host may be anybody's, as a page of another site can have it lead here: call 127.0.0.1, "
                    + "localhost or a name without dots, have a proxy in between send that Host, or ask for tokens "
                    + "with tokens_file",
                code: "foreign_host")
        }
        if let refusal = head.mediaRefusal { throw refusal }
        return try parts.access.tenant(of: head)
    }

    /// The response to a request of a tenant that asks too often.
    ///
    /// - Parameter counts: whether the request counts for those that follow it.
    private func excess(of tenant: String?, counts: Bool) -> Response? {
        guard let tenant, let rateLimiter = parts.rateLimiter else { return nil }
        let seconds = rateLimiter.secondsToWait(tenant, takes: counts, now: parts.clock.now)
        return seconds.map { APIError.tooOften(retryAfterSeconds: $0).response }
    }

    /// The response to a request whose answer is at hand: an exact hit, a sign of life; or the rest of the way to it. Nil
    /// leaves it to `respond`.
    ///
    /// It takes some microseconds, so a connection's own thread may call it and spare the way through a task.
    package func respondImmediately(to request: Request) -> Immediate? {
        let head = immediateHead(request.head)
        guard let handler = head.handler, excess(of: head.tenant, counts: false) == nil else { return nil }
        let time = parts.clock.now
        let (account, trace) = opened(request, head, at: time)
        let note = account.flatMap {
            recentAnswers.hasRoomForHit(at: time) ? AnswerNote($0, request, parts.cache.parts.personalData) : nil
        }
        // A request is counted once: what is left to `respond` is counted there.
        guard
            let immediate = handler(
                ImmediateCall(request: request, head: head, time: time, account: account, note: note))
        else { return nil }
        // Others may have used up its room meanwhile.
        let excess = excess(of: head.tenant, counts: true)
        if let excess { return .response(finished(excess, account, note)) }
        switch immediate {
        case .response(let response): return .response(finished(response, account, note))
        case .rest(let rest):
            // Only of hits there may be too many to keep a note of each.
            let note = note ?? account.map { AnswerNote($0, request, parts.cache.parts.personalData) }
            return .rest { await self.counted(request, account, trace, note, rest) }
        }
    }

    /// The response under its id, its request accounted for.
    private func finished(
        _ response: consuming Response, _ account: RequestAccount?, _ note: AnswerNote?
    ) -> Response {
        let (response, id) = identified(response)
        account?.identify(id)
        if let note { recentAnswers.add(note, request: id) }
        return response
    }

    /// What the head says, concluded now or for the same head before.
    private func immediateHead(_ head: Request.Head) -> ImmediateHead {
        if let known = head.conclusion as? ImmediateHead, known.service == number { return known }
        let concluded = concluded(head)
        head.conclusion = concluded
        return concluded
    }

    private func concluded(_ head: Request.Head) -> ImmediateHead {
        // What is wrong with a request is said on the longer way.
        guard let handler = router.immediateHandler(for: head) else { return ImmediateHead(service: number, nil) }
        if API.openPaths.contains(head.path) { return ImmediateHead(service: number, handler) }
        do throws(APIError) {
            return ImmediateHead(
                service: number, handler, tenant: try askingTenant(head), row: try accounting?.row(head),
                use: CacheUse.isPossible(head) ? try? CacheUse(head, parts.access) : nil)
        } catch {
            return ImmediateHead(service: number, nil)
        }
    }

    private func opened(
        _ request: Request, _ head: ImmediateHead, at time: Timestamp
    ) -> (RequestAccount?, RequestTrace?) {
        guard let row = head.row, let (account, trace) = accounting?.open(request, row, at: time) else {
            return (nil, nil)
        }
        return (account, trace)
    }

    private func opened(_ request: Request) throws(APIError) -> (RequestAccount?, RequestTrace?) {
        guard let (account, trace) = try accounting?.open(request) else { return (nil, nil) }
        return (account, trace)
    }

    private func identified(_ response: consuming Response) -> (response: Response, id: String) {
        // One the upstream gave stays: it is the one its support asks for.
        if let id = response.headers["x-request-id"] { return (response, id) }
        let id = Identifier.random(after: "req_")
        response.headers.add("x-request-id", id)
        return (response, id)
    }
}

extension API.Parts {
    /// The scope of a question that one of our own routes takes.
    ///
    /// - Parameters:
    ///   - name: as the body gives it; otherwise the header `Refrain-Scope` counts.
    ///   - context: of chats that come with more than a question; nil for the bare question.
    func scope(_ request: Request, named name: String?, context: Digest? = nil) throws(APIError) -> ScopeKey {
        let name = if let name { name } else { try CacheDirectives.scopeName(request.headers) }
        return ScopeKey(
            tenant: try access.tenant(of: request), name: name, digest: context ?? ChatRequest.plainContext)
    }

    /// The question of a body that has a question, maybe a scope, a context, an embedding.
    func plainQuery(_ request: Request, _ body: RequestBody) throws(APIError) -> Query {
        let question = try body.string("question", bytesMax: Limits.questionBytesMax)
        let named = try body.optionalString("scope", bytesMax: Limits.scopeNameBytesMax)
        let scope = try scope(request, named: named, context: try body.context())
        RequestAccount.current?.change { $0.dimensions.scope = scope.name }
        let query = Query(
            question, scope: scope,
            directives: try CacheDirectives.of(request.headers),
            vector: try body.vector(dimension: cache.indexes.dimension))
        AnswerNote.current?.take(query)
        return treated(query)
    }
}
