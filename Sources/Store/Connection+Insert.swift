import Support

extension Connection {
    /// Stores a new entry or finds that it need not be stored: one step of the transaction around it.
    mutating func insert(
        _ new: NewEntry, policy: InsertPolicy, now: Timestamp
    ) throws(StoreError) -> InsertOutcome {
        let scope = try scopeID(creating: new.scope)
        guard let wording = try wording(scope: scope, key: new.key) else {
            return try insert(new, scope: scope, change: .inserted, now: now)
        }
        guard let existing = try entry(wording.entry), !existing.isExpired(at: now) else {
            reach.add(wording.entry)
            try remove(wording.entry, from: scope)
            return try insert(new, scope: scope, change: .replaced(wording.entry), now: now)
        }
        // Whatever becomes of it, or of the wording that led to it.
        reach.add(existing.id)
        let isSame = existing.answer == new.answer && existing.tags == Set(new.tags).sorted()
        if !isSame && policy == .replace {
            isContrary = true
            // An alias is taken from its entry, which keeps its own question and answer.
            if wording.isAlias {
                try note(.changed, EntryPlace(scope: scope, entry: existing.id))
                return try insert(new, scope: scope, change: .inserted, now: now)
            }
            try remove(existing.id, from: scope)
            return try insert(new, scope: scope, change: .replaced(existing.id), now: now)
        }
        let renews = isSame && policy == .replace && existing.expires != new.expires
        if renews {
            try renew(existing.id, expires: new.expires)
            try note(.changed, EntryPlace(scope: scope, entry: existing.id))
        }
        if let vector = new.vector {
            let embedder = try embedderID(creating: vector.embedder)
            try insertVector(
                vector, embedder: embedder, unlessPresentFor: existing,
                expires: renews ? new.expires : existing.expires,
                isOwnQuestion: !wording.isAlias)
        }
        let change: InsertOutcome.Change = !isSame ? .kept : renews ? .renewed : .unchanged
        return InsertOutcome(entry: existing.id, scope: scope, change: change)
    }

    private mutating func insert(
        _ new: NewEntry, scope: ScopeID, change: InsertOutcome.Change, now: Timestamp
    ) throws(StoreError) -> InsertOutcome {
        let id = EntryID(rawValue: try nextUniqueID(.entries))
        let created = new.created ?? now
        try insert(into: .entries, StoredEntry(new, id: id, scope: scope, created: created).values)
        for tag in Set(new.tags).sorted() { try insert(into: .tags, [.integer(id.rawValue), .text(tag)]) }
        try insertWording(
            scope: scope, key: new.key, entry: id, source: nil, created: created, text: new.question)
        if let vector = new.vector {
            let embedder = try embedderID(creating: vector.embedder)
            let place = EntryPlace(scope: scope, entry: id)
            try insertVector(vector.components, embedder: embedder, of: place, expires: new.expires)
        }
        try note(.added, EntryPlace(scope: scope, entry: id))
        return InsertOutcome(entry: id, scope: scope, change: change)
    }

    /// Gives an entry the vector it lacks. An alias's vector is not the entry's.
    private mutating func insertVector(
        _ vector: NewEntry.Vector, embedder: Int64, unlessPresentFor entry: Entry, expires: Timestamp?,
        isOwnQuestion: Bool
    ) throws(StoreError) {
        guard isOwnQuestion else { return }
        let key: [Value] = [.integer(embedder), .integer(entry.id.rawValue)]
        let condition = "WHERE embedder = ?1 AND entry = ?2"
        guard try first(of: .vectors, condition, key, { $0.integer(1) }) == nil else { return }
        let place = EntryPlace(scope: entry.scope, entry: entry.id)
        try insertVector(vector.components, embedder: embedder, of: place, expires: expires)
        try note(.added, place)
    }

    /// Moves an entry's end, in its own row and in its vectors', which carry it for the scan at start-up.
    mutating func renew(_ id: EntryID, expires: Timestamp?) throws(StoreError) {
        let key = [Value.integer(id.rawValue)]
        guard var stored = try storedEntry(id) else { return }
        stored.expires = expires
        try update(.entries, stored.values)
        var vectors: [(embedder: Int64, components: [Float])] = []
        try forEachRow(of: .vectors, "WHERE entry = ?1", key) { row in
            vectors.append((row.integer(0), row.floats(4)))
            return true
        }
        let place = EntryPlace(scope: stored.scope, entry: id)
        for (embedder, components) in vectors {
            try insertVector(components, embedder: embedder, of: place, expires: expires)
        }
    }
}
