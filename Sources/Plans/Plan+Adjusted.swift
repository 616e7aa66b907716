extension Plan {
    /// The plan with other bounds than its file has.
    ///
    /// - Parameters:
    ///   - confidenceMin: from which confidence on mini's own answer counts: the bound of every condition on a value's
    ///     member `confidence`; nil leaves it.
    ///   - summaryTokensMax: what a step may write of each part of a text that is cut into parts; nil leaves it.
    package func adjusted(confidenceMin: Double?, summaryTokensMax: Int?) -> Plan {
        var plan = self
        for index in plan.steps.indices {
            if let confidenceMin {
                plan.steps[index].condition = plan.steps[index].condition?.withConfidence(confidenceMin)
            }
            if let summaryTokensMax, case .ask(var ask) = plan.steps[index].action, ask.partTokensMax != nil {
                ask.outputTokensMax = summaryTokensMax
                plan.steps[index].action = .ask(ask)
            }
        }
        return plan
    }

    /// Whether a step's condition has a bound for how sure a model is.
    package var asksForConfidence: Bool {
        steps.contains { $0.condition != $0.condition?.withConfidence(-1) }
    }
}

extension Condition {
    fileprivate func withConfidence(_ bound: Double) -> Condition {
        switch self {
        case .all(let conditions): .all(conditions.map { $0.withConfidence(bound) })
        case .any(let conditions): .any(conditions.map { $0.withConfidence(bound) })
        case .not(let condition): .not(condition.withConfidence(bound))
        case .isBelow(let reference, _) where reference.isConfidence: .isBelow(reference, bound)
        case .isAtLeast(let reference, _) where reference.isConfidence: .isAtLeast(reference, bound)
        default: self
        }
    }
}

extension Reference {
    fileprivate var isConfidence: Bool { path.last == "confidence" }
}
