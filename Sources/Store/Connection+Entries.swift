import Support

/// Reading and writing entries and what leads to them; used on readers and on the writer alike.
extension Connection {
    mutating func entry(_ id: EntryID) throws(StoreError) -> Entry? {
        let parts = try parts(of: id, from: [.entries, .tags, .hits])
        return parts.stored.flatMap { parts.complete($0) }
    }

    /// The entry's own row alone.
    mutating func storedEntry(_ id: EntryID) throws(StoreError) -> StoredEntry? {
        try first(of: .entries, "WHERE id = ?1", [.integer(id.rawValue)]) { StoredEntry($0) }
    }

    /// Adds what other tables say of an entry; nil when a damaged tag would leave it half described.
    mutating func complete(_ stored: StoredEntry) throws(StoreError) -> Entry? {
        try parts(of: stored.id, from: [.tags, .hits]).complete(stored)
    }

    /// What tables say of an entry.
    private struct EntryParts {
        var stored: StoredEntry?
        /// Nil where one is damaged.
        var tags: [String]? = []
        var hits: HitNote?

        func complete(_ stored: StoredEntry) -> Entry? { tags.map { stored.entry(tags: $0.sorted(), hits: hits) } }
    }

    private mutating func parts(of id: EntryID, from tables: [Table]) throws(StoreError) -> EntryParts {
        var parts = EntryParts()
        try forEachRow(
            ofEach: tables.map {
                ($0, $0 == .entries ? "WHERE id = ?1" : "WHERE entry = ?1", [.integer(id.rawValue)])
            },
            onDamage: { read, _ in if tables[read] == .tags { parts.tags = nil } }
        ) { read, row in
            switch tables[read] {
            case .entries: parts.stored = StoredEntry(row)
            case .tags: parts.tags?.append(row.text(1))
            default:
                parts.hits = HitNote(
                    hits: row.integer(1), lastHit: Timestamp(milliseconds: row.integer(2)), saved: .zero)
            }
        }
        return parts
    }

    /// The entry behind a wording and whether the wording is an alias.
    mutating func wording(scope: ScopeID, key: Digest) throws(StoreError) -> Wording? {
        try known(scope, key, from: [.wordings]).wording
    }

    /// The entries found to answer something else than this wording asks.
    mutating func refused(scope: ScopeID, key: Digest) throws(StoreError) -> Set<EntryID> {
        try known(scope, key, from: [.refusals]).refused
    }

    /// Both at once, in one exchange with a server.
    mutating func wordingAndRefusals(
        scope: ScopeID, key: Digest
    ) throws(StoreError) -> (wording: Wording?, refused: Set<EntryID>) {
        try known(scope, key, from: [.wordings, .refusals])
    }

    /// What some tables know of a wording.
    private mutating func known(
        _ scope: ScopeID, _ key: Digest, from tables: [Table]
    ) throws(StoreError) -> (wording: Wording?, refused: Set<EntryID>) {
        var found: (wording: Wording?, refused: Set<EntryID>) = (nil, [])
        var isDamaged = false
        let place = [Value.integer(scope.rawValue), .blob(key.bytes)]
        try forEachRow(
            ofEach: tables.map { ($0, "WHERE scope = ?1 AND key = ?2", place) },
            onDamage: { read, _ in if tables[read] == .wordings { isDamaged = true } }
        ) { read, row in
            let entry = EntryID(rawValue: row.integer(2))
            if tables[read] == .wordings {
                found.wording = Wording(entry: entry, isAlias: row.integer(3) != 0, text: row.text(5))
            } else {
                found.refused.insert(entry)
            }
        }
        // Nobody knows where it led, and it may be remembered.
        if isDamaged { reach = .everything }
        return found
    }

    mutating func insertWording(
        scope: ScopeID, key: Digest, entry: EntryID, source: Alias.Source?, created: Timestamp, text: String
    ) throws(StoreError) {
        try removeWording(scope: scope, key: key)
        try insert(
            into: .wordings,
            wordingValues(scope: scope, key: key, entry: entry, source: source, created: created, text: text))
    }

    /// Makes room for a wording: a damaged row counts as absent, but still holds the place.
    mutating func removeWording(scope: ScopeID, key: Digest) throws(StoreError) {
        try send("DELETE FROM wordings WHERE scope = ?1 AND key = ?2", [.integer(scope.rawValue), .blob(key.bytes)])
    }

    /// In the order of `Table.wordings`.
    func wordingValues(
        scope: ScopeID, key: Digest, entry: EntryID, source: Alias.Source?, created: Timestamp, text: String
    ) -> [Value] {
        [
            .integer(scope.rawValue), .blob(key.bytes), .integer(entry.rawValue),
            .integer(source?.rawValue ?? 0), .integer(created.milliseconds), .text(text),
        ]
    }

    mutating func scopeID(_ key: ScopeKey) throws(StoreError) -> ScopeID? {
        let values: [Value] = [.text(key.tenant), .text(key.name), .blob(key.digest.bytes)]
        return try first(of: .scopes, Table.scopes.whereAllButKey, values) { ScopeID(rawValue: $0.integer(0)) }
    }

    /// The scope's row, made if missing.
    mutating func scopeID(creating key: ScopeKey) throws(StoreError) -> ScopeID {
        let values: [Value] = [.text(key.tenant), .text(key.name), .blob(key.digest.bytes)]
        return ScopeID(
            rawValue: try identifier(
                in: .scopes, values,
                next: { (connection) throws(StoreError) in
                    try connection.nextUniqueID(.scopes)
                }))
    }

    /// The scopes' rows, made if missing.
    mutating func scopeIDs(creating keys: [ScopeKey]) throws(StoreError) -> [ScopeKey: ScopeID] {
        var ids: [ScopeKey: ScopeID] = [:]
        for key in keys where ids[key] == nil { ids[key] = try scopeID(creating: key) }
        return ids
    }

    /// The embedder's row, made if missing.
    mutating func embedderID(creating key: EmbedderKey) throws(StoreError) -> Int64 {
        let values: [Value] = [.text(key.name), .integer(Int64(key.dimension))]
        return try identifier(
            in: .embedders, values,
            next: { (connection) throws(StoreError) in
                try connection.nextID(.embedders)
            })
    }

    mutating func embedderID(_ key: EmbedderKey) throws(StoreError) -> Int64? {
        let values: [Value] = [.text(key.name), .integer(Int64(key.dimension))]
        return try first(of: .embedders, Table.embedders.whereAllButKey, values) { $0.integer(0) }
    }

    mutating func insertVector(
        _ components: [Float], embedder: Int64, of place: EntryPlace, expires: Timestamp?
    ) throws(StoreError) {
        try replace(in: .vectors, vectorValues(components, embedder: embedder, of: place, expires: expires))
    }

    /// In the order of `Table.vectors`.
    func vectorValues(
        _ components: [Float], embedder: Int64, of place: EntryPlace, expires: Timestamp?
    ) -> [Value] {
        [
            .integer(embedder), .integer(place.entry.rawValue), .integer(place.scope.rawValue),
            .optional(expires?.milliseconds), .floats(components),
        ]
    }

    /// Removes an entry and all that refers to it.
    ///
    /// - Parameter scope: nil where there is no such entry any more, but perhaps a run about it.
    mutating func remove(_ entry: EntryID, from scope: ScopeID?) throws(StoreError) {
        if let scope { note(.changed, EntryPlace(scope: scope, entry: entry)) }
        try removeRows(of: entry)
        // A run about an answer holds its text.
        try send("DELETE FROM plan_runs WHERE entry = ?1", [.integer(entry.rawValue)])
    }

    /// Removes an entry's row and, by the foreign keys, those that refer to it.
    mutating func removeRows(of entry: EntryID) throws(StoreError) {
        let id = [Value.integer(entry.rawValue)]
        try send("DELETE FROM entries WHERE id = ?1", id)
        guard dialect == .postgres else { return }
        for table in Table.withoutScope { try send("DELETE FROM \(table.name) WHERE entry = ?1", id) }
    }

    /// Removes a scope's row once its last entry is gone: every conversation makes scopes of its own.
    mutating func removeIfEmpty(_ scope: ScopeID) throws(StoreError) {
        try send(
            "DELETE FROM scopes WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM entries WHERE scope = ?1)",
            [.integer(scope.rawValue)])
    }

    mutating func insert(_ call: Call, id: Int64) throws(StoreError) {
        try insert(
            into: .calls,
            [
                .integer(id), .integer(call.time.milliseconds), .text(call.role), .text(call.model),
                .text(call.purpose), .optional(call.entry?.rawValue), .integer(Int64(call.promptTokens)),
                .integer(Int64(call.cachedTokens)), .integer(Int64(call.completionTokens)),
                .integer(Int64(call.reasoningTokens)), .optional(call.cost?.nanodollars),
                .integer(Int64(call.latencyMilliseconds)), .text(call.status),
            ])
    }

    /// Adds hits to the entries that are still there, and to the totals in any case.
    mutating func add(_ hits: [EntryID: HitNote]) throws(StoreError) {
        let notes = Array(hits)
        let keys = notes.map { [Value.integer($0.key.rawValue)] }
        try setPlansLast(true)
        var isThere = [Bool](repeating: false, count: notes.count)
        try forEachRow("SELECT 1 FROM entries WHERE id = ?1", each: keys) { index, _ in isThere[index] = true }
        var sums = notes.map(\.value)
        try forEachRow(ofEach: keys.map { (.hits, "WHERE entry = ?1", $0) }) { index, row in
            sums[index] += HitNote(
                hits: row.integer(1), lastHit: Timestamp(milliseconds: row.integer(2)),
                saved: Money(nanodollars: row.integer(3)))
        }
        for (index, sum) in sums.enumerated() where isThere[index] {
            try replace(
                in: .hits,
                keys[index] + [
                    .integer(sum.hits), .integer(sum.lastHit.milliseconds), .integer(sum.saved.nanodollars),
                ])
        }
        try setPlansLast(false)
        let total = hits.values.reduce(into: HitNote()) { $0 += $1 }
        try addToTotal("hits", total.hits)
        try addToTotal("saved", total.saved.nanodollars)
    }

    mutating func total(_ name: String) throws(StoreError) -> Int64 {
        try first(of: .totals, "WHERE name = ?1", [.text(name)]) { $0.integer(1) } ?? 0
    }

    private mutating func addToTotal(_ name: String, _ amount: Int64) throws(StoreError) {
        let before = try total(name)
        try replace(in: .totals, [.text(name), .integer(before + amount)])
    }

    /// The number of the row with these values, made or made whole if need be.
    private mutating func identifier(
        in table: Table, _ values: [Value], next: (inout Connection) throws(StoreError) -> Int64
    ) throws(StoreError) -> Int64 {
        if let id = try first(of: table, table.whereAllButKey, values, { $0.integer(0) }) { return id }
        // A damaged row cannot be replaced while others refer to it. The index found it by all its values, so
        // writing these again restores it.
        let damaged = try first("SELECT id FROM \(table.name) \(table.whereAllButKey)", values) { $0.integer(0) }
        if let damaged {
            try update(table, [.integer(damaged)] + values)
            return damaged
        }
        let id = try next(&self)
        try insert(into: table, [.integer(id)] + values)
        return id
    }
}
