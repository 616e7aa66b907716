package import Store
package import Support

/// The numbers of one group of a report.
package struct ReportRow: Sendable, Equatable {
    /// What people said of its answers.
    package struct Ratings: Sendable, Equatable {
        package var good: Int64 = 0
        package var bad: Int64 = 0
        package var scores: Int64 = 0
        package var scoreSum: Int64 = 0
        package var succeeded: Int64 = 0
        package var failed: Int64 = 0

        mutating func add(_ rating: Rating) {
            if let isGood = rating.isGood { if isGood { good += 1 } else { bad += 1 } }
            if let score = rating.score {
                scores += 1
                scoreSum += Int64(score)
            }
            if let hasSucceeded = rating.hasSucceeded { if hasSucceeded { succeeded += 1 } else { failed += 1 } }
        }
    }

    package var group: String
    package var requests = RequestSums()
    package var outcomes: [String: Int64] = [:]
    package var calls = CallSums()
    package var ratings = Ratings()
    /// Shadow mode: requests by what would have become of them. They were answered by a model, and so are misses.
    package var shadow: [String: Int64] = [:]
    /// What was counted of the requests that would have been hits.
    package var shadowHits = RequestSums()
    /// Confirmations of requests in shadow mode.
    package var shadowConfirmations: Int64 = 0
    /// What confirmations cost, as far as it is known.
    package var confirmationCost: Int64 = 0
    /// Microseconds that hits took.
    package var hitLatency: Int64 = 0
    /// Seconds that an answer of a model took on the mean, in the whole time reported; nil where there was none.
    package var answerSeconds: Double?

    package init(_ group: String) {
        self.group = group
    }

    /// Hits by kind, the surest first.
    package static let hitOutcomes = ["exact", "alias", "judged", "confirmed"]

    /// In the ledger, outcomes of shadow mode begin so.
    package static let shadowPrefix = "shadow_"

    package var hits: Int64 { Self.hitOutcomes.reduce(0) { $0 + (outcomes[$1] ?? 0) } }
    /// Hits ÷ requests; nil of none.
    package var hitRate: Double? { share(hits, requests.requests) }
    /// Hits on another wording ÷ requests: these can be wrong, and are what audits look at; nil of none.
    package var likenessRate: Double? { share(hits - (outcomes["exact"] ?? 0), requests.requests) }
    /// Requests whose plan called *full* ÷ requests that a plan answered.
    package var escalationRate: Double? { share(requests.escalated, requests.planned) }
    /// Confirmations that said "the same" ÷ confirmations.
    package var acceptRate: Double? { share(requests.accepted, requests.confirmations) }
    /// Of the served answers that were audited, those that should not have been served.
    package var falseAcceptRate: Double? { share(requests.falseAccepts, requests.audited) }
    package var falseAcceptInterval: Interval? { Interval(requests.falseAccepts, of: requests.audited) }
    package var satisfaction: Double? { share(ratings.good, ratings.good + ratings.bad) }
    package var satisfactionInterval: Interval? { Interval(ratings.good, of: ratings.good + ratings.bad) }
    package var success: Double? { share(ratings.succeeded, ratings.succeeded + ratings.failed) }
    package var successInterval: Interval? { Interval(ratings.succeeded, of: ratings.succeeded + ratings.failed) }
    package var meanScore: Double? { share(ratings.scoreSum, ratings.scores) }

    package var shadowRequests: Int64 { shadow.values.reduce(0, +) }
    /// What would have been hits ÷ requests in shadow mode; nil of none.
    package var shadowHitRate: Double? { share(shadowHits.requests, shadowRequests) }
    /// What would have been served on likeness ÷ requests in shadow mode; nil of none.
    package var shadowLikenessRate: Double? {
        share(shadowHits.requests - (shadow["exact"] ?? 0), shadowRequests)
    }
    package var shadowFalseAcceptInterval: Interval? {
        Interval(shadowHits.falseAccepts, of: shadowHits.audited)
    }
    /// What the answers to requests that would have been hits have cost, less the confirmations of shadow mode, of which
    /// the mean price of all confirmations is taken.
    package var wouldSave: Money {
        let confirming = share(shadowConfirmations, requests.confirmations) ?? 0
        return Money(
            nanodollars: shadowHits.fullCost - Int64((confirming * Double(confirmationCost)).rounded()))
    }

    /// What was spent, as far as it is known.
    package var cost: Money { Money(nanodollars: calls.cost) }
    /// What *full* only would have cost, as far as it is known.
    package var fullCost: Money { Money(nanodollars: requests.fullCost) }
    /// What *full* only would have cost, less all that was spent.
    package var saved: Money { fullCost - cost }

    /// What people would have waited for models, had the hits been misses, less what the hits took; nil where no model's
    /// answer was timed.
    package var savedSeconds: Double? {
        answerSeconds.map { Double(hits) * $0 - Double(hitLatency) / 1_000_000 }
    }

    private func share(_ part: Int64, _ whole: Int64) -> Double? {
        whole == 0 ? nil : Double(part) / Double(whole)
    }
}
