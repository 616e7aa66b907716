package import Store
package import Support

/// What a stretch of time cost, saved and was worth, group by group.
package struct Report: Sendable {
    package let grouping: Grouping
    /// Hours since 1970-01-01T00:00:00Z, the last one not over yet.
    package let hours: Range<Int64>
    /// Days in their order, all else by what was spent, the most first.
    package let rows: [ReportRow]
    /// Of everything, labelled or not.
    package let total: ReportRow

    package init(_ extract: LedgerExtract, by grouping: Grouping, hours: Range<Int64>) {
        var groups: [String: ReportRow] = [:]
        var total = ReportRow("total")
        func add(_ group: String?, _ body: (inout ReportRow) -> Void) {
            if let group { body(&groups[group, default: ReportRow(group)]) }
        }
        for (key, sums) in extract.requests {
            let body: (inout ReportRow) -> Void = { $0.add(sums, key.dimensions.outcome) }
            body(&total)
            add(grouping.group(key), body)
        }
        for (key, sums) in extract.calls {
            let body: (inout ReportRow) -> Void = { $0.add(sums, purpose: key.dimensions.purpose) }
            body(&total)
            add(grouping.group(key), body)
        }
        for (key, sums) in extract.labelRequests {
            add(key.dimensions.value) { $0.add(sums, key.dimensions.outcome) }
        }
        for (key, sums) in extract.labelCalls { add(key.dimensions.value) { $0.calls += sums } }
        for rating in extract.ratings {
            total.ratings.add(rating)
            add(grouping.group(rating)) { $0.ratings.add(rating) }
        }
        self.grouping = grouping
        self.hours = hours
        total.answerSeconds = Self.answerSeconds(extract)
        for group in groups.keys { groups[group]?.answerSeconds = total.answerSeconds }
        self.total = total
        rows = groups.values.sorted { left, right in
            grouping == .day || left.calls.cost == right.calls.cost
                ? left.group < right.group : left.calls.cost > right.calls.cost
        }
    }

    /// Of calls that answered a question, whichever model it was.
    private static func answerSeconds(_ extract: LedgerExtract) -> Double? {
        var (calls, milliseconds): (Int64, Int64) = (0, 0)
        for (key, sums) in extract.calls where key.dimensions.purpose == "answer" {
            calls += sums.calls
            milliseconds += sums.latencyMilliseconds
        }
        return calls == 0 ? nil : Double(milliseconds) / Double(calls) / 1_000
    }

    /// When it begins and ends.
    package var since: Timestamp { Timestamp(milliseconds: hours.lowerBound * 3_600_000) }
    package var until: Timestamp { Timestamp(milliseconds: hours.upperBound * 3_600_000) }
}

extension ReportRow {
    fileprivate mutating func add(_ sums: RequestSums, _ outcome: String) {
        requests += sums
        if outcome.hasPrefix(ReportRow.shadowPrefix) {
            return addShadow(sums, String(outcome.dropFirst(ReportRow.shadowPrefix.count)))
        }
        if sums.requests > 0 { outcomes[outcome, default: 0] += sums.requests }
        if ReportRow.hitOutcomes.contains(outcome) { hitLatency &+= sums.latency }
    }

    private mutating func addShadow(_ sums: RequestSums, _ decided: String) {
        shadowConfirmations += sums.confirmations
        if ReportRow.hitOutcomes.contains(decided) { shadowHits += sums }
        if sums.requests == 0 { return }
        outcomes["miss", default: 0] += sums.requests
        shadow[decided, default: 0] += sums.requests
    }

    fileprivate mutating func add(_ sums: CallSums, purpose: String) {
        calls += sums
        if purpose == "confirm" { confirmationCost &+= sums.cost }
    }
}
