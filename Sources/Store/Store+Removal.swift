package import Support

extension Store {
    /// Removes entries with all that refers to them: wordings, verdicts, vectors, hits, feedback.
    ///
    /// Returns when no node serves them any more.
    ///
    /// - Returns: those that were there. When an error ends it midway, what was removed before stays removed.
    @discardableResult
    package func forget(_ ids: [EntryID]) async throws(StoreError) -> [EntryPlace] {
        var removed: [EntryPlace] = []
        for start in stride(from: 0, to: ids.count, by: Limits.removalsPerCommitMax) {
            let part = ids[start..<min(start + Limits.removalsPerCommitMax, ids.count)]
            removed += try await writeEverywhere { (connection) throws(StoreError) in
                var places: [EntryPlace] = []
                for id in part {
                    let found = try connection.places("WHERE id = ?1", [.integer(id.rawValue)])
                    try connection.forgetDecisions(about: id)
                    try connection.remove(id, from: found.first?.scope)
                    places += found
                }
                try connection.removeEmptyScopes(of: places)
                if !places.isEmpty { connection.logHoldsForgotten = true }
                return places
            }
        }
        return removed
    }

    /// Removes the entries that a listing with this filter would show, and damaged ones; all, if the filter is empty.
    ///
    /// Works in steps, between which other writes get their turn. Entries stored meanwhile may be met as well.
    @discardableResult
    package func forget(_ filter: EntryFilter) async throws(StoreError) -> [EntryPlace] {
        try await removeInSteps(isForgotten: true) { filter.condition(after: $0, $1) }
    }

    /// Removes the entries that have expired.
    @discardableResult
    package func removeExpired(_ now: Timestamp) async throws(StoreError) -> [EntryPlace] {
        try await removeInSteps(isForgotten: false) { _, _ in ("expires <= ?1", [.integer(now.milliseconds)]) }
    }

    /// - Parameter isForgotten: whether what was decided about the entries is to go as well.
    private func removeInSteps(
        isForgotten: Bool,
        _ condition: @escaping @Sendable (_ after: EntryID?, _ dialect: Dialect) -> (sql: String, values: [Value])
    ) async throws(StoreError) -> [EntryPlace] {
        var removed: [EntryPlace] = []
        while true {
            let last = removed.last?.entry
            let body: @Sendable (inout Connection) throws(StoreError) -> [EntryPlace] = {
                (connection) throws(StoreError) in
                let (sql, values) = condition(last, connection.dialect)
                let limit = Limits.removalsPerCommitMax
                let places = try connection.places("WHERE \(sql) ORDER BY id LIMIT \(limit)", values)
                for place in places {
                    if isForgotten { try connection.forgetDecisions(about: place.entry) }
                    try connection.remove(place.entry, from: place.scope)
                }
                try connection.removeEmptyScopes(of: places)
                if !places.isEmpty { connection.logHoldsForgotten = true }
                return places
            }
            // What has expired is not served in any case.
            let step = try await isForgotten ? writeEverywhere(body) : write(body)
            removed += step
            if step.count < Limits.removalsPerCommitMax { return removed }
        }
    }
}

extension Connection {
    /// Numbers alone, damaged rows included: a removal must reach those too.
    fileprivate mutating func places(_ condition: String, _ values: [Value]) throws(StoreError) -> [EntryPlace] {
        var places: [EntryPlace] = []
        try forEachRow("SELECT scope, id FROM entries \(condition)", values) {
            places.append(
                EntryPlace(scope: ScopeID(rawValue: $0.integer(0)), entry: EntryID(rawValue: $0.integer(1))))
            return true
        }
        return places
    }

    fileprivate mutating func removeEmptyScopes(of places: [EntryPlace]) throws(StoreError) {
        for scope in Set(places.map(\.scope)) { try removeIfEmpty(scope) }
    }
}
