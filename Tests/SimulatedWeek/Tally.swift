package import Ledger
import Store

/// What a report has to say of a group, counted apart from the ledger, one event after another.
package struct Tally: Hashable, Sendable {
    package var requests = 0
    package var outcomes: [String: Int] = [:]
    package var confirmations = 0
    package var accepted = 0
    package var planned = 0
    package var escalated = 0
    package var audited = 0
    package var falseAccepts = 0
    /// Billionths of a dollar.
    package var fullCost = 0
    package var fullUnknown = 0
    package var latencyMicroseconds = 0
    package var calls = 0
    package var inputTokens = 0
    package var cachedTokens = 0
    package var outputTokens = 0
    package var reasoningTokens = 0
    package var cost = 0
    package var costUnknown = 0
    package var good = 0
    package var bad = 0
    package var scoreSum = 0
    package var succeeded = 0
    package var failed = 0

    package init() {}

    /// What a report says.
    package init(_ row: ReportRow) {
        requests = Int(row.requests.requests)
        outcomes = row.outcomes.mapValues(Int.init)
        confirmations = Int(row.requests.confirmations)
        accepted = Int(row.requests.accepted)
        planned = Int(row.requests.planned)
        escalated = Int(row.requests.escalated)
        audited = Int(row.requests.audited)
        falseAccepts = Int(row.requests.falseAccepts)
        fullCost = Int(row.requests.fullCost)
        fullUnknown = Int(row.requests.fullUnknown)
        latencyMicroseconds = Int(row.requests.latency)
        calls = Int(row.calls.calls)
        inputTokens = Int(row.calls.promptTokens)
        cachedTokens = Int(row.calls.cachedTokens)
        outputTokens = Int(row.calls.completionTokens)
        reasoningTokens = Int(row.calls.reasoningTokens)
        cost = Int(row.calls.cost)
        costUnknown = Int(row.calls.costUnknown)
        good = Int(row.ratings.good)
        bad = Int(row.ratings.bad)
        scoreSum = Int(row.ratings.scoreSum)
        succeeded = Int(row.ratings.succeeded)
        failed = Int(row.ratings.failed)
    }
}
