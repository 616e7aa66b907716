package import Support

extension Store {
    /// A page of entries in the order of their numbers: those after `after`, `limit` at most. A page that is not full
    /// is the last.
    ///
    /// A text is looked for in every row, which takes seconds per million, on a connection of its own.
    ///
    /// - Parameter newestFirst: turns the order round, and so what comes after `after`.
    package func entries(
        _ filter: EntryFilter = EntryFilter(), after: EntryID? = nil, newestFirst: Bool = false, limit: Int
    ) throws(StoreError) -> [Entry] {
        precondition(limit > 0, "a page has at least one entry")
        if filter.text != nil {
            var connection = try readers.open()
            return try connection.entries(filter, after: after, newestFirst: newestFirst, limit: limit)
        }
        return try read { (connection) throws(StoreError) in
            try connection.entries(filter, after: after, newestFirst: newestFirst, limit: limit)
        }
    }

    /// Visits every vector of an embedder in the order of the entries' numbers, expired or not: the index's start-up.
    ///
    /// Takes a few seconds per million rows of 384 dimensions, on a connection of its own, so that parts may be visited at
    /// once, and allocates nothing per row. The components are good only during the visit. Rows that are damaged, of another size or not of unit
    /// length are passed over.
    ///
    /// - Parameter entries: the part to visit, by the entries' numbers.
    /// - Returns: the entries passed over, which need their vectors again (`addVectors`).
    @discardableResult
    package func vectors(
        _ embedder: EmbedderKey, entries: ClosedRange<Int64> = 0...Int64.max,
        visit: (_ scope: ScopeID, _ entry: EntryID, _ expires: Timestamp?, _ components: Span<Float>) -> Void
    ) throws(StoreError) -> [EntryID] {
        var connection = try readers.open()
        guard let id = try connection.embedderID(embedder) else { return [] }
        var components = [Float](repeating: 0, count: embedder.dimension)
        var unusable: [EntryID] = []
        try connection.forEachRow(
            of: .vectors, "WHERE embedder = ?1 AND entry BETWEEN ?2 AND ?3 ORDER BY entry",
            [.integer(id), .integer(entries.lowerBound), .integer(entries.upperBound)],
            onDamage: { unusable.append(EntryID(rawValue: $0.integer(1))) }
        ) { row in
            let entry = EntryID(rawValue: row.integer(1))
            guard row.copyFloats(4, to: &components), isUnitVector(components.span) else {
                damage.note(table: .vectors, row: row)
                unusable.append(entry)
                return true
            }
            let expires = row.optionalInteger(3).map(Timestamp.init(milliseconds:))
            visit(ScopeID(rawValue: row.integer(2)), entry, expires, components.span)
            return true
        }
        return unusable
    }

    /// The number of the last entry, gone or not.
    package func lastEntry() throws(StoreError) -> Int64 {
        try read { (connection) throws(StoreError) in try connection.number("SELECT max(id) FROM entries") }
    }

    /// Entries that were not embedded by this embedder yet, in the order of their numbers.
    package func entriesWithoutVector(
        _ embedder: EmbedderKey, after: EntryID? = nil, limit: Int
    ) throws(StoreError) -> [(place: EntryPlace, question: String)] {
        try read { (connection) throws(StoreError) in
            var found: [(place: EntryPlace, question: String)] = []
            let id = try connection.embedderID(embedder)
            try connection.forEachRow(
                of: .entries,
                """
                WHERE id > ?1 AND NOT EXISTS (SELECT 1 FROM vectors WHERE embedder = ?2 AND entry = entries.id)
                ORDER BY id LIMIT ?3
                """, [.integer(after?.rawValue ?? 0), .optional(id), .integer(Int64(limit))]
            ) { row in
                let place = EntryPlace(
                    scope: ScopeID(rawValue: row.integer(1)), entry: EntryID(rawValue: row.integer(0)))
                found.append((place, row.text(10)))
                return true
            }
            return found
        }
    }
}

extension Connection {
    fileprivate mutating func entries(
        _ filter: EntryFilter, after: EntryID?, newestFirst: Bool, limit: Int
    ) throws(StoreError) -> [Entry] {
        try snapshot { (connection) throws(StoreError) in
            var (condition, values) = filter.condition(after: after, newestFirst: newestFirst, connection.dialect)
            values.append(.null)
            condition += (newestFirst ? " ORDER BY id DESC" : " ORDER BY id") + " LIMIT ?\(values.count)"
            var entries: [Entry] = []
            // Damage drops an entry only after its row was read, so one pass may not fill the page.
            while entries.count < limit {
                let wanted = limit - entries.count
                values[values.count - 1] = .integer(Int64(wanted))
                var page: [StoredEntry] = []
                var read = 0
                func note(_ row: borrowing Row) {
                    values[0] = .integer(row.integer(0))
                    read += 1
                }
                try connection.forEachRow(of: .entries, "WHERE \(condition)", values, onDamage: { note($0) }) {
                    note($0)
                    page.append(StoredEntry($0))
                    return true
                }
                for stored in page {
                    if let entry = try connection.complete(stored) { entries.append(entry) }
                }
                if read < wanted { break }
            }
            return entries
        }
    }
}
