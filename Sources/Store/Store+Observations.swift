package import Support

extension Store {
    /// Keeps what was observed, and of all scopes together the latest `Limits.observationsKeptMax`.
    ///
    /// Those of a scope that is gone are passed over.
    package func record(_ observations: [Observation]) async throws(StoreError) {
        let now = clock.now
        try await write { (connection) throws(StoreError) in
            connection.reach = .nothing
            for observation in observations {
                let scope = Value.integer(observation.scope.rawValue)
                guard try connection.number("SELECT count(*) FROM scopes WHERE id = ?1", [scope]) == 1 else { continue }
                let id = try connection.nextID(.observations)
                try connection.insert(
                    into: .observations,
                    [
                        .integer(id), .integer(now.milliseconds), scope, .integer(observation.entry.rawValue),
                        .integer(observation.source.rawValue), .real(observation.logOdds), .real(observation.same),
                        .real(observation.propensity),
                    ])
                connection.note(.observed, scope: observation.scope, item: id)
                try connection.send(
                    "DELETE FROM observations WHERE id <= ?1", [.integer(id - Int64(Limits.observationsKeptMax))])
            }
        }
    }

    /// Visits what was observed, oldest first, on a connection of its own.
    package func observations(_ visit: (Observation, _ time: Timestamp) -> Void) throws(StoreError) {
        var connection = try readers.open()
        try connection.forEachRow(of: .observations, "ORDER BY id") { row in
            if let (observation, time) = Observation.read(row) { visit(observation, time) }
            return true
        }
    }
}

extension Observation {
    /// - Returns: nil for one of a source that a later release knows; this one can make nothing of it.
    static func read(_ row: borrowing Row) -> (Observation, time: Timestamp)? {
        guard let source = Source(rawValue: row.integer(4)) else { return nil }
        let observation = Observation(
            scope: ScopeID(rawValue: row.integer(2)), entry: EntryID(rawValue: row.integer(3)), source: source,
            logOdds: row.real(5), same: row.real(6), propensity: row.real(7))
        return (observation, Timestamp(milliseconds: row.integer(1)))
    }
}
