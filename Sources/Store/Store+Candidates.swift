import Support

/// What a search's candidates are weighed by.
extension Store {
    /// Entries that a search found, expired or not, without those that are gone or damaged; their counts of hits may be
    /// older than those of `entry`. Those that are not remembered are read together.
    ///
    /// - Parameter ids: `Limits.candidatesJudgedMax` at most.
    /// - Returns: one for each of the ids, nil where it is gone.
    package func candidates(_ ids: [EntryID]) throws(StoreError) -> [Entry?] {
        let commits = freshness.commits
        var found: [Entry?] = []
        var missing: [EntryID] = []
        for id in ids {
            let known = rememberedEntries[id]
            if let known, freshness.holds(id, since: known.commits) {
                found.append(known.value)
            } else {
                found.append(nil)
                missing.append(id)
            }
        }
        if missing.isEmpty { return found }
        let wanted = missing
        let read = try read { (connection) throws(StoreError) in
            try connection.snapshot { (connection) throws(StoreError) in try connection.entries(wanted) }
        }
        for entry in read {
            for index in ids.indices where ids[index] == entry.id { found[index] = entry }
            rememberedEntries.keep(
                Remembered(value: entry, commits: commits), for: entry.id, bytes: entry.rememberedBytes)
        }
        return found
    }

    /// The text whose vector this is; nil when the alias is gone.
    ///
    /// - Parameter entry: whose alias it is.
    package func aliasText(_ id: AliasVectorID, of entry: EntryID) throws(StoreError) -> String? {
        let commits = freshness.commits
        if let known = rememberedAliasTexts[id], freshness.holds(entry, since: known.commits) { return known.value }
        guard let text = try aliasText(id) else { return nil }
        rememberedAliasTexts.keep(
            Remembered(value: text, commits: commits), for: id, bytes: text.utf8.count + 100)
        return text
    }

    /// A scope's number, remembered as long as scopes stay.
    func scopeNumber(_ key: ScopeKey) throws(StoreError) -> ScopeID? {
        let commits = freshness.commits
        if let known = rememberedScopes[key], freshness.holds(since: known.commits) { return known.value }
        let scope = try read { (connection) throws(StoreError) in try connection.scopeID(key) }
        guard let scope else { return nil }
        rememberedScopes.keep(
            Remembered(value: scope, commits: commits), for: key,
            bytes: key.tenant.utf8.count + key.name.utf8.count + 200)
        return scope
    }
}

extension Entry {
    /// What it takes in memory, about.
    var rememberedBytes: Int { question.utf8.count + answer.utf8.count + Limits.rememberedEntryBytes }
}

extension Connection {
    /// The entries that are there and whole, without their hits, in no order.
    fileprivate mutating func entries(_ ids: [EntryID]) throws(StoreError) -> [Entry] {
        // One text for all numbers of entries, so that it is prepared once.
        let values = ParameterList.padded(ids, to: Limits.candidatesJudgedMax).map { Value.integer($0.rawValue) }
        var stored: [StoredEntry] = []
        try forEachRow(of: .entries, Self.whereEntryID, values) {
            stored.append(StoredEntry($0))
            return true
        }
        if stored.isEmpty { return [] }
        var tags: [EntryID: [String]] = [:]
        var damaged: Set<EntryID> = []
        try forEachRow(
            of: .tags, Self.whereEntry, values,
            onDamage: { damaged.insert(EntryID(rawValue: $0.integer(0))) }
        ) {
            tags[EntryID(rawValue: $0.integer(0)), default: []].append($0.text(1))
            return true
        }
        return stored.filter { !damaged.contains($0.id) }.map {
            $0.entry(tags: (tags[$0.id] ?? []).sorted(), hits: nil)
        }
    }

    private static let parameters = ParameterList.sql(count: Limits.candidatesJudgedMax)
    private static let whereEntryID = "WHERE id IN (\(parameters))"
    private static let whereEntry = "WHERE entry IN (\(parameters))"
}
