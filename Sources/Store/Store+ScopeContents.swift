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
        for part in Self.parts(entries.sorted()) {
            found += try read { (connection) throws(StoreError) in
                try connection.snapshot { (connection) throws(StoreError) in
                    try connection.setPlansLast(true)
                    return try connection.vectors(of: part, in: scope, embedder)
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
        for part in Self.parts(entries.sorted()) {
            let (partOwn, partAliases) = try read { (connection) throws(StoreError) in
                try connection.snapshot { (connection) throws(StoreError) in
                    try connection.setPlansLast(true)
                    return try connection.vectorPlaces(of: part, in: scope, embedder)
                }
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
        var found: [EntryID: EntryVectors] = [:]
        let ranges = Self.ranges(entries).map { [Value.integer(scope.rawValue)] + $0 }
        let wanted = Set(entries)
        try forEachRow(
            "SELECT id FROM entries WHERE scope = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id", each: ranges
        ) { _, row in
            let entry = EntryID(rawValue: row.integer(0))
            if wanted.contains(entry) { found[entry] = EntryVectors(entry: entry) }
        }
        guard !found.isEmpty, let id = try embedderID(embedder) else { return Array(found.values) }
        let keys = ranges.map { $0 + [.integer(id)] }
        try forEachRow(ofEach: keys.map { (.vectors, Self.whereEmbedded, $0) }) { _, row in
            let vector = row.floats(4)
            guard vector.count == embedder.dimension, isUnitVector(vector.span) else { return }
            found[EntryID(rawValue: row.integer(1))]?.own = vector
        }
        try forEachRow(ofEach: keys.map { (.aliasVectors, Self.whereEmbedded, $0) }) { _, row in
            let vector = row.floats(5)
            guard vector.count == embedder.dimension, isUnitVector(vector.span) else { return }
            found[EntryID(rawValue: row.integer(2))]?.aliases.append(
                (AliasVectorID(rawValue: row.integer(0)), vector))
        }
        return Array(found.values)
    }

    /// Finds the vectors of a range of entries. In their order, which leads to them by a key: a list of entries would be
    /// looked for among all of the scope where little is known of the table.
    private static let whereEmbedded = "WHERE scope = ?1 AND entry BETWEEN ?2 AND ?3 AND embedder = ?4 ORDER BY entry"

    /// The first and the last of entries whose numbers lie close together, as those of a batch do; others may lie between.
    ///
    /// - Parameter entries: in order.
    private static func ranges(_ entries: [EntryID]) -> [[Value]] {
        var ranges: [(first: Int64, last: Int64)] = []
        for entry in entries.map(\.rawValue) {
            if let last = ranges.last?.last, entry - last <= Limits.entriesPassedOverMax {
                ranges[ranges.count - 1].last = entry
            } else {
                ranges.append((entry, entry))
            }
        }
        return ranges.map { [.integer($0.first), .integer($0.last)] }
    }

    fileprivate mutating func vectorPlaces(
        of entries: [EntryID], in scope: ScopeID, _ embedder: EmbedderKey
    ) throws(StoreError) -> (own: [EntryID], aliases: [AliasVectorID: EntryID]) {
        guard let id = try embedderID(embedder) else { return ([], [:]) }
        let keys = Self.ranges(entries).map { [Value.integer(scope.rawValue)] + $0 + [.integer(id)] }
        let wanted = Set(entries)
        var own: [EntryID] = []
        try forEachRow("SELECT entry FROM vectors \(Self.whereEmbedded)", each: keys) { _, row in
            let entry = EntryID(rawValue: row.integer(0))
            if wanted.contains(entry) { own.append(entry) }
        }
        var aliases: [AliasVectorID: EntryID] = [:]
        try forEachRow("SELECT id, entry FROM alias_vectors \(Self.whereEmbedded)", each: keys) { _, row in
            let entry = EntryID(rawValue: row.integer(1))
            if wanted.contains(entry) { aliases[AliasVectorID(rawValue: row.integer(0))] = entry }
        }
        return (own, aliases)
    }
}
