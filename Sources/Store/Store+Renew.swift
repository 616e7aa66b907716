package import Support

extension Store {
    /// Moves an entry's end; it may have passed already.
    ///
    /// - Returns: false when the entry is gone.
    package func renew(_ entry: EntryID, expires: Timestamp?) async throws(StoreError) -> Bool {
        try await write { (connection) throws(StoreError) in
            guard try connection.storedEntry(entry) != nil else { return false }
            try connection.renew(entry, expires: expires)
            return true
        }
    }
}
