package import Support

/// What an entry has in a node's memory.
package struct EntryVectors: Sendable {
    package let entry: EntryID
    /// Of its own question; nil where it has none, or a damaged one.
    package var own: [Float]?
    package var aliases: [(id: AliasVectorID, vector: [Float])] = []
}

/// Reads for a node that holds some of the scopes in memory, and keeps them up with what others commit.
extension Store {
    /// A reader of whole scopes.
    package func scopeReader() throws(StoreError) -> ScopeReader { try ScopeReader(self) }

    /// What entries of a scope have now; those that are gone are not among it.
    package func vectors(
        of entries: [EntryID], in scope: ScopeID, _ embedder: EmbedderKey
    ) throws(StoreError) -> [EntryVectors] {
        var found: [EntryVectors] = []
        for part in Self.parts(entries) {
            found += try read { (connection) throws(StoreError) in
                try connection.snapshot { (connection) throws(StoreError) in
                    try connection.vectors(of: part, in: scope, embedder)
                }
            }
        }
        return found
    }

    /// Which vectors entries of a scope have now: their own, and those of their aliases.
    package func vectorPlaces(
        of entries: [EntryID], in scope: ScopeID, _ embedder: EmbedderKey
    ) throws(StoreError) -> (own: Set<EntryID>, aliases: [AliasVectorID: EntryID]) {
        var own: Set<EntryID> = []
        var aliases: [AliasVectorID: EntryID] = [:]
        for part in Self.parts(entries) {
            let (partOwn, partAliases) = try read { (connection) throws(StoreError) in
                try connection.vectorPlaces(of: part, in: scope, embedder)
            }
            own.formUnion(partOwn)
            aliases.merge(partAliases) { $1 }
        }
        return (own, aliases)
    }

    /// What was observed, by the observations' numbers, oldest first; those that are gone are passed over.
    package func observations(
        _ rows: [Int64]
    ) throws(StoreError) -> [(row: Int64, observation: Observation, time: Timestamp)] {
        var found: [(row: Int64, observation: Observation, time: Timestamp)] = []
        for part in Self.parts(rows.sorted()) {
            found += try read { (connection) throws(StoreError) in
                var found: [(row: Int64, observation: Observation, time: Timestamp)] = []
                let condition = "WHERE id IN (\(Self.parameters(from: 1))) ORDER BY id"
                try connection.forEachRow(of: .observations, condition, Self.padded(part)) { row in
                    if let (observation, time) = Observation.read(row) {
                        found.append((row.integer(0), observation, time))
                    }
                    return true
                }
                return found
            }
        }
        return found
    }

    /// Visits what a source has observed in all scopes, oldest first, on a connection of its own.
    ///
    /// - Parameter visit: gets the observation and its number.
    package func observations(
        of source: Observation.Source, _ visit: (Observation, _ row: Int64) -> Void
    ) throws(StoreError) {
        var connection = try readers.open()
        let condition = "WHERE source = \(source.rawValue) ORDER BY id"
        try connection.forEachRow(of: .observations, condition) { row in
            if let (observation, _) = Observation.read(row) { visit(observation, row.integer(0)) }
            return true
        }
    }

    // MARK: Lists of numbers

    /// A statement is prepared once, so it has as many parameters whatever it is asked for.
    fileprivate static func parameters(from first: Int) -> String {
        ParameterList.sql(from: first, count: Limits.changesPerRead)
    }

    /// - Parameter rows: not none, and `Limits.changesPerRead` at most.
    fileprivate static func padded(_ rows: [Int64]) -> [Value] {
        ParameterList.padded(rows, to: Limits.changesPerRead).map { .integer($0) }
    }

    private static func parts<Number>(_ numbers: [Number]) -> [[Number]] {
        ParameterList.parts(numbers, of: Limits.changesPerRead)
    }
}

extension Connection {
    fileprivate mutating func vectors(
        of entries: [EntryID], in scope: ScopeID, _ embedder: EmbedderKey
    ) throws(StoreError) -> [EntryVectors] {
        let ids = Store.padded(entries.map(\.rawValue))
        var found: [EntryID: EntryVectors] = [:]
        try forEachRow(
            "SELECT id FROM entries WHERE scope = ?1 AND id IN (\(Store.parameters(from: 2)))",
            [.integer(scope.rawValue)] + ids
        ) {
            let entry = EntryID(rawValue: $0.integer(0))
            found[entry] = EntryVectors(entry: entry)
            return true
        }
        guard !found.isEmpty, let id = try embedderID(embedder) else { return Array(found.values) }
        let condition = "WHERE embedder = ?1 AND scope = ?2 AND entry IN (\(Store.parameters(from: 3)))"
        let values = [.integer(id), .integer(scope.rawValue)] + ids
        try forEachRow(of: .vectors, condition, values) { row in
            let vector = row.floats(4)
            guard vector.count == embedder.dimension, isUnitVector(vector.span) else { return true }
            found[EntryID(rawValue: row.integer(1))]?.own = vector
            return true
        }
        try forEachRow(of: .aliasVectors, condition, values) { row in
            let vector = row.floats(5)
            guard vector.count == embedder.dimension, isUnitVector(vector.span) else { return true }
            found[EntryID(rawValue: row.integer(2))]?.aliases.append(
                (AliasVectorID(rawValue: row.integer(0)), vector))
            return true
        }
        return Array(found.values)
    }

    fileprivate mutating func vectorPlaces(
        of entries: [EntryID], in scope: ScopeID, _ embedder: EmbedderKey
    ) throws(StoreError) -> (own: [EntryID], aliases: [AliasVectorID: EntryID]) {
        guard let id = try embedderID(embedder) else { return ([], [:]) }
        let condition = "WHERE embedder = ?1 AND scope = ?2 AND entry IN (\(Store.parameters(from: 3)))"
        let values = [.integer(id), .integer(scope.rawValue)] + Store.padded(entries.map(\.rawValue))
        var own: [EntryID] = []
        try forEachRow("SELECT entry FROM vectors \(condition)", values) {
            own.append(EntryID(rawValue: $0.integer(0)))
            return true
        }
        var aliases: [AliasVectorID: EntryID] = [:]
        try forEachRow("SELECT id, entry FROM alias_vectors \(condition)", values) {
            aliases[AliasVectorID(rawValue: $0.integer(0))] = EntryID(rawValue: $0.integer(1))
            return true
        }
        return (own, aliases)
    }
}
