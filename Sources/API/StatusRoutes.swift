import Cache
import Embedding
import HTTP
import JSON
import Ledger
import Models
import Store
import Support
import Tracing

/// `/healthz`, `/readyz`, `/metrics` and `/cache/stats`: how the service is.
struct StatusRoutes: Sendable {
    private let parts: API.Parts

    private let stored: RememberedStatistics

    init(_ parts: API.Parts) {
        self.parts = parts
        stored = RememberedStatistics(parts.cache.parts.store)
    }

    func register(in router: inout Router) {
        router.add("GET", "/healthz") { _ in .json(200, ["status": "ok"]) }
        router.addImmediate("GET", "/healthz") { _ in .response(.json(200, ["status": "ok"])) }
        router.add("GET", "/readyz") { _ in ready() }
        router.add("GET", "/metrics") { try await metrics($0.request) }
        router.add("GET", "/cache/stats") { try await statistics($0.request) }
    }

    /// Ready means: the store answers, and this node may serve what it remembers. Those indexes that are loaded at the start are so before the first request is taken.
    private func ready() -> Response {
        guard parts.cache.parts.store.mayServe else {
            return APIError(503, "the other nodes have not been heard of for too long", code: "not_ready").response
        }
        do {
            // Any read will do; this one takes microseconds however much is stored.
            _ = try parts.cache.parts.store.scope(
                ScopeKey(tenant: "", name: "", digest: ChatRequest.plainContext))
            return .json(200, ["status": "ready", "models": .bool(parts.models.hasUpstream)])
        } catch {
            return APIError(503, "the store does not answer: \(error)", code: "not_ready").response
        }
    }

    private func statistics(_ request: Request) async throws -> Response {
        if let tenant = try parts.access.reportedTenant(of: request) { return try statistics(of: tenant) }
        // The calls of the last second count too.
        await parts.ledger?.flush()
        let store = parts.cache.parts.store
        // Millions of rows take some tens of milliseconds.
        let stored = try await BackgroundThread.result { () throws(StoreError) in try store.statistics() }
        let counted = parts.cache.metrics.snapshot
        var requests = JSONObject()
        for outcome in Receipt.Outcome.allCases {
            requests[outcome.rawValue] = .number(counted.requests[outcome] ?? 0)
        }
        let total = counted.requests.values.reduce(0, +)
        let hits = counted.requests.filter { $0.key.isHit }.values.reduce(0, +)
        return .json(
            200,
            [
                "version": .string(parts.version),
                "embedder": .string(parts.cache.parts.embedder.identity.name),
                "models": .bool(parts.models.hasUpstream),
                "requests": .object(requests),
                "hit_rate": total == 0 ? .null : .rounded(Double(hits) / Double(total), places: 4),
                "expected_wrong_per_request": total == 0
                    ? .null : .rounded(counted.expectedWrong / Double(total), places: 5),
                "expected_wrong_per_hit": hits == 0 ? .null : .rounded(counted.expectedWrong / Double(hits), places: 5),
                "saved_usd": .dollars(Money(nanodollars: counted.savedNanodollars)),
                "shadow": Self.shadow(counted),
                "collapsed": .number(counted.collapsed),
                "vectors": .number(parts.cache.indexes.count),
                "scopes_in_memory": .number(parts.cache.indexes.scopeCount),
                "audits": parts.auditor?.findings.json ?? .null,
                "evidence": parts.cache.evidenceSummary.json,
                "learned_ttl": parts.cache.learnedTimesToLive?.json ?? .null,
                "store": Self.json(stored),
            ])
    }

    /// What shadow mode would have served; null where nothing was asked in it.
    private static func shadow(_ counted: CacheMetrics.Snapshot) -> JSONValue {
        let total = counted.shadow.values.reduce(0, +)
        guard total > 0 else { return .null }
        let hits = counted.shadow.filter { $0.key.isHit }.values.reduce(0, +)
        var requests = JSONObject()
        for outcome in Receipt.Outcome.decided { requests[outcome.rawValue] = .number(counted.shadow[outcome] ?? 0) }
        return [
            "requests": .object(requests), "hit_rate": .rounded(Double(hits) / Double(total), places: 4),
            "expected_wrong_per_request": .rounded(counted.shadowExpectedWrong / Double(total), places: 5),
            "would_save_usd": .dollars(Money(nanodollars: counted.shadowWouldSaveNanodollars)),
        ]
    }

    /// What a tenant may know of the store: how much of it is its own. What others do would show in the other numbers.
    private func statistics(of tenant: String) throws -> Response {
        .json(
            200,
            [
                "version": .string(parts.version),
                "embedder": .string(parts.cache.parts.embedder.identity.name),
                "models": .bool(parts.models.hasUpstream),
                "store": ["entries": .number(try parts.cache.parts.store.entryCount(tenant: tenant))],
            ])
    }

    private static func json(_ stored: Statistics) -> JSONValue {
        [
            "entries": .number(stored.entries), "aliases": .number(stored.aliases),
            "refused_pairs": .number(stored.refusals), "scopes": .number(stored.scopes),
            "bytes": .number(stored.databaseBytes + stored.logBytes), "corrupt_rows": .number(stored.corruptRows),
            "calls": .number(stored.calls), "spent_usd": .dollars(stored.spent),
        ]
    }

    private func metrics(_ request: Request) async throws -> Response {
        guard try parts.access.reportedTenant(of: request) == nil else {
            throw APIError(
                403,
                "the metrics are the whole service's: use a token of the tenant \(Access.ownTenant), or the Unix socket",
                code: "not_permitted")
        }
        var text = MetricsText()
        text.describe(parts.cache.metrics.snapshot)
        text.describe(parts.cache.evidenceSummary)
        text.describe(parts.calls.snapshot)
        text.describe(parts.auditor?.findings, errorTarget: parts.cache.parts.judge.errorTarget)
        if let stored = await stored.current() { text.describe(stored) }
        text.gauge("refrain_vectors", "Vectors in memory.", Double(parts.cache.indexes.count))
        text.gauge("refrain_scopes_in_memory", "Scopes in memory.", Double(parts.cache.indexes.scopeCount))
        text.gauge(
            "refrain_shared_calls_in_flight", "Questions being answered once for all who ask them now.",
            Double(parts.cache.flights.count))
        if let tracer = parts.tracer {
            text.number("refrain_spans_sent_total", "Spans that the collector took.", Double(tracer.sent))
            text.number(
                "refrain_spans_dropped_total", "Spans for which there was no room, or that it did not take.",
                Double(tracer.dropped))
        }
        if let ledger = parts.ledger {
            text.number(
                "refrain_ledger_dropped_rows_total", "Rows of single requests and calls that were not kept.",
                Double(ledger.droppedRows))
        }
        for number in parts.gauges() { text.number(number.name, number.help, number.value) }
        text.gauge("refrain_build_info", "The running version.", 1, labels: [("version", parts.version)])
        return Response(
            200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
            body: .bytes(Array(text.text.utf8)))
    }
}
