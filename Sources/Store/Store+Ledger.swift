package import Support

extension Store {
    /// Writes a batch of the ledger, all or nothing, and once whatever becomes of the connection.
    package func add(_ batch: LedgerBatch) async throws(StoreError) {
        try await write(awaitsOutcome: true) { (connection) throws(StoreError) in
            connection.reach = .nothing
            try connection.add(batch.requestSums, to: .requestHours)
            try connection.add(batch.callSums, to: .callHours)
            try connection.add(batch.labelRequestSums, to: .labelRequestHours)
            try connection.add(batch.labelCallSums, to: .labelCallHours)
            if !batch.requests.isEmpty {
                let ids = try connection.nextIDs(.requests, batch.requests.count)
                for (row, id) in zip(batch.requests, ids) { try connection.insert(row, id: id) }
            }
            if !batch.calls.isEmpty {
                let ids = try connection.nextIDs(.calls, batch.calls.count)
                for (call, id) in zip(batch.calls, ids) {
                    try connection.insert(call.call, from: call.origin, id: id)
                }
            }
        }
    }

    /// Keeps a rating; the latest on a subject counts.
    package func add(_ rating: Rating) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in try connection.add(rating) }
    }

    /// What the ledger still knows of a request, by its `x-request-id`.
    ///
    /// - Parameter tenant: whose it has to be; nil: anybody's.
    package func requestRow(_ request: String, tenant: String?) throws(StoreError) -> RequestRow? {
        try read { (connection) throws(StoreError) in try connection.requestRow(request, tenant: tenant) }
    }

    /// The sums of some hours; takes tens of milliseconds per 100,000 of them.
    ///
    /// - Parameters:
    ///   - hours: since 1970-01-01T00:00:00Z.
    ///   - tenant: whose; nil: everybody's.
    ///   - label: the key of the labels whose sums are wanted; nil: none.
    package func ledger(hours: Range<Int64>, tenant: String?, label: String?) throws(StoreError) -> LedgerExtract {
        var connection = try readers.open()
        return try connection.snapshot { (connection) throws(StoreError) in
            let bounds: [Value] = [.integer(hours.lowerBound), .integer(hours.upperBound)]
            let tenants: [Value] = tenant.map { [.text($0)] } ?? []
            let condition = "WHERE hour >= ?1 AND hour < ?2" + (tenant == nil ? "" : " AND tenant = ?3")
            var extract = LedgerExtract()
            extract.requests = try connection.sums(
                RequestDimensions.self, in: .requestHours, condition, bounds + tenants)
            extract.calls = try connection.sums(CallDimensions.self, in: .callHours, condition, bounds + tenants)
            if let label {
                let condition = condition + " AND label = ?\(3 + tenants.count)"
                extract.labelRequests = try connection.sums(
                    LabelRequestDimensions.self, in: .labelRequestHours, condition, bounds + tenants + [.text(label)])
                extract.labelCalls = try connection.sums(
                    LabelCallDimensions.self, in: .labelCallHours, condition, bounds + tenants + [.text(label)])
            }
            let times = [hours.lowerBound, hours.upperBound].map {
                Value.integer($0.multipliedWithinBounds(by: 3_600_000))
            }
            try connection.forEachRow(
                of: .ratings, "WHERE time >= ?1 AND time < ?2" + (tenant == nil ? "" : " AND tenant = ?3"),
                times + tenants
            ) {
                extract.ratings.append(Rating($0))
                return true
            }
            return extract
        }
    }

    /// Removes rows that have been kept long enough, some at a time; sums and ratings stay.
    ///
    /// - Parameter before: older ones go; so do the oldest of more than `Limits.ledgerRowsMax`.
    package func removeLedgerRows(before: Timestamp) async throws(StoreError) {
        for (table, extra) in [("requests", ""), ("calls", " AND EXISTS (SELECT 1 FROM call_origins WHERE call = id)")]
        {
            // The newest identifiers are the latest rows, give or take a second.
            let condition =
                "(time < ?1 OR id <= (SELECT max(id) FROM \(table)) - \(Limits.ledgerRowsMax))" + extra
            var isDone = false
            while !isDone {
                isDone = try await write { (connection) throws(StoreError) in
                    try connection.run(
                        "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE \(condition) "
                            + "LIMIT \(Limits.removalsPerCommitMax))", [.integer(before.milliseconds)])
                    return connection.changes < Limits.removalsPerCommitMax
                }
            }
        }
    }

    /// Sums the labels of past hours up by their keys: the values go, their sums stay.
    package func foldLabels(beforeHour hour: Int64) async throws(StoreError) {
        try await fold(LabelRequestDimensions.self, .labelRequestHours, beforeHour: hour)
        try await fold(LabelCallDimensions.self, .labelCallHours, beforeHour: hour)
    }

    private func fold<Dimensions: LedgerDimensions>(
        _: Dimensions.Type, _ table: Table, beforeHour hour: Int64
    ) async throws(StoreError) {
        let condition = "WHERE hour < ?1 AND value <> '\(otherValue)' LIMIT \(Limits.removalsPerCommitMax)"
        var isDone = false
        while !isDone {
            isDone = try await write { (connection) throws(StoreError) in
                let rows = try connection.sums(Dimensions.self, in: table, condition, [.integer(hour)])
                var folded: RollUp<Dimensions> = [:]
                for (key, sums) in rows {
                    folded[key.folded, default: Dimensions.Sums()] += sums
                    let values = [.integer(key.hour)] + key.dimensions.values.map(Value.text)
                    try connection.send("DELETE FROM \(table.name) \(table.whereKey)", values)
                }
                try connection.add(folded, to: table)
                return rows.isEmpty
            }
        }
    }
}

/// What a report is made from.
package struct LedgerExtract: Sendable {
    package var requests: RollUp<RequestDimensions> = [:]
    package var calls: RollUp<CallDimensions> = [:]
    package var labelRequests: RollUp<LabelRequestDimensions> = [:]
    package var labelCalls: RollUp<LabelCallDimensions> = [:]
    package var ratings: [Rating] = []

    package init() {}
}

extension Int64 {
    /// The product, or the bound that it would have passed.
    fileprivate func multipliedWithinBounds(by factor: Int64) -> Int64 {
        let (product, isOver) = multipliedReportingOverflow(by: factor)
        return isOver ? (self < 0 ? .min : .max) : product
    }
}
