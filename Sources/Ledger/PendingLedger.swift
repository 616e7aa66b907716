package import Store
package import Support

/// What the ledger has taken in and not yet written: every sum, and as many rows as there is room for.
struct PendingLedger: Sendable {
    private var requestSums = BoundedRollUp<RequestDimensions>(kindsMax: Limits.ledgerKindsPerHourMax)
    private var callSums = BoundedRollUp<CallDimensions>(kindsMax: Limits.ledgerKindsPerHourMax)
    private var labelRequestSums = BoundedRollUp<LabelRequestDimensions>(kindsMax: Limits.ledgerLabelsPerHourMax)
    private var labelCallSums = BoundedRollUp<LabelCallDimensions>(kindsMax: Limits.ledgerLabelsPerHourMax)
    private var requests: [RequestRow] = []
    private var calls: [(call: Call, origin: CallOrigin)] = []
    /// Rows for which there was no room, so far.
    private(set) var droppedRows = 0

    var isEmpty: Bool { requestSums.sums.isEmpty && callSums.sums.isEmpty }

    mutating func add(_ row: RequestRow) {
        requestSums.update(hour: row.time.hour, row.dimensions) { $0.add(row) }
        for label in row.labels {
            let dimensions = LabelRequestDimensions(
                tenant: row.dimensions.tenant, key: label.key, value: label.value, outcome: row.dimensions.outcome)
            labelRequestSums.update(hour: row.time.hour, dimensions) { $0.add(row) }
        }
        if requests.count < Limits.ledgerRowsPendingMax { requests.append(row) } else { droppedRows += 1 }
    }

    mutating func add(_ call: Call, from origin: CallOrigin) {
        var dimensions = CallDimensions()
        dimensions.tenant = origin.tenant
        dimensions.scope = origin.scope
        dimensions.role = call.role
        dimensions.model = call.model
        dimensions.purpose = call.purpose
        dimensions.plan = origin.plan
        dimensions.variant = origin.variant
        let add: (inout CallSums) -> Void = { $0.add(call) }
        callSums.update(hour: call.time.hour, dimensions, add)
        for label in origin.labels {
            let dimensions = LabelCallDimensions(tenant: origin.tenant, key: label.key, value: label.value)
            labelCallSums.update(hour: call.time.hour, dimensions, add)
        }
        if calls.count < Limits.ledgerRowsPendingMax { calls.append((call, origin)) } else { droppedRows += 1 }
    }

    mutating func add(_ audit: Audit) {
        let add: (inout RequestSums) -> Void = { sums in
            sums.audited += 1
            if audit.isFalseAccept { sums.falseAccepts += 1 }
        }
        requestSums.update(hour: audit.time.hour, audit.dimensions, add)
        for label in audit.labels {
            let dimensions = LabelRequestDimensions(
                tenant: audit.dimensions.tenant, key: label.key, value: label.value,
                outcome: audit.dimensions.outcome)
            labelRequestSums.update(hour: audit.time.hour, dimensions, add)
        }
    }

    /// Hands everything over and begins at nothing.
    mutating func take() -> LedgerBatch {
        var batch = LedgerBatch()
        batch.requestSums = requestSums.take()
        batch.callSums = callSums.take()
        batch.labelRequestSums = labelRequestSums.take()
        batch.labelCallSums = labelCallSums.take()
        (batch.requests, requests) = (requests, [])
        (batch.calls, calls) = (calls, [])
        return batch
    }

    /// Takes back a batch that could not be written: its sums; its rows are dropped.
    mutating func giveBack(_ batch: LedgerBatch) {
        requestSums.giveBack(batch.requestSums)
        callSums.giveBack(batch.callSums)
        labelRequestSums.giveBack(batch.labelRequestSums)
        labelCallSums.giveBack(batch.labelCallSums)
        droppedRows += batch.requests.count + batch.calls.count
    }
}

extension RequestSums {
    mutating func add(_ row: RequestRow) {
        requests += 1
        if row.isCollapsed { collapsed += 1 }
        if row.isStored { stored += 1 }
        if let verdict = row.verdict, !row.isCollapsed {
            confirmations += 1
            if verdict == RequestRow.acceptingVerdict { accepted += 1 }
        }
        if !row.dimensions.plan.isEmpty { planned += 1 }
        if row.isEscalated { escalated += 1 }
        if let cost = row.fullCost { fullCost &+= cost.nanodollars } else { fullUnknown += 1 }
        if row.isFullEstimated { fullEstimated += 1 }
        latency &+= row.latency.total
    }
}

extension CallSums {
    mutating func add(_ call: Call) {
        calls += 1
        promptTokens &+= Int64(call.promptTokens)
        cachedTokens &+= Int64(call.cachedTokens)
        completionTokens &+= Int64(call.completionTokens)
        reasoningTokens &+= Int64(call.reasoningTokens)
        if call.hasUnknownUsage { usageUnknown += 1 }
        cost &+= call.cost?.nanodollars ?? 0
        if call.hasUnknownCost { costUnknown += 1 }
        latencyMilliseconds &+= Int64(call.latencyMilliseconds)
    }
}

extension RequestRow {
    /// What mini says of a question that asks the same.
    static let acceptingVerdict = "same"
}

extension Call {
    /// What was refused, or never reached the provider, is not billed; what broke on the way may be.
    private var isFree: Bool {
        if let code = Int(status) { return code >= 300 }
        return ["unreachable", "tls", "closed", "invalid_request"].contains(status)
    }

    package var hasUnknownCost: Bool { cost == nil && !isFree }

    /// No model answers a prompt of no tokens.
    var hasUnknownUsage: Bool { promptTokens == 0 && !isFree }
}

extension Timestamp {
    /// Hours since 1970-01-01T00:00:00Z, of the hour that has begun.
    package var hour: Int64 {
        let (hour, rest) = milliseconds.quotientAndRemainder(dividingBy: 3_600_000)
        return rest < 0 ? hour - 1 : hour
    }
}

/// What came of comparing a served answer with one of *full*'s.
package struct Audit: Sendable {
    /// Of the request that was served it.
    package var dimensions: RequestDimensions
    package var labels: [Label]
    package var time: Timestamp
    /// Whether it should not have been served.
    package var isFalseAccept: Bool

    package init(of dimensions: RequestDimensions, labels: [Label] = [], time: Timestamp, isFalseAccept: Bool) {
        self.dimensions = dimensions
        self.labels = labels
        self.time = time
        self.isFalseAccept = isFalseAccept
    }
}
