import Support

@testable import Store

/// Where a store of either kind is, in a copy's tests.
struct CopyPlace {
    let kind: StoreKind
    let scratch = Scratch()

    init(_ kind: StoreKind) { self.kind = kind }

    /// As a daemon opens it.
    func open() throws(StoreError) -> Store {
        switch kind {
        case .sqlite: try Store.open(directory: scratch.path, log: .none)
        case .postgres: try Store.open(url: scratch.serverURL(), directory: nil, log: .none)
        }
    }

    /// As a copy opens its target.
    func openAsTarget() throws(StoreError) -> Store {
        switch kind {
        case .sqlite: try Store.open(directory: scratch.path, mayBeUnfinished: true, log: .none)
        case .postgres:
            try Store.open(url: scratch.serverURL(), directory: nil, isAlone: true, mayBeUnfinished: true, log: .none)
        }
    }

    func openAsSource() throws(StoreError) -> CopySource {
        switch kind {
        case .sqlite: try CopySource.open(directory: scratch.path, log: .none)
        case .postgres: try CopySource.open(url: scratch.serverURL(), log: .none)
        }
    }

    /// Copies from another place into this one, as the command does.
    func follow(
        _ other: CopyPlace, progress: StoreCopy.Progress = { (_) async throws(StoreError) in }
    ) async throws(StoreError) -> StoreCopy.Report {
        let source = try other.openAsSource()
        defer { source.close() }
        let target = try openAsTarget()
        do throws(StoreError) {
            let report = try await StoreCopy(from: source, to: target).run(progress: progress)
            await target.close()
            return report
        } catch {
            await target.close()
            throw error
        }
    }

    /// Every row's checksum, by table, and what the store's own check finds.
    func contents() async throws(StoreError) -> (rows: [String: [Int64]], findings: [String]) {
        let store = try open()
        var rows: [String: [Int64]] = [:]
        for table in Table.all {
            rows[table.name] = try store.read { (connection) throws(StoreError) in
                var sums: [Int64] = []
                try connection.forEachRow(of: table, "") {
                    sums.append($0.integer(table.columns.count))
                    return true
                }
                return sums.sorted()
            }
        }
        let findings = try store.integrityCheck()
        await store.close()
        return (rows, findings)
    }

    /// A row in every table, seven entries, and the number 8 given and free again.
    func fill() async throws {
        let store = try open()
        var places: [InsertOutcome] = []
        for index in 1...8 {
            let tags = index == 1 ? ["a", "Ä", "b\u{0}"] : []
            places.append(try await store.insert(newEntry("question \(index)", tags: tags, vector: vector(index))))
        }
        try await addRowsOfEveryTable(about: places[0], alias: .confirmed, to: store)
        for hour in 1...3 { try await store.add(ledgerBatch(at: Timestamp(milliseconds: Int64(hour) * 3_600_000))) }
        try await store.forget([places[7].entry])
        // Closing writes the hits.
        await store.close()
    }
}
