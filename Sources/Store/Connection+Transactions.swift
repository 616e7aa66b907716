extension Connection {
    /// Runs `body` in a transaction that is kept only when it returns.
    mutating func transaction<T>(
        _ body: (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try send(dialect.beginWriting)
        notedChanges = 0
        do {
            try takeTurn()
            let result = try body(&self)
            try commit()
            return result
        } catch {
            // Some errors have rolled back already (https://www.sqlite.org/lang_transaction.html).
            if inTransaction { try run("ROLLBACK") }
            throw error
        }
    }

    private mutating func commit() throws(StoreError) {
        // What fails before the commit is known not to be kept.
        try wait()
        do throws(StoreError) { try run("COMMIT") } catch {
            guard error.code == .unavailable else { throw error }
            throw StoreError(.outcomeUnknown, error.message, context: "commit", path: path)
        }
    }

    /// Runs several reads on one state of the database.
    mutating func snapshot<T>(
        _ body: (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try send(dialect.beginReading)
        do {
            let result = try body(&self)
            try post("COMMIT")
            return result
        } catch {
            if inTransaction { try run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body` so that its failure undoes its own changes alone, while the transaction around it goes on.
    ///
    /// After a failure `inTransaction` says whether the transaction is still there.
    mutating func savepoint<T>(
        _ body: (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try send("SAVEPOINT one_write")
        do {
            let result = try body(&self)
            try run("RELEASE one_write")
            return result
        } catch {
            if inTransaction {
                do throws(StoreError) {
                    try send("ROLLBACK TO one_write")
                    try run("RELEASE one_write")
                } catch {
                    // There is no savepoint where what was sent before it has failed: then nothing of the transaction is.
                    if inTransaction { try run("ROLLBACK") }
                }
            }
            throw error
        }
    }
}
