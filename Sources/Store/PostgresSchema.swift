import Support

/// The schema on a PostgreSQL server: the same tables and versions as in SQLite's file, in a schema of their own.
///
/// The tables that hold what scopes hold are partitioned by a hash of the scope, and refer to each other by the scope as
/// well. A partitioned table's key has to hold the scope, so the tables that belong to an entry and know no scope (`tags`,
/// `hits`, `feedback`) cannot refer to it: `Table.withoutScope` goes with its entry in `Connection.removeRows`.
enum PostgresSchema {
    /// The schema that the tables are in.
    static let name = "refrain"
    /// The oldest version whose releases may work with these tables beside this one's, as they do while one daemon after
    /// another is upgraded. Raised by a migration that changes what they read or write: a table's columns, for they are in
    /// its rows' checksums. One that adds a table or an index leaves it, if the table refers to what it is about by a
    /// foreign key with ON DELETE CASCADE: an older release that forgets an entry deletes from the tables that it knows.
    static let oldestCompatible = 5
    private static let versionTable = "CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)"
    /// Of each partitioned table. A read that knows no scope visits all of them.
    static let partitions = 8

    /// Creates what is missing. Each migration is a transaction, so a crash leaves one version or the next.
    ///
    /// Daemons of the release before may be at work meanwhile, and go on: see `oldestCompatible`.
    static func migrate(_ connection: inout Connection, log: Log) throws(StoreError) {
        // Several that start at once would meet in each other's half-made tables.
        let lock = Schema.applicationID + 2
        try connection.run("SELECT pg_advisory_lock(?1)", [.integer(lock)])
        defer { try? connection.run("SELECT pg_advisory_unlock(?1)", [.integer(lock)]) }
        let encoding = try connection.first("SHOW server_encoding") { $0.text(0) }
        guard encoding == "UTF8" else {
            throw StoreError(
                .invalid, "the database's encoding is \(encoding ?? "unknown"), not UTF8", context: "open the store",
                path: connection.path)
        }
        // Where it is there, the user need not have the right to make one.
        if try connection.number("SELECT count(*) FROM pg_namespace WHERE nspname = '\(name)'") == 0 {
            try connection.run("CREATE SCHEMA \(name)")
        }
        for statement in [versionTable] + nodeTables { try connection.run(statement) }
        let found = try Int(connection.number("SELECT coalesce(max(version), 0) FROM schema_version"))
        let oldest = try Int(connection.number("SELECT oldest FROM feed"))
        guard found <= Schema.version || (1...Schema.version).contains(oldest) else {
            throw StoreError(
                .newerSchema(found: found, supported: Schema.version),
                "its schema has version \(found), this release knows \(Schema.version)", context: "open the store",
                path: connection.path)
        }
        for next in Schema.migrations.indices.dropFirst(found) {
            try connection.transaction { (connection) throws(StoreError) in
                for statement in Schema.migrations[next].flatMap(translated) { try connection.send(statement) }
                try connection.send("DELETE FROM schema_version")
                try connection.send("INSERT INTO schema_version VALUES (\(next + 1))")
                try connection.send("UPDATE feed SET oldest = \(oldestCompatible)")
            }
            if found > 0 { log.info("the database went from version \(next) to \(next + 1)") }
        }
        try addNodeIndexes(&connection)
    }

    /// A statement of SQLite's schema as statements of PostgreSQL's.
    static func translated(_ statement: String) -> [String] {
        let table = createdTable(statement)
        let sequence = statement.contains("id INTEGER PRIMARY KEY") ? ["CREATE SEQUENCE \(table ?? "")_id"] : []
        guard let table, let partitioned = partitioned[table] else {
            return sequence + [types.reduce(statement) { $0.replacing($1.sqlite, with: $1.postgres) }]
        }
        let parts = (0..<partitions).map { part in
            "CREATE TABLE \(table)_\(part) PARTITION OF \(table) "
                + "FOR VALUES WITH (MODULUS \(partitions), REMAINDER \(part))"
        }
        let numbers = table == Table.wordings.name ? wordingNumbers : (before: [], after: [])
        return sequence + numbers.before + [partitioned + " PARTITION BY HASH (scope)"] + parts + numbers.after
    }

    /// What types and clauses are called. Those that hold others stand before them.
    private static let types = [
        (sqlite: " STRICT, WITHOUT ROWID", postgres: ""),
        (sqlite: " STRICT", postgres: ""),
        (sqlite: " AUTOINCREMENT", postgres: ""),
        (sqlite: " REFERENCES entries (id) ON DELETE CASCADE", postgres: ""),
        (sqlite: " INTEGER", postgres: " bigint"),
        (sqlite: " BLOB", postgres: " bytea"),
        (sqlite: " REAL", postgres: " double precision"),
        (sqlite: " TEXT", postgres: " text"),
    ]

    private static func createdTable(_ statement: String) -> String? {
        guard statement.hasPrefix("CREATE TABLE ") else { return nil }
        return String(statement.dropFirst("CREATE TABLE ".count).prefix { $0 != " " })
    }

    /// What numbers the wordings, as SQLite does by itself.
    private static let wordingNumbers = (
        before: ["CREATE SEQUENCE wordings_number"],
        after: ["CREATE INDEX wordings_number_index ON wordings (number)"]
    )

    /// The partitioned tables.
    static let partitioned = [
        "entries": """
        CREATE TABLE entries (
            id bigint NOT NULL,
            scope bigint NOT NULL REFERENCES scopes (id),
            created bigint NOT NULL,
            expires bigint,
            origin bigint NOT NULL,
            model text,
            prompt_tokens bigint NOT NULL,
            completion_tokens bigint NOT NULL,
            cost bigint,
            boundary double precision,
            question text NOT NULL,
            answer text NOT NULL,
            checksum bigint NOT NULL,
            PRIMARY KEY (id, scope)
        )
        """,
        "wordings": """
        CREATE TABLE wordings (
            scope bigint NOT NULL REFERENCES scopes (id),
            key bytea NOT NULL CHECK (length(key) = 32),
            entry bigint NOT NULL,
            source bigint NOT NULL,
            created bigint NOT NULL,
            text text NOT NULL,
            checksum bigint NOT NULL,
            number bigint NOT NULL DEFAULT nextval('wordings_number'),
            PRIMARY KEY (scope, key),
            FOREIGN KEY (scope, entry) REFERENCES entries (scope, id) ON DELETE CASCADE
        )
        """,
        "refusals": """
        CREATE TABLE refusals (
            scope bigint NOT NULL REFERENCES scopes (id),
            key bytea NOT NULL CHECK (length(key) = 32),
            entry bigint NOT NULL,
            created bigint NOT NULL,
            checksum bigint NOT NULL,
            PRIMARY KEY (scope, key, entry),
            FOREIGN KEY (scope, entry) REFERENCES entries (scope, id) ON DELETE CASCADE
        )
        """,
        "refused_wordings": """
        CREATE TABLE refused_wordings (
            scope bigint NOT NULL REFERENCES scopes (id),
            key bytea NOT NULL CHECK (length(key) = 32),
            entry bigint NOT NULL,
            text text NOT NULL,
            checksum bigint NOT NULL,
            PRIMARY KEY (scope, key, entry),
            FOREIGN KEY (scope, entry) REFERENCES entries (scope, id) ON DELETE CASCADE
        )
        """,
        "vectors": """
        CREATE TABLE vectors (
            embedder bigint NOT NULL REFERENCES embedders (id),
            entry bigint NOT NULL,
            scope bigint NOT NULL REFERENCES scopes (id),
            expires bigint,
            vector bytea NOT NULL,
            checksum bigint NOT NULL,
            PRIMARY KEY (embedder, entry, scope),
            FOREIGN KEY (scope, entry) REFERENCES entries (scope, id) ON DELETE CASCADE
        )
        """,
        "alias_vectors": """
        CREATE TABLE alias_vectors (
            id bigint NOT NULL,
            embedder bigint NOT NULL REFERENCES embedders (id),
            entry bigint NOT NULL,
            scope bigint NOT NULL,
            key bytea NOT NULL CHECK (length(key) = 32),
            vector bytea NOT NULL,
            checksum bigint NOT NULL,
            PRIMARY KEY (id, scope),
            UNIQUE (embedder, scope, key),
            FOREIGN KEY (scope, entry) REFERENCES entries (scope, id) ON DELETE CASCADE,
            FOREIGN KEY (scope, key) REFERENCES wordings (scope, key) ON DELETE CASCADE
        )
        """,
    ]
}
