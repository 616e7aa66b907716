import Support

extension Store {
    /// Changes an entry in place: its number, its wordings and what was said of it stay.
    ///
    /// A new answer is a person's and made now: no model's retirement touches it. Returns when no node serves the old one
    /// any more.
    ///
    /// - Returns: false when the entry is gone.
    package func edit(_ id: EntryID, _ change: EntryChange) async throws(StoreError) -> Bool {
        if let answer = change.answer, answer.utf8.count > Limits.answerBytesMax {
            let reason = "the answer has \(answer.utf8.count) bytes, \(Limits.answerBytesMax) at most are kept"
            throw StoreError(.invalid, reason, context: "edit the entry", path: path)
        }
        let now = clock.now
        return try await writeEverywhere { (connection) throws(StoreError) in
            guard var stored = try connection.storedEntry(id) else { return false }
            if let answer = change.answer, answer != stored.answer {
                stored.answer = answer
                stored.created = now
                stored.origin = .client
                stored.model = nil
            }
            try connection.update(.entries, stored.values)
            if let tags = change.tags {
                try connection.run("DELETE FROM tags WHERE entry = ?1", [.integer(id.rawValue)])
                for tag in Set(tags).sorted() {
                    try connection.insert(into: .tags, [.integer(id.rawValue), .text(tag)])
                }
            }
            switch change.expiry {
            case nil: break
            case .never: try connection.renew(id, expires: nil)
            case .at(let expires): try connection.renew(id, expires: expires)
            }
            connection.note(.changed, EntryPlace(scope: stored.scope, entry: id))
            return true
        }
    }
}
