import Support

extension Store {
    /// What the store holds of an entry; nil when it is gone.
    package func record(of id: EntryID) throws(StoreError) -> EntryRecord? {
        try read { (connection) throws(StoreError) in
            try connection.snapshot { (connection) throws(StoreError) in try connection.record(of: id) }
        }
    }

    /// Puts an entry back as it was, with its wordings, verdicts, vectors, hits and feedback.
    ///
    /// Further wordings that lead elsewhere by now stay there. Where the entry is still there, its hits are kept. Returns
    /// when no node serves it as it was before.
    package func restore(_ record: EntryRecord) async throws(StoreError) -> EntryRecord.Outcome {
        try await writeEverywhere { (connection) throws(StoreError) in
            if let other = try connection.holder(of: record) { return .taken(other) }
            let id = Value.integer(record.id.rawValue)
            let hits = try connection.rows(of: .hits, [id])
            // What is counted as removed here would take runs about the answer along.
            try connection.removeRows(of: record.id)
            try connection.run(
                "DELETE FROM ratings WHERE tenant = ?1 AND kind = 'entry' AND subject = ?2",
                [.text(record.scope.tenant), .text(String(record.id.rawValue))])
            let scope = try connection.scopeID(creating: record.scope)
            for (table, values) in record.rows {
                try connection.restore(values, in: table, scope: scope, keepsHits: !hits.isEmpty)
            }
            for values in hits { try connection.replace(in: .hits, values) }
            connection.note(.changed, EntryPlace(scope: scope, entry: record.id))
            return .restored(scope)
        }
    }

    /// An entry's vector by an embedder; nil where it has none.
    package func vector(of entry: EntryID, _ embedder: EmbedderKey) throws(StoreError) -> [Float]? {
        try read { (connection) throws(StoreError) in
            guard let id = try connection.embedderID(embedder) else { return nil }
            return try connection.first(
                of: .vectors, "WHERE embedder = ?1 AND entry = ?2", [.integer(id), .integer(entry.rawValue)]
            ) { $0.floats(4) }
        }
    }
}

extension Table {
    /// What belongs to an entry, by the column `entry`, and lies in its scope by the column `scope`, if any.
    fileprivate static let ofEntries = [tags, wordings, refusals, refusedWordings, vectors, hits, feedback]

    fileprivate var scopeColumn: Int? { self == .ratings ? nil : columns.firstIndex(of: "scope") }
}

extension Connection {
    fileprivate mutating func record(of id: EntryID) throws(StoreError) -> EntryRecord? {
        guard let stored = try storedEntry(id) else { return nil }
        let key = try first(of: .scopes, "WHERE id = ?1", [.integer(stored.scope.rawValue)]) {
            ScopeKey(tenant: $0.text(1), name: $0.text(2), digest: Digest(bytes: $0.bytes(3)))
        }
        guard let key else { return nil }
        var rows: [(table: Table, values: [Value])] = [(.entries, stored.values)]
        for table in Table.ofEntries {
            rows += try self.rows(of: table, [.integer(id.rawValue)]).map { (table, $0) }
        }
        let subject = [Value.text(key.tenant), .text(Rating.Kind.entry.rawValue), .text(String(id.rawValue))]
        rows += try self.rows(of: .ratings, where: Table.ratings.whereKey, subject).map { (.ratings, $0) }
        return EntryRecord(id: id, scope: key, rows: rows)
    }

    fileprivate mutating func rows(
        of table: Table, where condition: String = "WHERE entry = ?1", _ values: [Value]
    ) throws(StoreError) -> [[Value]] {
        var rows: [[Value]] = []
        try forEachRow(of: table, condition, values) { row in
            rows.append(table.columns.indices.map { row.value($0) })
            return true
        }
        return rows
    }

    /// The other entry that the record's own question leads to by now.
    fileprivate mutating func holder(of record: EntryRecord) throws(StoreError) -> EntryID? {
        let values: [Value] = [.text(record.scope.tenant), .text(record.scope.name), .blob(record.scope.digest.bytes)]
        let scope = try first(of: .scopes, Table.scopes.whereAllButKey, values) { $0.integer(0) }
        guard let scope else { return nil }
        for (table, values) in record.rows where table == .wordings {
            guard case .integer(0) = values[3] else { continue }
            let found = try first(of: .wordings, "WHERE scope = ?1 AND key = ?2", [.integer(scope), values[1]]) {
                EntryID(rawValue: $0.integer(2))
            }
            if let found, found != record.id { return found }
        }
        return nil
    }

    fileprivate mutating func restore(
        _ values: [Value], in table: Table, scope: ScopeID, keepsHits: Bool
    ) throws(StoreError) {
        if table == .hits, keepsHits { return }
        var values = values
        if let column = table.scopeColumn { values[column] = .integer(scope.rawValue) }
        if table == .wordings {
            let key = Array(values.prefix(2))
            guard try first("SELECT 1 FROM wordings WHERE scope = ?1 AND key = ?2", key, { _ in true }) == nil else {
                return
            }
        }
        if table == .feedback { values[0] = .integer(try nextID(.feedback)) }
        try insert(into: table, values)
    }
}
