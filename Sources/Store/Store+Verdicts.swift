package import Support

extension Store {
    /// Makes a text lead to an entry from now on.
    ///
    /// - Parameters:
    ///   - key: of the text's canonical form.
    ///   - known: the entry as the text was found to ask the same, which a bad verdict may have revoked since; nil:
    ///     whatever it is by now.
    /// - Returns: false when the entry is gone or the wording leads somewhere already.
    package func addAlias(
        to entry: EntryID, text: String, key: Digest, source: Alias.Source, unlessJudgedSince known: Entry? = nil
    ) async throws(StoreError) -> Bool {
        if text.utf8.count > Limits.questionBytesMax {
            let reason = "\(text.utf8.count) bytes, \(Limits.questionBytesMax) at most are kept"
            throw StoreError(.invalid, reason, context: "store the alias", path: path)
        }
        let now = clock.now
        return try await write { (connection) throws(StoreError) in
            // No wording that led somewhere leads elsewhere afterwards.
            connection.reach = .nothing
            guard let stored = try connection.storedEntry(entry) else { return false }
            if let known, known.boundary != stored.boundary { return false }
            guard try connection.wording(scope: stored.scope, key: key) == nil else { return false }
            try connection.insertWording(
                scope: stored.scope, key: key, entry: entry, source: source, created: now, text: text)
            return true
        }
    }

    /// Takes back the wordings that a source gave an entry.
    ///
    /// - Returns: how many there were.
    package func removeAliases(of entry: EntryID, source: Alias.Source) async throws(StoreError) -> Int {
        try await writeEverywhere { (connection) throws(StoreError) in
            let scope = try connection.storedEntry(entry)?.scope
            try connection.run(
                "DELETE FROM wordings WHERE entry = ?1 AND source = ?2",
                [.integer(entry.rawValue), .integer(source.rawValue)])
            let count = connection.changes
            if let scope { connection.note(.changed, EntryPlace(scope: scope, entry: entry)) }
            return count
        }
    }

    /// Takes back a wording that leads to an entry beside its own question.
    ///
    /// - Returns: whether there was one.
    package func removeAlias(scope: ScopeID, key: Digest, of entry: EntryID) async throws(StoreError) -> Bool {
        try await writeEverywhere { (connection) throws(StoreError) in
            try connection.run(
                "DELETE FROM wordings WHERE scope = ?1 AND key = ?2 AND entry = ?3 AND source > 0",
                [.integer(scope.rawValue), .blob(key.bytes), .integer(entry.rawValue)])
            let wasThere = connection.changes > 0
            if wasThere { connection.note(.changed, EntryPlace(scope: scope, entry: entry)) }
            return wasThere
        }
    }

    /// Remembers that an entry does not answer what this wording asks; nothing to remember once the entry is gone.
    ///
    /// - Parameter text: the wording as people are to read it.
    package func refuse(
        scope: ScopeID, key: Digest, entry: EntryID, text: String? = nil
    ) async throws(StoreError) {
        let now = clock.now
        try await write { (connection) throws(StoreError) in
            connection.reach = .nothing
            guard try connection.storedEntry(entry)?.scope == scope else { return }
            try connection.replace(
                in: .refusals,
                [
                    .integer(scope.rawValue), .blob(key.bytes), .integer(entry.rawValue),
                    .integer(now.milliseconds),
                ])
            guard let text, text.utf8.count <= Limits.questionBytesMax else { return }
            try connection.replace(
                in: .refusedWordings,
                [.integer(scope.rawValue), .blob(key.bytes), .integer(entry.rawValue), .text(text)])
        }
    }

    /// Moves the similarity below which an entry needs a confirmation.
    ///
    /// - Returns: false when the entry is gone.
    @discardableResult
    package func setBoundary(_ entry: EntryID, _ boundary: Double?) async throws(StoreError) -> Bool {
        precondition(boundary?.isFinite ?? true, "a boundary is a similarity")
        return try await writeEverywhere { (connection) throws(StoreError) in
            guard var stored = try connection.storedEntry(entry) else { return false }
            stored.boundary = boundary
            try connection.update(.entries, stored.values)
            connection.note(.changed, EntryPlace(scope: stored.scope, entry: entry))
            return true
        }
    }

    /// Keeps what a person said of an entry's answer.
    ///
    /// - Returns: false when the entry is gone.
    @discardableResult
    package func record(_ feedback: Feedback) async throws(StoreError) -> Bool {
        try await write { (connection) throws(StoreError) in
            guard try connection.storedEntry(feedback.entry) != nil else { return false }
            try connection.insert(
                into: .feedback,
                [
                    .integer(connection.nextID(.feedback)), .integer(feedback.entry.rawValue),
                    .integer(feedback.verdict.rawValue), .optional(feedback.comment),
                    .integer(feedback.time.milliseconds),
                ])
            return true
        }
    }
}
