import Support

/// What nodes on one server tell each other; on a file, which has one node, it is nothing.
extension Connection {
    /// How far a node has read the changes.
    struct Position: Equatable {
        /// Of the commit.
        var number: Int64
        var part: Int64

        /// Behind all of a commit.
        static func end(of number: Int64) -> Position { Position(number: number, part: .max) }

        /// Up to which commit all is known.
        var seen: Int64 { part == .max ? number : number - 1 }
    }

    /// A change as it is told from every other, also from one in its place on a server that lacks it.
    struct Noted {
        let position: Position
        /// The node that made it, and which of its batches.
        let author: String

        func isBy(_ node: Node) -> Bool { author.hasPrefix(node.id + ".") }
    }

    /// Changes that were read.
    struct Reading {
        /// Those of a kind that only a later release knows are nil: this one holds nothing that they change.
        var changes: [(noted: Noted, change: Change?)] = []
        /// Whether nothing is missing between these and what was read before, and that was not undone.
        var isContinued = true
        /// The last batch of the node that reads.
        var batch: Int64 = 0
        /// Whether there are no more.
        var isAll = true
        /// Behind what was read.
        var end: Position
    }

    /// Waits until no other node writes, which holds to the end of the transaction.
    ///
    /// The transaction fails with `.outdated` where this release may not write any more.
    mutating func takeTurn() throws(StoreError) {
        if dialect == .postgres { try send("UPDATE feed SET number = number + 1, writer = \(Schema.version)") }
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
                .integer(Int64(index + 1)), .text("\(node.id).\(batch)"), .integer(change.kind.rawValue),
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

    /// The number of the last commit that others have to know of, the one under way included.
    mutating func lastChange() throws(StoreError) -> Int64 {
        // What the commit under way has noted is not among them yet.
        if !noted.isEmpty { return try commitNumber() }
        return try number("SELECT coalesce(max(number), 0) FROM changes")
    }

    // MARK: Commits in doubt

    /// Makes the row by which a broken commit of this node's is told from one that was done.
    mutating func enter(_ node: Node) throws(StoreError) {
        try run("INSERT INTO writers VALUES (?1, 0, \(PostgresSchema.now))", [.text(node.id)])
    }

    /// Puts the number of this node's batch of writes into its transaction.
    mutating func sign(_ batch: Int64, of node: Node) throws(StoreError) {
        self.batch = batch
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
    ///
    /// Throws `.outdated` where this release may not work with the tables any more.
    ///
    /// - Parameter last: the last change that was read before: a server that took another's place may not have had the
    ///   last commits, and others in their stead.
    mutating func changes(after position: Position, last: Noted?, of node: Node) throws(StoreError) -> Reading {
        // In one state of the database: what is removed between two reads would be missed.
        try snapshot { (connection) throws(StoreError) in
            try connection.readChanges(after: position, last: last, of: node)
        }
    }

    private mutating func readChanges(
        after position: Position, last: Noted?, of node: Node
    ) throws(StoreError) -> Reading {
        var reading = Reading(end: position)
        var (number, trimmed, oldest): (Int64, Int64, Int64) = (0, 0, 0)
        try forEachRow(
            "SELECT number, trimmed, oldest, coalesce((SELECT batch FROM writers WHERE node = ?1), 0) FROM feed",
            [.text(node.id)]
        ) {
            (number, trimmed, oldest) = ($0.integer(0), $0.integer(1), $0.integer(2))
            reading.batch = $0.integer(3)
            return true
        }
        if oldest > Schema.version { throw .outdated("follow the other nodes", path: path) }
        // From the last one on, not from the position: commits that told of nothing may have been lost behind it.
        let start = last?.position ?? position
        try forEachRow(
            """
            SELECT number, part, node, kind, scope, item FROM changes WHERE (number, part) >= (?1, ?2)
            ORDER BY number, part LIMIT \(Limits.changesPerReadMax)
            """, [.integer(start.number), .integer(start.part)]
        ) { row in
            let noted = Noted(position: Position(number: row.integer(0), part: row.integer(1)), author: row.text(2))
            let change = Change.Kind(rawValue: row.integer(3)).map { kind in
                Change(
                    commit: noted.position.number, kind: kind,
                    scope: row.optionalInteger(4).map(ScopeID.init(rawValue:)), row: row.integer(5))
            }
            reading.changes.append((noted, change))
            return true
        }
        reading.isAll = reading.changes.count < Limits.changesPerReadMax
        reading.isContinued = trimmed <= position.seen && number >= position.number
        if let last {
            if let first = reading.changes.first?.noted, first.position == last.position {
                reading.isContinued = reading.isContinued && first.author == last.author
                reading.changes.removeFirst()
            } else {
                // It was known, so it was removed like others that all know.
                reading.isContinued = reading.isContinued && trimmed >= last.position.number
            }
        }
        reading.end = reading.isAll ? .end(of: number) : reading.changes.last!.noted.position
        return reading
    }

    /// The number of the last commit, and the last change.
    mutating func latest() throws(StoreError) -> (number: Int64, last: Noted?) {
        try snapshot { (connection) throws(StoreError) in
            let last = try connection.first(
                "SELECT number, part, node FROM changes ORDER BY number DESC, part DESC LIMIT 1"
            ) { Noted(position: Position(number: $0.integer(0), part: $0.integer(1)), author: $0.text(2)) }
            return (try connection.commitNumber(), last)
        }
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
