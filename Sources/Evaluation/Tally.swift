import Support

/// Counts what a policy did with a stream of requests, against the labels.
struct Tally {
    /// What became of one request.
    struct Outcome {
        /// The text whose answer was served; nil is a miss.
        var served: Int?
        var confirmations = 0
        /// What the models' calls for it cost; nil where a price is unknown.
        var spent: Money?
        var milliseconds: Double
    }

    private let labelled: LabelledTexts
    private var seenClasses: Set<Int> = []
    private var result: PolicyResult
    /// What *full* alone would have cost, and what the policy did; nil where a price is unknown.
    private var fullCost: Money? = .zero
    private var spent: Money? = .zero
    private var milliseconds: [Double] = []
    private var confirmations: [Int] = []

    init(policy: String, _ labelled: LabelledTexts) {
        self.labelled = labelled
        result = PolicyResult(policy: policy)
    }

    /// - Parameter fullCost: what *full* takes for this request.
    mutating func add(_ text: Int, _ outcome: Outcome, fullCost: Money?) {
        result.requests += 1
        if !seenClasses.insert(labelled.classes[text]).inserted { result.possible += 1 }
        if labelled.isOutside(text) {
            result.outside += 1
            if let served = outcome.served, served != text { result.outsideServed += 1 }
        }
        if let served = outcome.served {
            switch labelled.relation(text, served) {
            case .same: result.right += 1
            case .different: result.wrong += 1
            case .unknown: result.unknown += 1
            }
        }
        result.confirmations += outcome.confirmations
        confirmations.append(outcome.confirmations)
        self.fullCost = self.fullCost.flatMap { sum in fullCost.map { sum + $0 } }
        spent = spent.flatMap { sum in outcome.spent.map { sum + $0 } }
        milliseconds.append(outcome.milliseconds)
    }

    func finish() -> PolicyResult {
        var result = result
        if let fullCost, let spent, fullCost > .zero { result.netSaving = 1 - spent.dollars / fullCost.dollars }
        let late = confirmations.suffix(confirmations.count / 4)
        result.requestsLate = late.count
        result.confirmationsLate = late.reduce(0, +)
        let sorted = milliseconds.sorted()
        result.p50Milliseconds = Tally.percentile(sorted, 0.50)
        result.p99Milliseconds = Tally.percentile(sorted, 0.99)
        return result
    }

    /// The smallest value that at least that share of all does not exceed; 0 of nothing.
    static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[max(0, rank - 1)]
    }
}
