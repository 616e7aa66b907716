package import Support

extension Store {
    /// Moves the end of an entry whose answer was found to be right still; it may have passed already.
    ///
    /// Its age begins anew: a validated answer is as fresh as a new one (RFC 9111, section 4.2.3).
    ///
    /// - Returns: false when the entry is gone.
    package func renew(_ entry: EntryID, expires: Timestamp?) async throws(StoreError) -> Bool {
        let now = clock.now
        return try await write { (connection) throws(StoreError) in
            guard var stored = try connection.storedEntry(entry) else { return false }
            stored.created = now
            try connection.update(.entries, stored.values)
            try connection.renew(entry, expires: expires)
            connection.note(.changed, EntryPlace(scope: stored.scope, entry: entry))
            return true
        }
    }
}
