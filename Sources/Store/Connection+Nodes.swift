import Support

/// What nodes on one server tell each other; on a file, which has one node, it is nothing.
extension Connection {
    /// How far a node has read the changes.
    struct Position {
        /// Of the commit.
        var number: Int64
        var part: Int64

        /// Behind all of a commit.
        static func end(of number: Int64) -> Position { Position(number: number, part: .max) }

        /// Up to which commit all is known.
        var seen: Int64 { part == .max ? number : number - 1 }
    }

    /// Changes that were read.
    struct Reading {
        var changes: [(position: Position, change: Change, node: String)] = []
        /// Of the last commit there was.
        var number: Int64 = 0
        /// Up to which commit changes are gone.
        var trimmed: Int64 = 0
        /// Whether there are no more.
        var isAll = true
        /// Behind what was read.
        var end: Position
    }

    /// Waits until no other node writes, which holds to the end of the transaction.
    mutating func takeTurn() throws(StoreError) {
        if dialect == .postgres { try send("UPDATE feed SET number = number + 1") }
    }

    /// Notes something that other nodes may hold in memory; goes with the transaction, and is undone with a savepoint.
    mutating func note(_ kind: Change.Kind, scope: ScopeID? = nil, item: Int64 = 0) {
        if node != nil { noted.append(NotedChange(kind: kind, scope: scope, item: item)) }
    }

    mutating func note(_ kind: Change.Kind, _ place: EntryPlace) {
        note(kind, scope: place.scope, item: place.entry.rawValue)
    }

    /// Sends what was noted, for the transaction to end with.
    mutating func tellNoted() throws(StoreError) {
        guard let node, !noted.isEmpty else { return }
        let rows = noted.enumerated().map { index, change -> [Value] in
            [
                .integer(Int64(index + 1)), .text(node.id), .integer(change.kind.rawValue),
                .optional(change.scope?.rawValue), .integer(change.item),
            ]
        }
        let types = ["bigint", "text", "bigint", "bigint", "bigint"]
        for part in RowList.parts(rows) {
            let list = RowList.sql(part.count, columns: types.count) { "CAST(\($1) AS \(types[$0]))" }
            let sql = "INSERT INTO changes SELECT feed.number, noted.* FROM feed CROSS JOIN (VALUES \(list)) AS noted"
            try send(sql, part.flatMap(\.self))
        }
        if node.isNotified { try send("NOTIFY \(PostgresSchema.channel)") }
    }

    /// How many commits the nodes have made, this state of the database included; 0 with a file.
    mutating func commitNumber() throws(StoreError) -> Int64 {
        dialect == .sqlite ? 0 : try number("SELECT number FROM feed")
    }

    // MARK: Commits in doubt

    /// Makes the row by which a broken commit of this node's is told from one that was done.
    mutating func enter(_ node: Node) throws(StoreError) {
        try run("INSERT INTO writers VALUES (?1, 0, \(PostgresSchema.now))", [.text(node.id)])
    }

    /// Puts the number of this node's batch of writes into its transaction.
    mutating func sign(_ batch: Int64, of node: Node) throws(StoreError) {
        try send(
            """
            INSERT INTO writers VALUES (?1, ?2, \(PostgresSchema.now))
            ON CONFLICT (node) DO UPDATE SET batch = excluded.batch, time = excluded.time
            """, [.text(node.id), .integer(batch)])
    }

    /// The number of this node's last batch that is kept. Waits for the transaction of a connection that has broken, should
    /// it still be under way.
    mutating func lastBatch(of node: Node) throws(StoreError) -> Int64 {
        try number("SELECT batch FROM writers WHERE node = ?1 FOR UPDATE", [.text(node.id)])
    }

    // MARK: Runs of plans

    /// Notes that this node does a run.
    mutating func claim(_ run: PlanRunID) throws(StoreError) {
        guard let node else { return }
        try send(
            "INSERT INTO run_nodes VALUES (?1, ?2) ON CONFLICT (run) DO UPDATE SET node = excluded.node",
            [.integer(run.rawValue), .text(node.id)])
    }

    /// Which of the runs under way nobody does any more, as a condition of SQL.
    var isOrphaned: String {
        dialect == .sqlite
            ? "status = 'running'"
            : """
            status = 'running' AND NOT EXISTS (
                SELECT 1 FROM run_nodes JOIN nodes ON nodes.id = run_nodes.node
                WHERE run_nodes.run = plan_runs.id AND \(Self.isThere))
            """
    }

    /// Whether a node may still serve what it remembers, as a condition of SQL.
    private static let isThere =
        "nodes.renewed + \(Limits.nodeSilenceMilliseconds) > \(PostgresSchema.now)"

    // MARK: Following

    /// The changes after a position, `Limits.changesPerReadMax` at most.
    mutating func changes(after position: Position) throws(StoreError) -> Reading {
        var reading = Reading(end: position)
        // Before the changes: all of the commits up to this one are among them.
        try forEachRow("SELECT number, trimmed FROM feed") {
            (reading.number, reading.trimmed) = ($0.integer(0), $0.integer(1))
            return true
        }
        var rows = 0
        try forEachRow(
            """
            SELECT number, part, node, kind, scope, item FROM changes WHERE (number, part) > (?1, ?2)
            ORDER BY number, part LIMIT \(Limits.changesPerReadMax)
            """, [.integer(position.number), .integer(position.part)]
        ) { row in
            rows += 1
            reading.end = Position(number: row.integer(0), part: row.integer(1))
            // A later release may know more kinds; this one holds nothing that they change.
            guard let kind = Change.Kind(rawValue: row.integer(3)) else { return true }
            let change = Change(
                commit: reading.end.number, kind: kind, scope: row.optionalInteger(4).map(ScopeID.init(rawValue:)),
                row: row.integer(5))
            reading.changes.append((reading.end, change, row.text(2)))
            return true
        }
        reading.isAll = rows < Limits.changesPerReadMax
        if reading.isAll { reading.end = .end(of: max(reading.number, reading.end.number)) }
        return reading
    }

    /// Whether the change at a position is still the one that was read there, or was trimmed: a server that took another's
    /// place may not have had the last commits, and others in their stead.
    mutating func holds(_ position: Position, by node: String) throws(StoreError) -> Bool {
        let found = try first(
            "SELECT node FROM changes WHERE number = ?1 AND part = ?2",
            [.integer(position.number), .integer(position.part)]
        ) { $0.text(0) }
        if let found { return found == node }
        return try number("SELECT trimmed FROM feed") >= position.number
    }

    /// Tells the others up to which commit this node knows all, and that it is there.
    mutating func renewLease(of node: Node, seen: Int64) throws(StoreError) {
        try run(
            """
            INSERT INTO nodes VALUES (?1, ?2, \(PostgresSchema.now))
            ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, renewed = excluded.renewed
            """, [.text(node.id), .integer(seen)])
    }

    /// Tells the others that this node serves nothing any more.
    mutating func leave(_ node: Node) throws(StoreError) {
        try run("DELETE FROM nodes WHERE id = ?1", [.text(node.id)])
    }

    /// Whether every node that may serve from its memory knows of a commit.
    mutating func isAcknowledged(_ commit: Int64) throws(StoreError) -> Bool {
        try number("SELECT count(*) FROM nodes WHERE seen < ?1 AND \(Self.isThere)", [.integer(commit)]) == 0
    }
}
