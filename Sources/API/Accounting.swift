import Cache
import HTTP
import JSON
import Ledger
import Models
import Store
import Support
import Tracing

/// How requests come into the ledger.
struct Accounting: Sendable {
    private let ledger: Ledger
    private let access: Access
    private let policy: PersonalDataPolicy
    private let clock: WallClock
    private let tracer: Tracer?

    /// - Returns: nil where no ledger is kept.
    init?(_ parts: API.Parts) {
        guard let ledger = parts.ledger else { return nil }
        self.ledger = ledger
        access = parts.access
        policy = parts.cache.parts.personalData
        clock = parts.clock
        tracer = parts.tracer
    }

    /// The account of a request, where it is one that the ledger counts, and its trace, where one is recorded.
    ///
    /// - Throws: 400 for labels that cannot be kept.
    func open(_ request: Request) throws(APIError) -> (RequestAccount, RequestTrace?)? {
        guard let row = try row(request.head) else { return nil }
        return open(request, row, at: clock.now)
    }

    /// - Parameter row: of the request's head; it is of no time, for each request has its own.
    func open(
        _ request: Request, _ row: consuming RequestRow, at time: Timestamp
    ) -> (RequestAccount, RequestTrace?) {
        row.time = time
        guard let tracer, let trace = RequestTrace(tracer, request, route: row.dimensions.route) else {
            return (RequestAccount(ledger, row), nil)
        }
        return (RequestAccount(ledger, row) { trace.end($0) }, trace)
    }

    /// What a request's head says to the ledger; nil where it is none that is counted.
    ///
    /// - Throws: 400 for labels that cannot be kept.
    func row(_ head: Request.Head) throws(APIError) -> RequestRow? {
        guard let route = Accounting.route(head) else { return nil }
        let labels = try LedgerLabels.of(head.headers)
        guard let tenant = try? access.tenant(of: head) else { return nil }
        var row = RequestRow(time: Timestamp(milliseconds: 0))
        row.dimensions.tenant = tenant
        row.dimensions.scope = (try? CacheDirectives.scopeName(head.headers)) ?? ""
        row.dimensions.route = route
        row.labels = Labels.merged(LedgerLabels.kept(labels, policy))
        return row
    }

    private static let routes: Set = [
        "/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/cache/lookup", "/cache/ask",
    ]

    /// Runs of all plans count as one route; which plan it was is a column of its own.
    private static func route(_ request: Request.Head) -> String? {
        guard request.method == "POST" else { return nil }
        // The set's own text: each request would bring one of its own.
        if let index = routes.firstIndex(of: request.path) { return routes[index] }
        let isRun = request.path.hasSuffix("/runs") || request.path.hasSuffix("/resume")
        return request.path.hasPrefix("/plans/") && isRun ? "/plans/runs" : nil
    }
}

extension Receipt {
    /// What the ledger counts the request under: what shadow mode decided is apart from what was served.
    var ledgerOutcome: String {
        shadow.map { ReportRow.shadowPrefix + $0.outcome.rawValue } ?? outcome.rawValue
    }
}

extension RequestRow {
    /// Takes what a reply's receipt says.
    mutating func take(_ reply: Reply) {
        take(reply.receipt)
        switch reply.content {
        case .cached(let entry): take(entry)
        case .generated(let completion):
            fullCost = completion.fullOnlyCost
            isFullEstimated = completion.estimatedFullCost != nil
        // A lookup that finds nothing serves nobody.
        case .none: fullCost = .zero
        }
    }

    mutating func take(_ receipt: Receipt) {
        dimensions.outcome = receipt.ledgerOutcome
        entry = receipt.entry
        verdict = receipt.verdict?.reason.rawValue
        isCollapsed = receipt.isCollapsed
        isStored = receipt.isStored
        latency.embed = Self.microseconds(receipt.latency.embed)
        latency.search = Self.microseconds(receipt.latency.search)
        latency.confirm = Self.microseconds(receipt.latency.confirm)
        latency.upstream = Self.microseconds(receipt.latency.upstream)
    }

    /// Takes what the answer served would have cost.
    mutating func take(_ entry: Entry) {
        fullCost = entry.cost
        // No model was asked for an answer that somebody put in.
        isFullEstimated = entry.cost != nil && entry.origin != .model
    }

    private static func microseconds(_ milliseconds: Double?) -> Int64? {
        milliseconds.flatMap { Int64(exactly: ($0 * 1_000).rounded()) }
    }
}

extension RequestAccount {
    /// Says what is asked for, before anything is called.
    func describe(model: String, metadata: JSONValue?, _ policy: PersonalDataPolicy) {
        describe(
            model: model.cut(toBytes: Limits.ledgerNameBytesMax),
            labels: LedgerLabels.kept(LedgerLabels.of(metadata: metadata), policy))
    }

    /// - Parameters:
    ///   - model: as the ledger keeps it.
    ///   - labels: besides those of the head, as the ledger keeps them.
    func describe(model: String, labels: [Label]) {
        change { row in
            row.dimensions.model = model
            if !labels.isEmpty { row.labels = Labels.merged(row.labels + labels) }
        }
    }

    func take(_ reply: Reply) {
        change { $0.take(reply) }
        AnswerNote.current?.take(reply)
    }

    /// Says that the request was passed on and answered: without the service it would have cost the same.
    func passed() {
        change { row in
            row.dimensions.outcome = Receipt.Outcome.bypass.rawValue
            row.fullCost = row.spentUnknown == 0 ? row.spent : nil
        }
    }
}
