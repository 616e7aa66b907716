import Support

/// In which rows two stores' tables differ, found by their keys and checksums, some at a time.
///
/// Where both are in the same order they are merged. The others' keys, those of the target, are held in memory meanwhile.
struct TableDifferences: ~Copyable {
    struct Step {
        /// Keys of rows that the target lacks, has otherwise, and has beyond the source.
        var missing: [RowKey] = []
        var changed: [RowKey] = []
        var gone: [RowKey] = []

        var count: Int { missing.count + changed.count + gone.count }
    }

    private var source: KeyStream
    private var target: KeyStream
    /// What the source has not named yet; nil with a merge.
    private var rest: [RowKey: Int64]?
    /// What it has not named at all, once it was read to the end.
    private var gone: [RowKey]?

    init(_ table: Table, source: Readers, target: Readers) throws(StoreError) {
        let there = try source.open()
        var here = KeyStream(table, on: try target.open())
        var rest: [RowKey: Int64] = [:]
        if !table.isOrderedAlike {
            while let item = try here.next() { rest[item.key] = item.checksum }
        }
        self.source = KeyStream(table, on: there)
        self.target = here
        self.rest = table.isOrderedAlike ? nil : rest
    }

    /// The next differences, `Limits.rowsPerCopyStep` at most; nil when there are no more.
    mutating func next() throws(StoreError) -> Step? {
        var step = Step()
        while step.count < Limits.rowsPerCopyStep {
            let isMore = rest == nil ? try merge(into: &step) : try lookUp(into: &step)
            if !isMore { return step.count == 0 ? nil : step }
        }
        return step
    }

    /// - Returns: whether there was anything to compare.
    private mutating func merge(into step: inout Step) throws(StoreError) -> Bool {
        let (there, here) = (try source.peek(), try target.peek())
        if there == nil, here == nil { return false }
        if let there, here.map({ there.key < $0.key }) ?? true {
            step.missing.append(there.key)
            _ = try source.next()
        } else if let here, there.map({ here.key < $0.key }) ?? true {
            step.gone.append(here.key)
            _ = try target.next()
        } else if let there = try source.next(), let here = try target.next(), there.checksum != here.checksum {
            step.changed.append(there.key)
        }
        return true
    }

    private mutating func lookUp(into step: inout Step) throws(StoreError) -> Bool {
        if let there = try source.next() {
            guard let checksum = rest?.removeValue(forKey: there.key) else {
                step.missing.append(there.key)
                return true
            }
            if checksum != there.checksum { step.changed.append(there.key) }
            return true
        }
        var gone = self.gone ?? Array((rest ?? [:]).keys)
        let key = gone.popLast()
        self.gone = gone
        if let key { step.gone.append(key) }
        return key != nil
    }
}
