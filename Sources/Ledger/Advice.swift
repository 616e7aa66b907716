package import JSON
package import Store
import Support

/// What the ledger says should be changed, why, and what may be expected of it.
package struct Advice: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A model has no price, so that the saving is not known.
        case priceMissing = "price_missing"
        /// Confirmations cost more than the hits that they gave are worth.
        case confirmationsCost = "confirmations_cost"
        /// A plan costs more than *full* alone would.
        case planCosts = "plan_costs"
        /// A plan's answers are good, yet *full* is called for most of them.
        case planEscalates = "plan_escalates"
        /// A plan's answers are not good enough.
        case planFails = "plan_fails"
        /// Served answers are wrong more often than the error target allows.
        case wrongHits = "wrong_hits"
        /// Many requests go past the cache.
        case bypassed
        /// What shadow mode would have served, and how much of it is known to be right.
        case shadow
    }

    package let kind: Kind
    /// A model or a plan; nil: the whole service.
    package let subject: String?
    /// What was measured, as a sentence.
    package let finding: String
    /// What to do, and what to expect.
    package let proposal: String

    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "subject": subject.map { .string($0) } ?? .null,
            "finding": .string(finding), "proposal": .string(proposal),
        ]
    }
}

/// Reads advice out of the ledger's sums.
package struct Advisor: Sendable {
    /// Fewer requests of a kind say nothing.
    package static let casesMin: Int64 = 50
    /// The share of good answers below which a plan is not good enough.
    package static let qualityFloor = 0.8

    private let extract: LedgerExtract
    private let errorTarget: Double
    private let floor: Double

    /// - Parameters:
    ///   - errorTarget: wrong answers a request, as configured.
    ///   - floor: the least similarity looked at, as configured.
    package init(_ extract: LedgerExtract, errorTarget: Double, floor: Double) {
        self.extract = extract
        self.errorTarget = errorTarget
        self.floor = floor
    }

    /// What matters most first.
    package var advice: [Advice] {
        let report = Report(extract, by: .plan, hours: 0..<1)
        let total = report.total
        return prices + shadow(total) + wrongHits(total) + report.rows.flatMap(plan) + confirmations(total)
            + bypassed(total)
    }

    private var prices: [Advice] {
        let models = Report(extract, by: .model, hours: 0..<1).rows
        // Where some calls have a cost, the price is there, and the others broke.
        let unpriced = models.filter { $0.calls.costUnknown > 0 && $0.calls.cost == 0 }
        return unpriced.map { row in
            Advice(
                kind: .priceMissing, subject: row.group,
                finding:
                    "\(row.calls.costUnknown) calls of \(row.group) have no known cost, so that what was spent and saved "
                    + "is not known either",
                proposal: "set its price under `prices`; it counts for calls from then on")
        }
    }

    private func wrongHits(_ total: ReportRow) -> [Advice] {
        guard total.requests.audited >= Self.casesMin, let wrong = total.falseAcceptInterval,
            let hits = total.likenessRate, wrong.lower * hits > errorTarget
        else { return [] }
        return [
            Advice(
                kind: .wrongHits, subject: nil,
                finding:
                    "of \(total.requests.audited) audited hits \(total.requests.falseAccepts) were wrong: at least "
                    + "\(percent(wrong.lower * hits)) of all requests, where \(percent(errorTarget)) is the target",
                proposal: "lower `error_target`, so that mini is asked about more of what is served now")
        ]
    }

    private func shadow(_ total: ReportRow) -> [Advice] {
        guard total.shadowRequests >= Self.casesMin, let hits = total.shadowHitRate,
            let onLikeness = total.shadowLikenessRate
        else { return [] }
        let saving =
            "\(percent(hits)) of \(total.shadowRequests) requests in shadow mode would have been hits, which "
            + "would have saved \(dollars(total.wouldSave.nanodollars, of: 1))"
        let audited = total.shadowHits.audited
        guard audited > 0, let wrong = total.shadowFalseAcceptInterval else {
            return [
                Advice(
                    kind: .shadow, subject: nil, finding: saving + "; none of them was audited",
                    proposal:
                        "set `audit_share` to 1 and `audits_per_hour` to what comes: an audit costs one call of mini")
            ]
        }
        let finding =
            saving + "; of \(audited) audited ones \(total.shadowHits.falseAccepts) were wrong, so that between "
            + "\(percent(wrong.lower * onLikeness)) and \(percent(wrong.upper * onLikeness)) of all requests would "
            + "have got a wrong answer, where \(percent(errorTarget)) is the target"
        let proposal =
            if wrong.upper * onLikeness <= errorTarget {
                "set `shadow` to false: the target is surely kept"
            } else if wrong.lower * onLikeness > errorTarget {
                "lower `error_target`, and look again; or raise what you accept"
            } else {
                "wait for more audits, or raise `audit_share`: the target may be kept or not"
            }
        return [Advice(kind: .shadow, subject: nil, finding: finding, proposal: proposal)]
    }

    private func plan(_ row: ReportRow) -> [Advice] {
        guard !row.group.isEmpty else { return [] }
        let requests = row.requests
        if row.ratings.good + row.ratings.bad >= Self.casesMin, let quality = row.satisfactionInterval,
            quality.upper < Self.qualityFloor
        {
            return [
                Advice(
                    kind: .planFails, subject: row.group,
                    finding: "people found \(percent(row.satisfaction ?? 0)) of the answers of plan \(row.group) good, "
                        + "\(percent(quality.upper)) at most, from \(row.ratings.good + row.ratings.bad) ratings",
                    proposal: "have full answer more of them: a stricter condition in the plan, or `miss_plan` unset")
            ]
        }
        guard requests.planned >= Self.casesMin, row.calls.costUnknown == 0, requests.fullUnknown == 0 else {
            return []
        }
        let spent = dollars(row.calls.cost, of: requests.planned)
        let full = dollars(requests.fullCost, of: requests.planned)
        if row.calls.cost > requests.fullCost {
            return [
                Advice(
                    kind: .planCosts, subject: row.group,
                    finding:
                        "plan \(row.group) costs \(spent) a request, full alone about \(full); full was called for "
                        + "\(percent(row.escalationRate ?? 0)) of \(requests.planned) requests",
                    proposal: "leave `miss_plan` unset, or loosen the plan's condition; expect to save about "
                        + "\(dollars(row.calls.cost - requests.fullCost, of: requests.planned)) a request without it")
            ]
        }
        return escalates(row)
    }

    private func escalates(_ row: ReportRow) -> [Advice] {
        guard let rate = row.escalationRate, rate > 0.5, let quality = row.satisfactionInterval,
            quality.lower >= Self.qualityFloor
        else { return [] }
        let cost = extract.calls.filter { $0.key.dimensions.plan == row.group && $0.key.dimensions.role == "full" }
            .values.reduce(0) { $0 + $1.cost }
        return [
            Advice(
                kind: .planEscalates, subject: row.group,
                finding:
                    "full was called for \(percent(rate)) of the requests of plan \(row.group), and people found at "
                    + "least \(percent(quality.lower)) of its answers good",
                proposal:
                    "loosen the plan's condition, so that mini's own answer is enough more often; each escalation "
                    + "spared saves about \(dollars(cost, of: row.requests.escalated)). Watch the satisfaction")
        ]
    }

    private func confirmations(_ total: ReportRow) -> [Advice] {
        let spent = extract.calls.filter { $0.key.dimensions.purpose == "confirm" }.values.reduce(0) { $0 + $1.cost }
        let confirmed = extract.requests.filter { $0.key.dimensions.outcome == "confirmed" }.values
        let worth = confirmed.reduce(0) { $0 + $1.fullCost }
        let isKnown = confirmed.allSatisfy { $0.fullUnknown == 0 }
        guard total.requests.confirmations >= Self.casesMin, isKnown, worth < spent else { return [] }
        return [
            Advice(
                kind: .confirmationsCost, subject: nil,
                finding:
                    "mini was asked about \(total.requests.confirmations) questions for \(dollars(spent, of: 1)), and "
                    + "the hits that it confirmed were worth \(dollars(worth, of: 1))",
                proposal:
                    "raise `floor` (\(floor)), so that only nearer questions are asked about; expect to save up to "
                    + "\(dollars(spent - worth, of: 1)) in the same time")
        ]
    }

    private func bypassed(_ total: ReportRow) -> [Advice] {
        let count = total.outcomes["bypass"] ?? 0
        let requests = total.requests.requests
        guard requests >= Self.casesMin, count * 5 > requests else { return [] }
        return [
            Advice(
                kind: .bypassed, subject: nil,
                finding: "\(percent(Double(count) / Double(requests))) of \(requests) requests go past the cache",
                proposal: "docs/protocol.md says what cannot be answered from it: tools, images, several answers, …")
        ]
    }

    private func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }

    /// An amount per case, with three digits that matter.
    private func dollars(_ nanodollars: Int64, of count: Int64) -> String {
        let amount = Double(nanodollars) / 1e9 / Double(max(1, count))
        guard amount != 0 else { return "$0" }
        var scale = 100.0
        while amount.magnitude * scale < 100, scale < 1e9 { scale *= 10 }
        return "$\((amount * scale).rounded() / scale)"
    }
}
