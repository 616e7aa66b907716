import Ledger
import Store
import Support

/// One made-up request with its calls and what people said of it.
struct SimulatedRequest {
    static let unpricedModel = "house-model"

    private(set) var row: RequestRow
    private(set) var calls: [Call] = []
    private(set) var audit: Audit?
    /// In the order in which they were given.
    private(set) var ratings: [Rating] = []

    var origin: CallOrigin {
        var origin = CallOrigin()
        origin.tenant = row.dimensions.tenant
        origin.scope = row.dimensions.scope
        origin.plan = row.dimensions.plan
        origin.variant = row.dimensions.variant
        origin.labels = row.labels
        return origin
    }

    /// - Parameter ticket: what it is about; a ticket's requests come near each other.
    init(number: Int, ticket: Int, time: Timestamp, _ generator: inout SplitMix64) {
        row = RequestRow(time: time)
        row.request = "req_\(number)"
        row.dimensions.tenant = ["acme", "globex", "initech"][Int.random(in: 0..<3, using: &generator)]
        row.dimensions.scope = ["", "faq", "shop", "legal"][Int.random(in: 0..<4, using: &generator)]
        row.dimensions.route = "/v1/chat/completions"
        row.dimensions.model = Bool.random(using: &generator) ? "refrain" : "gpt-5.2"
        row.dimensions.variant = ["", "full only", "hybrid"][Int.random(in: 0..<3, using: &generator)]
        if Int.random(in: 0..<10, using: &generator) < 8 {
            row.labels = [Label("ticket", "T\(ticket)"), Label("kind", "chat")]
        }
        row.latency.total = Int64.random(in: 20...3_000_000, using: &generator)
        row.fullCost = Int.random(in: 0..<50, using: &generator) == 0 ? nil : Self.money(&generator)
        decide(&generator)
        rate(&generator)
    }

    private mutating func decide(_ generator: inout SplitMix64) {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<30: row.dimensions.outcome = "exact"
        case 30..<40: row.dimensions.outcome = "alias"
        case 40..<45: row.dimensions.outcome = "judged"
        case 45..<60:
            row.dimensions.outcome = "confirmed"
            confirm("same", &generator)
        case 60..<95:
            row.dimensions.outcome = "miss"
            if Bool.random(using: &generator) { confirm("different", &generator) }
            answer(&generator)
        case 95..<98:
            row.dimensions.outcome = "bypass"
            call("", Self.unpricedModel, "answer", cost: nil, &generator)
        default:
            row.dimensions.outcome = "error"
            row.fullCost = .zero
            call("full", "gpt-5.2", "answer", status: "429", cost: nil, &generator)
        }
        let isHit = ["judged", "confirmed"].contains(row.dimensions.outcome)
        if isHit, Int.random(in: 0..<20, using: &generator) == 0 {
            audit = Audit(
                of: row.dimensions, labels: row.labels, time: row.time,
                isFalseAccept: Int.random(in: 0..<25, using: &generator) == 0)
        }
    }

    private mutating func confirm(_ verdict: String, _ generator: inout SplitMix64) {
        row.verdict = verdict
        call("mini", "gpt-5-mini", "confirm", cost: Self.money(&generator), &generator)
    }

    private mutating func answer(_ generator: inout SplitMix64) {
        guard row.dimensions.model == "refrain" else {
            return call("", "gpt-5.2", "answer", cost: Self.money(&generator), &generator)
        }
        row.dimensions.plan = "confidence"
        call("mini", "gpt-5-mini", "plan", cost: Self.money(&generator), &generator)
        guard Int.random(in: 0..<3, using: &generator) == 0 else { return }
        row.isEscalated = true
        call("full", "gpt-5.2", "plan", cost: Self.money(&generator), &generator)
    }

    private mutating func call(
        _ role: String, _ model: String, _ purpose: String, status: String = "200", cost: Money?,
        _ generator: inout SplitMix64
    ) {
        let prompt = status == "200" ? Int.random(in: 1...4_000, using: &generator) : 0
        let completion = status == "200" ? Int.random(in: 1...900, using: &generator) : 0
        calls.append(
            Call(
                time: row.time, role: role, model: model, purpose: purpose, promptTokens: prompt,
                cachedTokens: prompt / 3, completionTokens: completion, reasoningTokens: completion / 4, cost: cost,
                latencyMilliseconds: 700, status: status))
    }

    private mutating func rate(_ generator: inout SplitMix64) {
        guard Int.random(in: 0..<100, using: &generator) == 0 else { return }
        var rating = Rating(
            tenant: row.dimensions.tenant, kind: .request, subject: row.request, time: row.time)
        rating.scope = row.dimensions.scope
        rating.model = row.dimensions.model
        rating.plan = row.dimensions.plan
        rating.variant = row.dimensions.variant
        rating.labels = row.labels
        // Every third person thinks better of it.
        if Int.random(in: 0..<3, using: &generator) == 0 {
            rating.isGood = false
            rating.score = 1
            ratings.append(rating)
        }
        rating.isGood = Int.random(in: 0..<10, using: &generator) < 9
        rating.score = Int.random(in: 1...5, using: &generator)
        rating.hasSucceeded = Bool.random(using: &generator)
        ratings.append(rating)
    }

    private static func money(_ generator: inout SplitMix64) -> Money {
        Money(nanodollars: Int64.random(in: 1...20_000_000, using: &generator))
    }
}
