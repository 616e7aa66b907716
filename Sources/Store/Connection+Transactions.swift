extension Connection {
    /// Runs `body` in a transaction that is kept only when it returns.
    mutating func transaction<T>(
        _ body: (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try send(dialect.beginWriting)
        noted = []
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
        try tellNoted()
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
        let notedBefore = noted.count
        do {
            let result = try body(&self)
            try run("RELEASE one_write")
            return result
        } catch {
            noted.removeSubrange(notedBefore...)
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

    /// Has a server make its plans once for statements that find and add rows by their keys, until this is taken back or the
    /// transaction ends.
    ///
    /// For the parts of a partitioned table it would rather plan each time, which takes it longer than the statements do,
    /// the checks of foreign keys among them. A plan may be as old as the table and made while it was empty, when all ways
    /// look alike: so no table is read whole, and what is wanted in the order of a key is read by that key.
    mutating func setPlansLast(_ isOn: Bool) throws(StoreError) {
        guard dialect == .postgres else { return }
        let set = """
            SELECT set_config('plan_cache_mode', ?1, true), set_config('enable_seqscan', ?2, true),
                set_config('enable_sort', ?2, true)
            """
        try send(set, [.text(isOn ? "force_generic_plan" : "auto"), .text(isOn ? "off" : "on")])
    }
}
