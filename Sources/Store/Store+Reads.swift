package import Support

extension Store {
    package func scope(_ key: ScopeKey) throws(StoreError) -> ScopeID? {
        try scopeNumber(key)
    }

    /// What a text leads to without a search: its wording, and the entry behind it, expired or not.
    ///
    /// - Parameter key: of the canonical text.
    package func find(_ scope: ScopeKey, key: Digest) throws(StoreError) -> Found? { try look(scope, key: key).found }

    /// What `find` finds, and the entries refused for the wording, where it leads nowhere and they came with the same exchange.
    package func look(
        _ scope: ScopeKey, key: Digest
    ) throws(StoreError) -> (found: Found?, refused: Set<EntryID>?) {
        let place = WordingPlace(scope: scope, key: key)
        if let found = remembered(place) { return (found, nil) }
        guard mayKnow(key) else { return (nil, []) }
        // Before the read: what is committed while it goes on may not be in it.
        let commits = freshness.commits
        guard let scope = try scopeNumber(scope) else { return (nil, []) }
        let (found, refused) = try read { (connection) throws(StoreError) -> (Found?, Set<EntryID>?) in
            // Most new wordings that are read for end here, with one exchange.
            let (wording, refused) = try connection.wordingAndRefusals(scope: scope, key: key)
            guard wording != nil else { return (nil, refused) }
            return try connection.snapshot { (connection) throws(StoreError) -> (Found?, Set<EntryID>?) in
                guard let wording = try connection.wording(scope: scope, key: key),
                    let entry = try connection.entry(wording.entry)
                else { return (nil, nil) }
                return (Found(wording: wording, entry: entry), nil)
            }
        }
        if let found {
            remembered.keep(
                Remembered(value: found, commits: commits), for: place, bytes: found.entry.rememberedBytes)
        }
        return (found, refused)
    }

    /// What `find` would find, as far as nothing has to be read for it: on any thread.
    package func remembered(_ scope: ScopeKey, key: Digest) -> Found? {
        remembered(WordingPlace(scope: scope, key: key))
    }

    private func remembered(_ place: WordingPlace) -> Found? {
        guard let known = remembered[place], freshness.holds(known.value.entry.id, since: known.commits) else {
            return nil
        }
        return known.value
    }

    /// What a scope's number stands for.
    package func scopeKey(_ id: ScopeID) throws(StoreError) -> ScopeKey? {
        try read { (connection) throws(StoreError) in
            try connection.first(of: .scopes, "WHERE id = ?1", [.integer(id.rawValue)]) {
                ScopeKey(tenant: $0.text(1), name: $0.text(2), digest: Digest(bytes: $0.bytes(3)))
            }
        }
    }

    /// The entry that a text leads to without a search.
    ///
    /// - Parameter key: of the canonical text.
    package func wording(scope: ScopeID, key: Digest) throws(StoreError) -> Wording? {
        try read { (connection) throws(StoreError) in try connection.wording(scope: scope, key: key) }
    }

    /// An entry, expired or not; nil when it is gone or damaged.
    package func entry(_ id: EntryID) throws(StoreError) -> Entry? {
        try read { (connection) throws(StoreError) in
            try connection.snapshot { (connection) throws(StoreError) in try connection.entry(id) }
        }
    }

    /// The further wordings of an entry, oldest first.
    package func aliases(of entry: EntryID) throws(StoreError) -> [Alias] {
        try read { (connection) throws(StoreError) in
            var aliases: [Alias] = []
            let condition = "WHERE entry = ?1 AND source > 0 ORDER BY created, key"
            try connection.forEachRow(of: .wordings, condition, [.integer(entry.rawValue)]) {
                let source = Alias.Source(rawValue: $0.integer(3)) ?? .manual
                let created = Timestamp(milliseconds: $0.integer(4))
                aliases.append(Alias(text: $0.text(5), created: created, source: source))
                return true
            }
            return aliases
        }
    }

    /// The entries found to answer something else than this wording asks.
    package func refused(scope: ScopeID, key: Digest) throws(StoreError) -> Set<EntryID> {
        guard mayKnow(key) else { return [] }
        return try read { (connection) throws(StoreError) in try connection.refused(scope: scope, key: key) }
    }

    /// The wordings that were found to ask something else than an entry, the latest first.
    package func refusals(of entry: EntryID) throws(StoreError) -> [Refusal] {
        try read { (connection) throws(StoreError) in
            var texts: [Digest: String] = [:]
            let id = [Value.integer(entry.rawValue)]
            try connection.forEachRow(of: .refusedWordings, "WHERE entry = ?1", id) {
                texts[Digest(bytes: $0.bytes(1))] = $0.text(3)
                return true
            }
            var refusals: [Refusal] = []
            let condition = "WHERE entry = ?1 ORDER BY created DESC, key LIMIT \(Limits.refusalsShownMax)"
            try connection.forEachRow(of: .refusals, condition, id) {
                let created = Timestamp(milliseconds: $0.integer(3))
                refusals.append(Refusal(text: texts[Digest(bytes: $0.bytes(1))], created: created))
                return true
            }
            return refusals
        }
    }

    /// The scopes of a tenant that have entries, the latest first.
    ///
    /// - Parameter name: of the scope; nil: whatever its name.
    package func scopes(tenant: String, name: String?, limit: Int) throws(StoreError) -> [ScopeID] {
        try read { (connection) throws(StoreError) in
            var scopes: [ScopeID] = []
            let condition = "WHERE tenant = ?1\(name == nil ? "" : " AND name = ?2") ORDER BY id DESC LIMIT \(limit)"
            try connection.forEachRow(of: .scopes, condition, [.text(tenant)] + (name.map { [.text($0)] } ?? [])) {
                scopes.append(ScopeID(rawValue: $0.integer(0)))
                return true
            }
            return scopes
        }
    }

    /// What people said of an entry, oldest first.
    package func feedback(on entry: EntryID) throws(StoreError) -> [Feedback] {
        try read { (connection) throws(StoreError) in
            var feedback: [Feedback] = []
            try connection.forEachRow(of: .feedback, "WHERE entry = ?1 ORDER BY id", [.integer(entry.rawValue)]) {
                feedback.append(
                    Feedback(
                        entry: entry, verdict: $0.integer(2) == Feedback.Verdict.good.rawValue ? .good : .bad,
                        comment: $0.optionalText(3), time: Timestamp(milliseconds: $0.integer(4))))
                return true
            }
            return feedback
        }
    }
}
