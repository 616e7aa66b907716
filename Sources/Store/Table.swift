/// A table's name and columns in their order: the one place the statements on it are made from.
///
/// Every table has one more column, `checksum`, last: XXH3-64 over all the others in this order.
struct Table: Hashable, Sendable {
    let name: String
    let columns: [String]
    /// How many of the first columns name a row.
    let keyCount: Int
    let selectSQL: String
    let insertSQL: String
    /// Inserts, or takes the place of the row with the same key. Only for tables that none refers to: elsewhere the
    /// replacing would remove what refers to the row.
    let replaceSQL: String
    /// The same for PostgreSQL, whose partitioned tables have the scope in their key.
    let upsertSQL: String
    /// Writes a row anew. The key is bound twice by the same parameters.
    let updateSQL: String
    /// Finds a row by everything but its key.
    let whereAllButKey: String

    init(_ name: String, key: [String], columns others: [String]) {
        let columns = key + others
        let all = columns + ["checksum"]
        let parameters = all.indices.map { "?\($0 + 1)" }
        let assignments = zip(all, parameters).map { "\($0) = \($1)" }
        let list = "(\(all.joined(separator: ", "))) VALUES (\(parameters.joined(separator: ", ")))"
        self.name = name
        self.columns = columns
        keyCount = key.count
        selectSQL = "SELECT \(all.joined(separator: ", ")) FROM \(name)"
        insertSQL = "INSERT INTO \(name) \(list)"
        replaceSQL = "INSERT OR REPLACE INTO \(name) \(list)"
        let isPartitioned = PostgresSchema.partitioned[name] != nil
        let conflict = key + (isPartitioned && !key.contains("scope") ? ["scope"] : [])
        let news = all[key.count...].map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        upsertSQL =
            "INSERT INTO \(name) \(list) ON CONFLICT (\(conflict.joined(separator: ", "))) DO UPDATE SET \(news)"
        updateSQL =
            "UPDATE \(name) SET \(assignments[key.count...].joined(separator: ", "))"
            + " WHERE \(assignments[..<key.count].joined(separator: " AND "))"
        whereAllButKey = "WHERE " + others.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
    }
}

extension Table {
    /// Inserts so many rows.
    func insertSQL(rows count: Int) -> String {
        // Behind the first row's parameters come those of the others.
        insertSQL + (count == 1 ? "" : ", " + RowList.sql(count - 1, columns: columns.count + 1, from: 1))
    }

    static let scopes = Table("scopes", key: ["id"], columns: ["tenant", "name", "digest"])
    static let embedders = Table("embedders", key: ["id"], columns: ["name", "dimension"])
    static let entries = Table(
        "entries", key: ["id"],
        columns: [
            "scope", "created", "expires", "origin", "model", "prompt_tokens", "completion_tokens", "cost",
            "boundary", "question", "answer",
        ])
    static let tags = Table("tags", key: ["entry", "tag"], columns: [])
    static let wordings = Table("wordings", key: ["scope", "key"], columns: ["entry", "source", "created", "text"])
    static let refusals = Table("refusals", key: ["scope", "key", "entry"], columns: ["created"])
    static let vectors = Table("vectors", key: ["embedder", "entry"], columns: ["scope", "expires", "vector"])
    static let hits = Table("hits", key: ["entry"], columns: ["hits", "last_hit", "saved"])
    static let totals = Table("totals", key: ["name"], columns: ["value"])
    static let feedback = Table("feedback", key: ["id"], columns: ["entry", "verdict", "comment", "time"])
    static let calls = Table(
        "calls", key: ["id"],
        columns: [
            "time", "role", "model", "purpose", "entry", "prompt_tokens", "cached_tokens", "completion_tokens",
            "reasoning_tokens", "cost", "latency_ms", "status",
        ])

    /// What belongs to an entry without knowing its scope: see `PostgresSchema`.
    static let withoutScope = [tags, hits, feedback]

    static let all =
        [
            scopes, embedders, entries, tags, wordings, refusals, vectors, hits, totals, feedback, calls,
        ] + ledger + [planRuns, planSteps, refusedWordings, aliasVectors, observations]
        + [decisions, decisionCandidates, decisionAudits, tagChanges]
}

extension Connection {
    mutating func insert(into table: Table, _ values: [Value]) throws(StoreError) {
        knownWordings?.note(values, of: table)
        try send(table.insertSQL, sealed(values))
    }

    /// Inserts rows in order; a server gets many with each statement, which costs it a fifth of one for each.
    mutating func insert(into table: Table, rows: [[Value]]) throws(StoreError) {
        guard dialect == .postgres else {
            for row in rows { try insert(into: table, row) }
            return
        }
        for part in RowList.parts(rows) {
            var values: [Value] = []
            for row in part { values += sealed(row) }
            try send(table.insertSQL(rows: part.count), values)
        }
    }

    mutating func replace(in table: Table, _ values: [Value]) throws(StoreError) {
        knownWordings?.note(values, of: table)
        try send(dialect == .sqlite ? table.replaceSQL : table.upsertSQL, sealed(values))
    }

    mutating func update(_ table: Table, _ values: [Value]) throws(StoreError) {
        try send(table.updateSQL, sealed(values))
    }

    /// The next number of a table whose identifiers are never used twice (AUTOINCREMENT).
    mutating func nextUniqueID(_ table: Table) throws(StoreError) -> Int64 { try nextUniqueIDs(table, 1)[0] }

    /// The next numbers of such a table, in order.
    ///
    /// Asked for before the insert because the checksum covers it.
    mutating func nextUniqueIDs(_ table: Table, _ count: Int) throws(StoreError) -> [Int64] {
        if dialect == .postgres { return try nextIDs(table, count) }
        let first = try number(
            "SELECT seq + 1 FROM sqlite_sequence WHERE name = ?1 UNION ALL SELECT 1", [.text(table.name)])
        return Array(first..<first + Int64(count))
    }

    /// The next number of a table.
    mutating func nextID(_ table: Table) throws(StoreError) -> Int64 { try nextIDs(table, 1)[0] }

    /// The next numbers of a table, in order: those after its largest, or a server's sequence's.
    mutating func nextIDs(_ table: Table, _ count: Int) throws(StoreError) -> [Int64] {
        if dialect == .sqlite {
            let first = try number("SELECT coalesce(max(id), 0) + 1 FROM \(table.name)")
            return Array(first..<first + Int64(count))
        }
        var numbers: [Int64] = []
        let sql = "SELECT nextval('\(table.name)_id') FROM generate_series(1, CAST(?1 AS bigint))"
        try forEachRow(sql, [.integer(Int64(count))]) {
            numbers.append($0.integer(0))
            return true
        }
        return numbers
    }
}
