import Support

/// A new entry, and what to do with an answer that is there already.
struct Insertion: Sendable {
    let new: NewEntry
    let policy: InsertPolicy
    let now: Timestamp
}

extension Connection {
    /// Stores new entries in order, or finds that they need not be stored; each succeeds or fails alone.
    ///
    /// Throws where the transaction around it is lost.
    mutating func insert(_ insertions: [Insertion]) throws(StoreError) -> [Result<InsertOutcome, StoreError>] {
        do throws(StoreError) {
            let outcomes = try savepoint { (connection) throws(StoreError) in
                try connection.setPlansLast(true)
                let outcomes = try connection.insertTogether(insertions)
                try connection.setPlansLast(false)
                return outcomes
            }
            return outcomes.map { .success($0) }
        } catch {
            guard inTransaction else { throw error }
            if insertions.count == 1 { return [.failure(error)] }
        }
        var outcomes: [Result<InsertOutcome, StoreError>] = []
        for insertion in insertions { outcomes += try insert([insertion]) }
        return outcomes
    }

    /// Those whose wordings lead nowhere yet are put in together; each other one is looked at when all before it are there.
    private mutating func insertTogether(_ insertions: [Insertion]) throws(StoreError) -> [InsertOutcome] {
        let scopes = try scopeIDs(creating: insertions.map(\.new.scope))
        let places = insertions.map { Place(scope: scopes[$0.new.scope]!, key: $0.new.key) }
        var taken = try taken(places)
        var (outcomes, additions): ([InsertOutcome], [Addition]) = ([], [])
        for (insertion, place) in zip(insertions, places) {
            let addition = Addition(new: insertion.new, scope: place.scope, change: .inserted, now: insertion.now)
            if taken.insert(place).inserted {
                additions.append(addition)
                continue
            }
            outcomes += try add(additions)
            additions = []
            outcomes.append(try insert(addition, policy: insertion.policy))
        }
        return try outcomes + add(additions)
    }

    /// Where a wording stands.
    private struct Place: Hashable {
        let scope: ScopeID
        let key: Digest
    }

    /// Which places have a row, damaged or not.
    private mutating func taken(_ places: [Place]) throws(StoreError) -> Set<Place> {
        var taken: Set<Place> = []
        let keys = places.map { [Value.integer($0.scope.rawValue), .blob($0.key.bytes)] }
        try forEachRow("SELECT 1 FROM wordings WHERE scope = ?1 AND key = ?2", each: keys) { set, _ in
            taken.insert(places[set])
        }
        return taken
    }

    /// An entry that is to be put in.
    private struct Addition {
        let new: NewEntry
        let scope: ScopeID
        var change: InsertOutcome.Change
        let now: Timestamp
    }

    /// Stores an entry whose wording has, or had, an answer.
    private mutating func insert(_ addition: Addition, policy: InsertPolicy) throws(StoreError) -> InsertOutcome {
        var addition = addition
        let (new, scope) = (addition.new, addition.scope)
        let wording = try wording(scope: scope, key: new.key)
        let existing = try wording.flatMap { (wording) throws(StoreError) in try entry(wording.entry) }
        guard let wording, let existing, !existing.isExpired(at: addition.now) else {
            if let wording {
                reach.add(wording.entry)
                try remove(wording.entry, from: scope)
                addition.change = .replaced(wording.entry)
            }
            return try take(addition)
        }
        // Whatever becomes of it, or of the wording that led to it.
        reach.add(existing.id)
        let isSame = existing.answer == new.answer && existing.tags == Set(new.tags).sorted()
        if !isSame && policy == .replace {
            // An alias is taken from its entry, which keeps its own question and answer.
            if wording.isAlias {
                note(.changed, EntryPlace(scope: scope, entry: existing.id))
            } else {
                try remove(existing.id, from: scope)
                addition.change = .replaced(existing.id)
            }
            var outcome = try take(addition)
            outcome.isContrary = true
            return outcome
        }
        let renews = isSame && policy == .replace && existing.expires != new.expires
        if renews {
            try renew(existing.id, expires: new.expires)
            note(.changed, EntryPlace(scope: scope, entry: existing.id))
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

    /// Puts an entry in the place of whatever its wording led to.
    private mutating func take(_ addition: Addition) throws(StoreError) -> InsertOutcome {
        try removeWording(scope: addition.scope, key: addition.new.key)
        return try add([addition])[0]
    }

    /// Puts entries in whose wordings have no row.
    private mutating func add(_ additions: [Addition]) throws(StoreError) -> [InsertOutcome] {
        if additions.isEmpty { return [] }
        let ids = try nextUniqueIDs(.entries, additions.count)
        var embedders: [EmbedderKey: Int64] = [:]
        var (entries, tags, wordings, vectors): ([[Value]], [[Value]], [[Value]], [[Value]]) = ([], [], [], [])
        var outcomes: [InsertOutcome] = []
        for (addition, id) in zip(additions, ids) {
            let (new, place) = (addition.new, EntryPlace(scope: addition.scope, entry: EntryID(rawValue: id)))
            let created = new.created ?? addition.now
            entries.append(StoredEntry(new, id: place.entry, scope: place.scope, created: created).values)
            tags += Set(new.tags).sorted().map { [.integer(id), .text($0)] }
            wordings.append(
                wordingValues(
                    scope: place.scope, key: new.key, entry: place.entry, source: nil, created: created,
                    text: new.question))
            if let vector = new.vector {
                let known = embedders[vector.embedder]
                let embedder = if let known { known } else { try embedderID(creating: vector.embedder) }
                embedders[vector.embedder] = embedder
                vectors.append(
                    vectorValues(vector.components, embedder: embedder, of: place, expires: new.expires))
            }
            note(.added, place)
            outcomes.append(InsertOutcome(entry: place.entry, scope: place.scope, change: addition.change))
        }
        // In an order in which each finds what it refers to.
        try insert(into: .entries, rows: entries)
        try insert(into: .tags, rows: tags)
        try insert(into: .wordings, rows: wordings)
        try insert(into: .vectors, rows: vectors)
        return outcomes
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
        note(.added, place)
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
