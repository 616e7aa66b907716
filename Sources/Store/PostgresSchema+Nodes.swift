/// The tables by which nodes know of each other, which SQLite's file needs none of.
extension PostgresSchema {
    /// One row, which each transaction that writes changes first: whoever holds it is the only one that writes, so commits
    /// have an order, and the number of each is known before it is there.
    static let nodeTables = [
        """
        CREATE TABLE IF NOT EXISTS feed (
            id bigint PRIMARY KEY CHECK (id = 1),
            number bigint NOT NULL,
            trimmed bigint NOT NULL
        )
        """,
        "INSERT INTO feed VALUES (1, 0, 0) ON CONFLICT DO NOTHING",
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
        "CREATE TABLE IF NOT EXISTS writers (node text PRIMARY KEY, batch bigint NOT NULL, time bigint NOT NULL)",
    ]
}

extension Connection {
    /// How many commits the nodes have made, this state of the database included; 0 with a file, which has one node.
    mutating func commitNumber() throws(StoreError) -> Int64 {
        dialect == .sqlite ? 0 : try number("SELECT number FROM feed")
    }
}
