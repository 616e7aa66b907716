import Support

extension StoreCopy {
    /// What became of one comparison of both stores.
    struct Pass {
        /// Rows that were written before it.
        let written: Int
        var copied = 0
        var changed = 0
        var removed = 0
        /// Rows that could not be brought over.
        var refused = 0

        init(written: Int) { self.written = written }

        /// Rows that are now as they are in the source and were not before.
        var applied: Int { copied + changed + removed }
    }

    /// Compares the tables and has the target follow.
    ///
    /// In the order of `Table.all` what is referred to comes first. What goes from the target with a row that it is referred
    /// to by is in a later table, and is copied again there should the source still have it.
    func catchUp(_ pass: inout Pass, _ progress: Progress) async throws(StoreError) {
        for table in Table.all {
            var differences = try TableDifferences(table, source: source.readers, target: target.readers)
            while let step = try differences.next() {
                try await follow(step, in: table, &pass)
                try await progress(pass.written + pass.copied + pass.changed)
            }
            try await copyNumbers(of: table)
        }
        let stray = try await target.write { (connection) throws(StoreError) in try connection.removeStrayRows() }
        pass.copied -= stray
        pass.refused += stray
    }

    private func follow(_ step: TableDifferences.Step, in table: Table, _ pass: inout Pass) async throws(StoreError) {
        // They may have gone or changed again since their keys were read: then the next pass finds it.
        let missing = try source.read { (connection) throws(StoreError) in
            try connection.rows(of: table, step.missing)
        }
        let changed = try source.read { (connection) throws(StoreError) in
            try connection.rows(of: table, step.changed)
        }
        pass.refused += missing.damaged + changed.damaged
        // First the removals: a new row may take the place of one that is gone, a scope's for example.
        let removals = try await write(step.gone.map(RowChange.remove), to: table)
        let updates = try await write(changed.rows.map(RowChange.update), to: table)
        let inserts = try await write(missing.rows.map(RowChange.insert), to: table)
        pass.removed += removals.count { $0 }
        pass.changed += updates.count { $0 }
        pass.copied += inserts.count { $0 }
        pass.refused += (removals + updates + inserts).count { !$0 }
    }

    /// Writes rows together, or, where one is refused because of another row, each by itself.
    ///
    /// - Returns: for each, whether it was written.
    func write(_ changes: [RowChange], to table: Table) async throws(StoreError) -> [Bool] {
        if changes.isEmpty { return [] }
        do throws(StoreError) {
            try await target.write { (connection) throws(StoreError) in
                for change in changes { try connection.apply(change, to: table) }
                try connection.wait()
            }
            return changes.map { _ in true }
        } catch {
            guard error.isOfOtherRow else { throw error }
        }
        return try await target.write { (connection) throws(StoreError) in
            var isWritten: [Bool] = []
            for change in changes {
                do throws(StoreError) {
                    try connection.savepoint { (connection) throws(StoreError) in
                        try connection.apply(change, to: table)
                    }
                    isWritten.append(true)
                } catch {
                    guard error.isOfOtherRow, connection.inTransaction else { throw error }
                    isWritten.append(false)
                }
            }
            return isWritten
        }
    }

    /// Has the target go on counting where the source does: numbers are never used again.
    private func copyNumbers(of table: Table) async throws(StoreError) {
        guard table.columns[0] == "id" else { return }
        let last = try source.read { (connection) throws(StoreError) in try connection.lastNumber(of: table) }
        if last == 0 { return }
        try await target.write { (connection) throws(StoreError) in try connection.setLastNumber(last, of: table) }
    }
}
