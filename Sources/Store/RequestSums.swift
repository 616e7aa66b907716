/// What is summed up over requests.
package struct RequestSums: LedgerSums {
    package var requests: Int64 = 0
    /// Of them, those that waited for another, identical request's call.
    package var collapsed: Int64 = 0
    /// Of them, those whose answer was stored.
    package var stored: Int64 = 0
    /// Of them, those about which mini was asked, and those where it said "the same".
    package var confirmations: Int64 = 0
    package var accepted: Int64 = 0
    /// Of them, those answered by a plan, and those where the plan called *full*.
    package var planned: Int64 = 0
    package var escalated: Int64 = 0
    /// Served answers that were compared with one of *full*'s, and those that should not have been served.
    package var audited: Int64 = 0
    package var falseAccepts: Int64 = 0
    /// What they would have cost with *full* only, in billionths of a dollar, as far as it is known.
    package var fullCost: Int64 = 0
    /// Requests for which it is not known, and those for which it is an estimate.
    package var fullUnknown: Int64 = 0
    package var fullEstimated: Int64 = 0
    /// Microseconds from the first to the last byte of the work.
    package var latency: Int64 = 0

    package static let columns = [
        "requests", "collapsed", "stored", "confirmations", "accepted", "planned", "escalated", "audited",
        "false_accepts", "full_cost", "full_unknown", "full_estimated", "latency_us",
    ]

    package var values: [Int64] {
        [
            requests, collapsed, stored, confirmations, accepted, planned, escalated, audited, falseAccepts, fullCost,
            fullUnknown, fullEstimated, latency,
        ]
    }

    package init() {}

    package init(values: [Int64]) {
        precondition(values.count == RequestSums.columns.count, "a value for each column")
        (requests, collapsed, stored) = (values[0], values[1], values[2])
        (confirmations, accepted) = (values[3], values[4])
        (planned, escalated) = (values[5], values[6])
        (audited, falseAccepts) = (values[7], values[8])
        (fullCost, fullUnknown, fullEstimated) = (values[9], values[10], values[11])
        latency = values[12]
    }
}
