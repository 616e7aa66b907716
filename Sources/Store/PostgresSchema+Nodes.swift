/// The tables by which nodes know of each other, which SQLite's file needs none of.
extension PostgresSchema {
    /// What commits are told on (NOTIFY).
    static let channel = "refrain_changes"
    /// The server's clock, in milliseconds since 1970.
    static let now = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"

    /// What keeps releases from writing that may not any more: see `feed`.
    static let writerRule = "feed_writer"

    /// `feed` has one row, which each transaction that writes changes first: whoever holds it is the only one that writes,
    /// so commits have an order, and the number of each is known before it is there. It says as well the version of
    /// whoever writes and the oldest that may, which a migration sets: the server itself refuses others from then on.
    static let nodeTables = [
        """
        CREATE TABLE IF NOT EXISTS feed (
            id bigint PRIMARY KEY CHECK (id = 1),
            number bigint NOT NULL,
            trimmed bigint NOT NULL,
            oldest bigint NOT NULL,
            writer bigint NOT NULL,
            CONSTRAINT \(writerRule) CHECK (writer >= oldest)
        )
        """,
        "INSERT INTO feed VALUES (1, 0, 0, 0, 0) ON CONFLICT DO NOTHING",
        """
        CREATE TABLE IF NOT EXISTS changes (
            number bigint NOT NULL,
            part bigint NOT NULL,
            node text NOT NULL,
            kind bigint NOT NULL,
            scope bigint,
            item bigint NOT NULL,
            PRIMARY KEY (number, part)
        )
        """,
        "CREATE TABLE IF NOT EXISTS nodes (id text PRIMARY KEY, seen bigint NOT NULL, renewed bigint NOT NULL)",
        "CREATE TABLE IF NOT EXISTS run_nodes (run bigint PRIMARY KEY, node text NOT NULL)",
        "CREATE TABLE IF NOT EXISTS writers (node text PRIMARY KEY, batch bigint NOT NULL, time bigint NOT NULL)",
    ]

    /// The indexes by which a node reads one scope, which a file's daemon does not do.
    private static let nodeIndexes = [
        "vectors_scope": "CREATE INDEX IF NOT EXISTS vectors_scope ON vectors (scope, embedder)"
    ]

    /// Creates those that are missing; a statement that finds an index there would still wait for all who write.
    static func addNodeIndexes(_ connection: inout Connection) throws(StoreError) {
        for (name, statement) in nodeIndexes {
            let found = try connection.number(
                "SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname = ?1", [.text(name)])
            if found == 0 { try connection.run(statement) }
        }
    }
}
