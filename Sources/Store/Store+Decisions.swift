package import Support

extension Store {
    /// Keeps a decision, and of all the latest `Limits.decisionsKeptMax`, without waiting: before any write that is asked for
    /// later. One of a scope that is gone is passed over.
    package func keep(_ decision: DecisionRecord, fail: @escaping @Sendable (StoreError) -> Void) {
        let write = Write(
            work: { (connection) throws(StoreError) in
                connection.reach = .nothing
                let scope = Value.integer(decision.scope.rawValue)
                guard try connection.number("SELECT count(*) FROM scopes WHERE id = ?1", [scope]) == 1 else {
                    return {}
                }
                let id = try connection.nextID(.decisions)
                try connection.insert(decision, id: id)
                try connection.run(
                    "DELETE FROM decisions WHERE id <= ?1", [.integer(id - Int64(Limits.decisionsKeptMax))])
                return {}
            }, fail: fail)
        add(write)
    }

    /// Keeps what an audit found, with the latest decision on that wording that served the entry; nothing where there is
    /// none, or it was audited before.
    package func record(
        _ audit: DecisionRecord.Audit, scope: ScopeID, key: Digest
    ) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            let id = try connection.number(
                "SELECT coalesce(max(id), 0) FROM decisions WHERE scope = ?1 AND key = ?2 AND served = ?3",
                [.integer(scope.rawValue), .blob(key.bytes), .integer(audit.entry.rawValue)])
            let isKnown = try connection.number(
                "SELECT count(*) FROM decision_audits WHERE decision = ?1", [.integer(id)])
            guard id > 0, isKnown == 0 else { return }
            try connection.insert(
                into: .decisionAudits,
                [
                    .integer(id), .integer(audit.entry.rawValue), .integer(audit.isRight ? 1 : 0),
                    .real(audit.propensity),
                ])
        }
    }

    /// The latest decisions, oldest first; takes some 20 µs each.
    ///
    /// - Parameters:
    ///   - since: older ones are left out.
    ///   - tenant: whose; nil: everybody's.
    ///   - before: only those with a smaller number.
    package func decisions(
        since: Timestamp = Timestamp(milliseconds: 0), tenant: String?, before: Int64 = .max, limit: Int
    ) throws(StoreError) -> [DecisionRecord] {
        var connection = try readers.open()
        return try connection.snapshot { (connection) throws(StoreError) in
            let own = tenant == nil ? "" : " AND scope IN (SELECT id FROM scopes WHERE tenant = ?4)"
            var found: [DecisionRecord] = []
            try connection.forEachRow(
                of: .decisions, "WHERE time >= ?1 AND id < ?2\(own) ORDER BY id DESC LIMIT ?3",
                [.integer(since.milliseconds), .integer(before), .integer(Int64(limit))]
                    + (tenant.map { [.text($0)] } ?? [])
            ) { row in
                if let decision = DecisionRecord(row) { found.append(decision) }
                return true
            }
            for index in found.indices { try connection.complete(&found[index]) }
            return found.reversed()
        }
    }

    /// Removes decisions that were kept long enough, some at a time.
    package func removeDecisions(before: Timestamp) async throws(StoreError) {
        var isDone = false
        while !isDone {
            isDone = try await write { (connection) throws(StoreError) in
                try connection.run(
                    "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE time < ?1 "
                        + "LIMIT \(Limits.removalsPerCommitMax))", [.integer(before.milliseconds)])
                return connection.changes < Limits.removalsPerCommitMax
            }
        }
    }
}

extension Connection {
    /// Forgets every decision that tells of an entry: those that looked at it, and those on one of its wordings.
    mutating func forgetDecisions(about entry: EntryID) throws(StoreError) {
        try run(
            """
            DELETE FROM decisions WHERE id IN (SELECT decision FROM decision_candidates WHERE entry = ?1
                UNION SELECT decisions.id FROM wordings JOIN decisions USING (scope, key) WHERE wordings.entry = ?1)
            """, [.integer(entry.rawValue)])
    }

    fileprivate mutating func insert(_ decision: DecisionRecord, id: Int64) throws(StoreError) {
        try insert(
            into: .decisions,
            [
                .integer(id), .integer(decision.time.milliseconds), .integer(decision.scope.rawValue),
                .blob(decision.key.bytes), .optional(decision.text), .integer(decision.action.rawValue),
                .real(decision.propensity), .optional(decision.verdict), .optional(decision.named?.rawValue),
                .optional(decision.served?.rawValue), .optional(decision.askingCost?.nanodollars),
            ])
        for (place, candidate) in decision.candidates.enumerated() {
            try insert(
                into: .decisionCandidates,
                [
                    .integer(id), .integer(Int64(place)), .integer(candidate.entry.rawValue),
                    .real(candidate.similarity), .real(candidate.logOdds + 0.0), .real(candidate.probability),
                    .real(candidate.lowerBound), .optional(candidate.boundary),
                    .integer(candidate.hasConflict ? 1 : 0), .integer(candidate.isRefused ? 1 : 0),
                    .integer(candidate.isAsked ? 1 : 0), .optional(candidate.answerCost?.nanodollars),
                    .optional(candidate.askingCost?.nanodollars), .floats(candidate.features),
                ])
        }
    }

    /// Adds its candidates and its audit.
    fileprivate mutating func complete(_ decision: inout DecisionRecord) throws(StoreError) {
        var candidates: [DecisionRecord.Candidate] = []
        try forEachRow(of: .decisionCandidates, "WHERE decision = ?1 ORDER BY place", [.integer(decision.id)]) { row in
            candidates.append(DecisionRecord.Candidate(row))
            return true
        }
        decision.candidates = candidates
        decision.audit = try first(of: .decisionAudits, "WHERE decision = ?1", [.integer(decision.id)]) { row in
            DecisionRecord.Audit(
                entry: EntryID(rawValue: row.integer(1)), isRight: row.integer(2) == 1, propensity: row.real(3))
        }
    }
}

extension DecisionRecord {
    /// Nil for an action that a later release knows and this one does not.
    fileprivate init?(_ row: borrowing Row) {
        guard let action = Action(rawValue: row.integer(5)) else { return nil }
        self.init(
            time: Timestamp(milliseconds: row.integer(1)), scope: ScopeID(rawValue: row.integer(2)),
            key: Digest(bytes: row.bytes(3)), text: row.optionalText(4), action: action, propensity: row.real(6),
            verdict: row.optionalText(7), named: row.optionalInteger(8).map { EntryID(rawValue: $0) },
            served: row.optionalInteger(9).map { EntryID(rawValue: $0) },
            askingCost: row.optionalInteger(10).map { Money(nanodollars: $0) }, candidates: [])
        id = row.integer(0)
    }
}

extension DecisionRecord.Candidate {
    fileprivate init(_ row: borrowing Row) {
        self.init(
            entry: EntryID(rawValue: row.integer(2)), similarity: row.real(3), logOdds: row.real(4),
            probability: row.real(5), lowerBound: row.real(6), boundary: row.optionalReal(7),
            hasConflict: row.integer(8) == 1, isRefused: row.integer(9) == 1, isAsked: row.integer(10) == 1,
            answerCost: row.optionalInteger(11).map { Money(nanodollars: $0) },
            askingCost: row.optionalInteger(12).map { Money(nanodollars: $0) }, features: row.floats(13))
    }
}
