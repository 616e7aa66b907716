package import Ledger
import Store
import Support

/// What reports on the simulated traffic have to say.
package struct Truth: Sendable {
    package private(set) var groups: [Grouping: [String: Tally]] = [:]
    package private(set) var total = Tally()

    mutating func count(_ event: SimulatedRequest) {
        let row = event.row
        let day = String(row.time.rfc3339.prefix(10))
        let ticket = row.labels.first { $0.key == "ticket" }?.value
        let shared: [(Grouping, String?)] = [
            (.plan, row.dimensions.plan), (.variant, row.dimensions.variant), (.scope, row.dimensions.scope),
            (.tenant, row.dimensions.tenant), (.day, day), (.label("ticket"), ticket),
        ]
        let request = shared + [(.model, row.dimensions.model)]
        add(request) { tally in
            tally.requests += 1
            tally.outcomes[row.dimensions.outcome, default: 0] += 1
            if let verdict = row.verdict {
                tally.confirmations += 1
                tally.accepted += verdict == "same" ? 1 : 0
            }
            tally.planned += row.dimensions.plan == "" ? 0 : 1
            tally.escalated += row.isEscalated ? 1 : 0
            if let cost = row.fullCost { tally.fullCost += Int(cost.nanodollars) } else { tally.fullUnknown += 1 }
            tally.latencyMicroseconds += Int(row.latency.total)
            if let audit = event.audit {
                tally.audited += 1
                tally.falseAccepts += audit.isFalseAccept ? 1 : 0
            }
        }
        for call in event.calls {
            add(shared + [(.model, call.model), (.role, call.role), (.purpose, call.purpose)]) { tally in
                tally.calls += 1
                tally.inputTokens += call.promptTokens
                tally.cachedTokens += call.cachedTokens
                tally.outputTokens += call.completionTokens
                tally.reasoningTokens += call.reasoningTokens
                tally.cost += Int(call.cost?.nanodollars ?? 0)
                // The only calls without a cost are those of a model without a price, and refused ones.
                tally.costUnknown += call.model == SimulatedRequest.unpricedModel && call.status == "200" ? 1 : 0
            }
        }
        // Later words on a subject come later in the list.
        guard let last = event.ratings.last else { return }
        add(request) { tally in
            if let isGood = last.isGood { if isGood { tally.good += 1 } else { tally.bad += 1 } }
            tally.scoreSum += last.score ?? 0
            if let done = last.hasSucceeded { if done { tally.succeeded += 1 } else { tally.failed += 1 } }
        }
    }

    private mutating func add(_ places: [(Grouping, String?)], _ body: (inout Tally) -> Void) {
        body(&total)
        for (grouping, group) in places {
            if let group { body(&groups[grouping, default: [:]][group, default: Tally()]) }
        }
    }
}
