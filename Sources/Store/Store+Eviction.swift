package import Support

/// Making room: the entries that earn least for the place they take go first.
extension Store {
    /// What is stored, as far as it bounds itself.
    package struct Extent: Sendable, Equatable {
        package var entries: Int
        /// Of the database's pages in use; on a server, which gives pages back at its own time, an estimate.
        package var bytes: Int
    }

    /// Takes milliseconds per million rows.
    package func extent() throws(StoreError) -> Extent {
        try read { (connection) throws(StoreError) in
            let entries = Int(try connection.number("SELECT count(*) FROM entries"))
            return Extent(entries: entries, bytes: try connection.bytesInUse(entries: entries))
        }
    }

    /// How many entries each tenant has that has more than so many.
    package func tenants(withMoreThan entries: Int) throws(StoreError) -> [String: Int] {
        var connection = try readers.open()
        var counts: [String: Int] = [:]
        try connection.forEachRow(
            """
            SELECT scopes.tenant, CAST(sum(n) AS bigint)
            FROM (SELECT scope, count(*) AS n FROM entries GROUP BY scope) AS counts
            JOIN scopes ON scopes.id = scope GROUP BY scopes.tenant HAVING CAST(sum(n) AS bigint) > ?1
            """, [.integer(Int64(entries))]
        ) {
            counts[$0.text(0)] = Int($0.integer(1))
            return true
        }
        return counts
    }

    /// The entries worth least: cost × uses ÷ the time since the last of them. What a person imported goes last.
    ///
    /// An answer whose price is not known counts as one of a middling price. Takes a second per million rows, on a
    /// connection of its own.
    ///
    /// - Parameter tenant: nil for those of all tenants together.
    package func leastValuable(_ count: Int, of tenant: String? = nil, now: Timestamp) throws(StoreError) -> [EntryID] {
        var connection = try readers.open()
        var ids: [EntryID] = []
        let typical = try connection.number(
            "SELECT CAST(coalesce(avg(cost), 1) AS bigint) FROM entries WHERE cost IS NOT NULL")
        let age = connection.dialect.larger("1", "?3 - coalesce(hits.last_hit, entries.created)")
        try connection.forEachRow(
            """
            SELECT entries.id FROM entries LEFT JOIN hits ON hits.entry = entries.id
            WHERE CAST(?1 AS text) IS NULL OR entries.scope IN (SELECT id FROM scopes WHERE tenant = ?1)
            ORDER BY entries.origin = \(Entry.Origin.imported.rawValue),
                1.0 * coalesce(entries.cost, ?2) * (1 + coalesce(hits.hits, 0))
                    / \(age)
            LIMIT ?4
            """,
            [tenant.map { .text($0) } ?? .null, .integer(typical), .integer(now.milliseconds), .integer(Int64(count))]
        ) {
            ids.append(EntryID(rawValue: $0.integer(0)))
            return true
        }
        return ids
    }
}

extension Connection {
    fileprivate mutating func bytesInUse(entries: Int) throws(StoreError) -> Int {
        if dialect == .sqlite {
            let pages = try number("PRAGMA page_count") - number("PRAGMA freelist_count")
            return Int(pages * (try number("PRAGMA page_size")))
        }
        // The latest entries stand for all: their texts and vectors, and about 1 KB of keys and indexes each.
        let latest = "SELECT id FROM entries ORDER BY id DESC LIMIT \(Limits.entriesSampledForSize)"
        let texts = try number(
            """
            SELECT CAST(coalesce(avg(octet_length(question) + octet_length(answer)), 0) AS bigint) FROM entries
            WHERE id IN (\(latest))
            """)
        let vectors = try number(
            "SELECT CAST(coalesce(avg(octet_length(vector)), 0) AS bigint) FROM vectors WHERE entry IN (\(latest))")
        return entries * Int(texts + vectors + 1_024)
    }
}
