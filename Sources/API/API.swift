package import Cache
package import HTTP
package import Models
package import Plans
import Store
package import Support

/// The service as its clients see it: requests in, responses out, whatever carries them.
package final class API: Sendable {
    package struct Parts: Sendable {
        package var cache: SemanticCache
        package var models: ModelClient
        package var plans: PlanLibrary
        /// What answers a question of the server's choice that the cache cannot; nil: a plain call of *full*.
        package var missPlan: Plan?
        /// What has *full* do the work of mini in any plan.
        package var rules: EscalationRules
        package var access: Access
        package var clock: WallClock
        package var log: Log
        package var version: String
        /// The server's own numbers for /metrics and the statistics; empty where there is none.
        package var gauges: @Sendable () -> [(name: String, help: String, value: Double)]

        package init(
            cache: SemanticCache, models: ModelClient, plans: PlanLibrary, missPlan: Plan? = nil,
            rules: EscalationRules = EscalationRules(),
            access: Access = Access(), clock: WallClock = .system, log: Log = .none, version: String,
            gauges: @escaping @Sendable () -> [(name: String, help: String, value: Double)] = { [] }
        ) {
            self.cache = cache
            self.models = models
            self.plans = plans
            self.missPlan = missPlan
            self.rules = rules
            self.access = access
            self.clock = clock
            self.log = log
            self.version = version
            self.gauges = gauges
        }
    }

    let parts: Parts
    private let router: Router

    package init(_ parts: Parts) {
        self.parts = parts
        var router = Router()
        AnswerRoute<ChatRequest>("/v1/chat/completions", parts).register(in: &router)
        AnswerRoute<ResponsesRequest>("/v1/responses", parts).register(in: &router)
        ModelRoutes(parts).register(in: &router)
        LookupRoutes(parts).register(in: &router)
        ExplainRoute(parts).register(in: &router)
        EntryRoutes(parts).register(in: &router)
        FeedbackRoute(parts).register(in: &router)
        PlanRoutes(parts).register(in: &router)
        StatusRoutes(parts).register(in: &router)
        self.router = router
    }

    /// The response to a request; never fails, an error is a response too.
    package func respond(to request: Request) async -> Response {
        if let refusal = refusal(of: request) { return identified(refusal) }
        // A client's own key goes with every call that is made for it, those that confirm a match among them.
        return identified(
            await ModelClient.$clientKey.withValue(parts.access.clientKey(of: request)) {
                await router.respond(to: request)
            })
    }

    /// Whoever watches the service may see that it lives.
    private static let openPaths: Set<String> = ["/healthz", "/readyz"]

    /// The response to a request of nobody that the service knows.
    private func refusal(of request: Request) -> Response? {
        if API.openPaths.contains(request.path) { return nil }
        do throws(APIError) {
            _ = try parts.access.tenant(of: request)
            return nil
        } catch {
            return error.response
        }
    }

    /// The response to a request whose answer is at hand: an exact hit, a sign of life. Nil leaves it to `respond`.
    ///
    /// It takes some tens of microseconds, so a connection's own thread may call it and spare the way through a task.
    package func respondImmediately(to request: Request) -> Response? {
        refusal(of: request) == nil ? router.respondImmediately(to: request).map(identified) : nil
    }

    private func identified(_ response: Response) -> Response {
        var response = response
        // One the upstream gave stays: it is the one its support asks for.
        if response.headers["x-request-id"] == nil { response.headers["x-request-id"] = "req_" + Identifier.random() }
        return response
    }

}

extension API.Parts {
    /// The scope of a question that comes with nothing else: asked of `/cache/ask`, or imported.
    ///
    /// - Parameter name: as the body gives it; otherwise the header `Refrain-Scope` counts.
    func plainScope(_ request: Request, named name: String?) throws(APIError) -> ScopeKey {
        let name = if let name { name } else { try CacheDirectives.scopeName(request.headers) }
        return ScopeKey(tenant: try access.tenant(of: request), name: name, digest: ChatRequest.plainContext)
    }
    /// The question of a body that has a question, maybe a scope, maybe an embedding.
    func plainQuery(_ request: Request, _ body: RequestBody) throws(APIError) -> Query {
        let question = try body.string("question", bytesMax: Limits.questionBytesMax)
        let named = try body.optionalString("scope", bytesMax: Limits.scopeNameBytesMax)
        return Query(
            question,
            scope: try plainScope(request, named: named),
            directives: try CacheDirectives.of(request.headers),
            vector: try body.vector(dimension: cache.indexes.dimension))
    }
}
