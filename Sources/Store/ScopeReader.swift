package import Support

/// Reads whole scopes, one after another, on one thread and a connection of its own: such a read takes seconds where a scope
/// has a million entries.
package final class ScopeReader {
    /// What a scope has in memory.
    package enum Part: Sendable {
        /// An entry, with its own question's vector.
        case entry(EntryID)
        /// A confirmed wording, with its vector.
        case alias(AliasVectorID, of: EntryID)
        /// An entry whose vector is damaged and has to be made anew.
        case damaged(EntryID)
        /// - row: its number, which grows with every observation of the scope.
        case observation(Observation, row: Int64, time: Timestamp)
    }

    private let store: Store
    private var connection: Connection

    init(_ store: Store) throws(StoreError) {
        self.store = store
        connection = try store.readers.open()
    }

    /// Visits what a scope has in one state of the database, vectors before observations, these oldest first.
    ///
    /// - Parameter visit: gets the part and its vector, which is empty where it has none and good only during the visit;
    ///   false ends the read.
    /// - Returns: the number of the last commit in that state; nil when `visit` has ended the read.
    package func read(
        _ scope: ScopeID, _ embedder: EmbedderKey, _ visit: (Part, Span<Float>) -> Bool
    ) throws(StoreError) -> Int64? {
        // Throws once the store is closed.
        try store.read { _ in }
        return try connection.snapshot { (connection) throws(StoreError) in
            try connection.read(scope, embedder, visit)
        }
    }
}

extension Connection {
    fileprivate mutating func read(
        _ scope: ScopeID, _ embedder: EmbedderKey, _ visit: (ScopeReader.Part, Span<Float>) -> Bool
    ) throws(StoreError) -> Int64? {
        let number = try commitNumber()
        var goesOn = true
        if let embedderID = try embedderID(embedder) {
            let place = [Value.integer(embedderID), .integer(scope.rawValue)]
            goesOn = try readVectors(place, embedder.dimension, visit)
            if goesOn { goesOn = try readAliasVectors(place, embedder.dimension, visit) }
        }
        guard goesOn else { return nil }
        try forEachRow(of: .observations, "WHERE scope = ?1 ORDER BY id", [.integer(scope.rawValue)]) { row in
            guard let (observation, time) = Observation.read(row) else { return true }
            goesOn = visit(.observation(observation, row: row.integer(0), time: time), [Float]().span)
            return goesOn
        }
        return goesOn ? number : nil
    }

    /// - Returns: whether `visit` wants more.
    private mutating func readVectors(
        _ place: [Value], _ dimension: Int, _ visit: (ScopeReader.Part, Span<Float>) -> Bool
    ) throws(StoreError) -> Bool {
        let (none, damage) = ([Float](), damage)
        var components = [Float](repeating: 0, count: dimension)
        var goesOn = true
        try forEachRow(
            of: .vectors, "WHERE embedder = ?1 AND scope = ?2", place,
            onDamage: { _ = visit(.damaged(EntryID(rawValue: $0.integer(1))), none.span) }
        ) { row in
            let entry = EntryID(rawValue: row.integer(1))
            if row.copyFloats(4, to: &components), isUnitVector(components.span) {
                goesOn = visit(.entry(entry), components.span)
            } else {
                damage.note(table: .vectors, row: row)
                goesOn = visit(.damaged(entry), none.span)
            }
            return goesOn
        }
        return goesOn
    }

    /// Damaged rows are passed over: such an alias is found by its own wording only.
    private mutating func readAliasVectors(
        _ place: [Value], _ dimension: Int, _ visit: (ScopeReader.Part, Span<Float>) -> Bool
    ) throws(StoreError) -> Bool {
        let damage = damage
        var components = [Float](repeating: 0, count: dimension)
        var goesOn = true
        try forEachRow(of: .aliasVectors, "WHERE embedder = ?1 AND scope = ?2", place) { row in
            guard row.copyFloats(5, to: &components), isUnitVector(components.span) else {
                damage.note(table: .aliasVectors, row: row)
                return true
            }
            let alias = AliasVectorID(rawValue: row.integer(0))
            goesOn = visit(.alias(alias, of: EntryID(rawValue: row.integer(2))), components.span)
            return goesOn
        }
        return goesOn
    }
}
