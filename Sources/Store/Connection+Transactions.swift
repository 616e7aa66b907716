extension Connection {
    /// Runs `body` in a transaction that is kept only when it returns.
    mutating func transaction<T>(
        _ body: (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try run("BEGIN IMMEDIATE")
        do {
            let result = try body(&self)
            try run("COMMIT")
            return result
        } catch {
            // Some errors have rolled back already (https://www.sqlite.org/lang_transaction.html).
            if inTransaction { try run("ROLLBACK") }
            throw error
        }
    }

    /// Runs several reads on one state of the database.
    mutating func snapshot<T>(
        _ body: (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try run("BEGIN")
        do {
            let result = try body(&self)
            try run("COMMIT")
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
        try run("SAVEPOINT one_write")
        do {
            let result = try body(&self)
            try run("RELEASE one_write")
            return result
        } catch {
            if inTransaction {
                try run("ROLLBACK TO one_write")
                try run("RELEASE one_write")
            }
            throw error
        }
    }
}
