import Support

/// Copies one store into another, of either kind, with everything in it and under the same numbers, also while daemons
/// use the source.
///
/// What the target lacks is appended in the order of keys. Then passes compare both sides by keys and checksums and carry
/// over what has changed. With the source to itself the copy ends with both read whole and compared; beside a daemon it ends
/// unfinished, to be gone on with by another one, as does one that was cut off at any point.
package struct StoreCopy: Sendable {
    package struct Report: Sendable, Equatable {
        /// Rows of the target now, and entries among them.
        package var rows = 0
        package var entries = 0
        /// Rows that this call wrote, wrote anew and removed; what goes with another row by itself is not counted.
        package var copied = 0
        package var changed = 0
        package var removed = 0
        /// All of them in the last pass.
        package var lastPass = 0
        /// Damaged rows of the source, and rows that refer to one: they are not in the target. Beside a daemon also rows
        /// that refer to one which came meanwhile.
        package var leftBehind = 0
        /// Whether both stores were compared whole, so that the target may be used.
        package var isFinished = false
    }

    /// Called after each step with the rows that this call has written so far; an error ends the copy there.
    package typealias Progress = (_ rows: Int) async throws(StoreError) -> Void

    let source: CopySource
    let target: Store

    /// - Parameter target: which no other process uses.
    package init(from source: CopySource, to target: Store) {
        self.source = source
        self.target = target
    }

    /// Copies what is not there yet or has changed, and compares.
    ///
    /// Throws `.invalid` when the target holds something that is not of such a copy, or when the two differ at the end.
    package func run(progress: Progress = { (_) async throws(StoreError) in }) async throws(StoreError) -> Report {
        try await begin()
        var report = Report()
        report.copied = try await append(progress)
        if report.copied > 0 {
            try await target.write { (connection) throws(StoreError) in try connection.countForPlans() }
        }
        for _ in 1...Limits.copyPassesMax {
            var pass = Pass(written: report.copied + report.changed)
            try await catchUp(&pass, progress)
            report.copied += pass.copied
            report.changed += pass.changed
            report.removed += pass.removed
            report.lastPass = pass.applied
            report.leftBehind = pass.refused
            let isLast = source.isInUse ? pass.applied <= Limits.copyRowsFew : pass.refused == 0 || pass.applied == 0
            if isLast { break }
        }
        if !source.isInUse {
            try verify(toleratesMissing: report.leftBehind > 0)
            try await target.write { (connection) throws(StoreError) in try connection.endUnfinishedCopy() }
            report.isFinished = true
        }
        try count(into: &report)
        return report
    }

    private func begin() async throws(StoreError) {
        let isEmpty = try await target.write { (connection) throws(StoreError) in
            if try connection.isUnfinishedCopy() { return true }
            for table in Table.all where try connection.number("SELECT count(*) FROM \(table.name)") > 0 {
                return false
            }
            try connection.markUnfinishedCopy()
            return true
        }
        if !isEmpty { throw refused("it is not empty") }
    }

    /// Copies the rows behind the last one that is there. Tables keyed by text have no such order, and wait for the
    /// comparison once they have any.
    ///
    /// - Returns: how many.
    private func append(_ progress: Progress) async throws(StoreError) -> Int {
        var copied = 0
        for table in Table.all {
            var last = try target.read { (connection) throws(StoreError) in try connection.lastKey(of: table) }
            if last != nil, !table.isOrderedAlike { continue }
            while true {
                let page = try source.read { [last] (connection) throws(StoreError) in
                    try connection.page(of: table, after: last)
                }
                let rows = page.rows.map(RowChange.insert)
                copied += try await write(rows, to: table).count { $0 }
                try await progress(copied)
                guard let end = page.end else { break }
                last = end
            }
        }
        return copied
    }

    // MARK: The end

    private struct Sum {
        var rows = 0
        var damaged = 0
        /// Of the checksums of the rows that are not damaged.
        var checksum: Int64 = 0
    }

    /// Reads both stores whole.
    ///
    /// - Parameter toleratesMissing: whether the target need not have everything.
    private func verify(toleratesMissing: Bool) throws(StoreError) {
        var source = try source.readers.open()
        var target = try target.readers.open()
        for table in Table.all {
            let (there, here) = (try sum(of: table, on: &source), try sum(of: table, on: &target))
            if here.damaged > 0 {
                throw refused("\(here.damaged) rows of the table \(table.name) have not arrived as they were sent")
            }
            let isSame = there.rows == here.rows && there.checksum == here.checksum
            // A row that was copied before it was damaged is there still.
            if !isSame, !toleratesMissing, there.damaged == 0 {
                throw refused("the table \(table.name) has \(there.rows) rows there and \(here.rows) here, or others")
            }
        }
    }

    private func sum(of table: Table, on connection: inout Connection) throws(StoreError) -> Sum {
        var sum = Sum()
        let condition = UnfinishedCopy.condition(table).map { "WHERE " + $0 } ?? ""
        try connection.forEachRow(of: table, condition, onDamage: { _ in sum.damaged += 1 }) { row in
            sum.rows += 1
            sum.checksum ^= row.integer(table.columns.count)
            return true
        }
        return sum
    }

    private func count(into report: inout Report) throws(StoreError) {
        var connection = try target.readers.open()
        for table in Table.all {
            let condition = UnfinishedCopy.condition(table).map { " WHERE " + $0 } ?? ""
            let rows = try Int(connection.number("SELECT count(*) FROM \(table.name)\(condition)"))
            report.rows += rows
            if table == .entries { report.entries = rows }
        }
    }

    private func refused(_ reason: String) -> StoreError {
        StoreError(.invalid, reason, context: "copy into the store", path: target.path)
    }
}
