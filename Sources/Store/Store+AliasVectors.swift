package import Support

/// The row number of an alias's vector: never used again after the alias is gone.
package struct AliasVectorID: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Vectors of confirmed wordings. They go with their wording, and so with its entry.
extension Store {
    /// Gives an alias its vector, unless its entry has `Limits.aliasVectorsPerEntryMax` of them.
    ///
    /// - Parameter key: of the alias's canonical text.
    /// - Returns: nil when there is no such alias, or it has a vector already, or its entry has enough.
    package func addAliasVector(
        to entry: EntryID, key: Digest, _ vector: NewEntry.Vector
    ) async throws(StoreError) -> AliasVectorID? {
        try checkUnitVector(vector.components.span, dimension: vector.embedder.dimension, path: path)
        return try await write { (connection) throws(StoreError) in
            connection.reach = .nothing
            guard let stored = try connection.storedEntry(entry),
                let wording = try connection.wording(scope: stored.scope, key: key),
                wording.isAlias, wording.entry == entry
            else { return nil }
            let embedder = try connection.embedderID(creating: vector.embedder)
            let counted: [Value] = [.integer(embedder), .integer(entry.rawValue)]
            let count = try connection.number(
                "SELECT count(*) FROM alias_vectors WHERE embedder = ?1 AND entry = ?2", counted)
            let isThere = try connection.number(
                "SELECT count(*) FROM alias_vectors WHERE embedder = ?1 AND scope = ?2 AND key = ?3",
                [.integer(embedder), .integer(stored.scope.rawValue), .blob(key.bytes)])
            guard count < Limits.aliasVectorsPerEntryMax, isThere == 0 else { return nil }
            let id = try connection.nextUniqueID(.aliasVectors)
            try connection.insert(
                into: .aliasVectors,
                [
                    .integer(id), .integer(embedder), .integer(entry.rawValue), .integer(stored.scope.rawValue),
                    .blob(key.bytes), .floats(vector.components),
                ])
            connection.note(.added, EntryPlace(scope: stored.scope, entry: entry))
            return AliasVectorID(rawValue: id)
        }
    }

    /// The text whose vector this is; nil when the alias is gone.
    package func aliasText(_ id: AliasVectorID) throws(StoreError) -> String? {
        try read { (connection) throws(StoreError) in
            var text: String?
            try connection.forEachRow(
                of: .wordings,
                "WHERE (scope, key) = (SELECT scope, key FROM alias_vectors WHERE id = ?1)", [.integer(id.rawValue)]
            ) {
                text = $0.text(5)
                return false
            }
            return text
        }
    }

    /// The vectors of an entry's aliases that came from a source.
    package func aliasVectors(of entry: EntryID, source: Alias.Source) throws(StoreError) -> [AliasVectorID] {
        try read { (connection) throws(StoreError) in
            var ids: [AliasVectorID] = []
            try connection.forEachRow(
                """
                SELECT alias_vectors.id FROM alias_vectors JOIN wordings USING (scope, key)
                WHERE alias_vectors.entry = ?1 AND wordings.source = ?2
                """, [.integer(entry.rawValue), .integer(source.rawValue)]
            ) {
                ids.append(AliasVectorID(rawValue: $0.integer(0)))
                return true
            }
            return ids
        }
    }

    /// The vectors of one wording, whose embedders may be several.
    package func aliasVectors(scope: ScopeID, key: Digest) throws(StoreError) -> [AliasVectorID] {
        try read { (connection) throws(StoreError) in
            var ids: [AliasVectorID] = []
            try connection.forEachRow(
                "SELECT id FROM alias_vectors WHERE scope = ?1 AND key = ?2",
                [.integer(scope.rawValue), .blob(key.bytes)]
            ) {
                ids.append(AliasVectorID(rawValue: $0.integer(0)))
                return true
            }
            return ids
        }
    }

    /// Visits every alias's vector of an embedder, as `vectors` does those of the entries. Damaged rows are passed over:
    /// such an alias is found by its own wording only.
    package func aliasVectors(
        _ embedder: EmbedderKey,
        visit: (_ scope: ScopeID, _ entry: EntryID, _ id: AliasVectorID, _ components: Span<Float>) -> Void
    ) throws(StoreError) {
        var connection = try readers.open()
        guard let id = try connection.embedderID(embedder) else { return }
        var components = [Float](repeating: 0, count: embedder.dimension)
        try connection.forEachRow(of: .aliasVectors, "WHERE embedder = ?1 ORDER BY id", [.integer(id)]) { row in
            guard row.copyFloats(5, to: &components), isUnitVector(components.span) else {
                damage.note(table: .aliasVectors, row: row)
                return true
            }
            visit(
                ScopeID(rawValue: row.integer(3)), EntryID(rawValue: row.integer(2)),
                AliasVectorID(rawValue: row.integer(0)), components.span)
            return true
        }
    }

    /// Confirmed aliases that were not embedded by this embedder yet and may be, in the order of their row numbers.
    package func aliasesWithoutVector(
        _ embedder: EmbedderKey, after: Int64, limit: Int
    ) throws(StoreError) -> [(row: Int64, place: EntryPlace, key: Digest, text: String)] {
        try read { (connection) throws(StoreError) in
            let id = try connection.embedderID(embedder)
            var rows: [Int64] = []
            let number = connection.dialect.rowNumber
            try connection.forEachRow(
                """
                SELECT \(number) FROM wordings WHERE \(number) > ?1 AND source = \(Alias.Source.confirmed.rawValue)
                AND NOT EXISTS (SELECT 1 FROM alias_vectors AS a
                    WHERE a.embedder = ?2 AND a.scope = wordings.scope AND a.key = wordings.key)
                AND (SELECT count(*) FROM alias_vectors AS a WHERE a.embedder = ?2 AND a.entry = wordings.entry)
                    < \(Limits.aliasVectorsPerEntryMax)
                ORDER BY \(number) LIMIT ?3
                """, [.integer(after), .optional(id), .integer(Int64(limit))]
            ) {
                rows.append($0.integer(0))
                return true
            }
            var found: [(row: Int64, place: EntryPlace, key: Digest, text: String)] = []
            for row in rows {
                try connection.forEachRow(of: .wordings, "WHERE \(number) = ?1", [.integer(row)]) {
                    let place = EntryPlace(
                        scope: ScopeID(rawValue: $0.integer(0)), entry: EntryID(rawValue: $0.integer(2)))
                    found.append((row, place, Digest(bytes: $0.bytes(1)), $0.text(5)))
                    return true
                }
            }
            return found
        }
    }
}
