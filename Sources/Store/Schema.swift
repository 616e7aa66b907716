import Support

/// The database's form: its mark, its version, and the way from each version to the next.
enum Schema {
    /// `PRAGMA application_id`: "Rfrn".
    static let applicationID: Int64 = 0x5266_726E
    /// `PRAGMA user_version`: how many migrations were run.
    static var version: Int { migrations.count }

    /// The statements that lead from version n, the index, to n + 1. Released ones are never changed.
    static let migrations: [[String]] = [
        version1, ledger, planRuns, refusedWordings + aliasVectors + observations, decisions + tagChanges,
    ]

    /// Creates what is missing. Each migration is a transaction, so a crash leaves one version or the next.
    static func migrate(_ connection: inout Connection, log: Log) throws(StoreError) {
        let found = try Int(connection.number("PRAGMA user_version"))
        for next in migrations[found...].indices {
            try connection.transaction { (connection) throws(StoreError) in
                for statement in migrations[next] { try connection.run(statement) }
                try connection.run("PRAGMA application_id = \(applicationID)")
                try connection.run("PRAGMA user_version = \(next + 1)")
            }
            if found > 0 { log.info("the database went from version \(next) to \(next + 1)") }
        }
    }

    /// Columns that a scan reads without the texts come before them: a row's end may lie on other pages.
    /// Tables with long rows are rowid tables (up to 8 KB of a row stay on one page, against 2 KB without a rowid).
    private static let version1 = [
        """
        CREATE TABLE scopes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            checksum INTEGER NOT NULL,
            UNIQUE (tenant, name, digest)
        ) STRICT
        """,
        """
        CREATE TABLE embedders (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            dimension INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            UNIQUE (name, dimension)
        ) STRICT
        """,
        """
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            scope INTEGER NOT NULL REFERENCES scopes (id),
            created INTEGER NOT NULL,
            expires INTEGER,
            origin INTEGER NOT NULL,
            model TEXT,
            prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost INTEGER,
            boundary REAL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX entries_scope ON entries (scope)",
        "CREATE INDEX entries_expires ON entries (expires) WHERE expires IS NOT NULL",
        """
        CREATE TABLE tags (
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            tag TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (entry, tag)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX tags_tag ON tags (tag)",
        """
        CREATE TABLE wordings (
            scope INTEGER NOT NULL REFERENCES scopes (id),
            key BLOB NOT NULL CHECK (length(key) = 32),
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            source INTEGER NOT NULL,
            created INTEGER NOT NULL,
            text TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (scope, key)
        ) STRICT
        """,
        "CREATE INDEX wordings_entry ON wordings (entry)",
        """
        CREATE TABLE refusals (
            scope INTEGER NOT NULL REFERENCES scopes (id),
            key BLOB NOT NULL CHECK (length(key) = 32),
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            created INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (scope, key, entry)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX refusals_entry ON refusals (entry)",
        """
        CREATE TABLE vectors (
            embedder INTEGER NOT NULL REFERENCES embedders (id),
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            scope INTEGER NOT NULL REFERENCES scopes (id),
            expires INTEGER,
            vector BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (embedder, entry)
        ) STRICT
        """,
        "CREATE INDEX vectors_entry ON vectors (entry)",
        """
        CREATE TABLE hits (
            entry INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            hits INTEGER NOT NULL,
            last_hit INTEGER NOT NULL,
            saved INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE totals (
            name TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            verdict INTEGER NOT NULL,
            comment TEXT,
            time INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX feedback_entry ON feedback (entry)",
        """
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            role TEXT NOT NULL,
            model TEXT NOT NULL,
            purpose TEXT NOT NULL,
            entry INTEGER,
            prompt_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            cost INTEGER,
            latency_ms INTEGER NOT NULL,
            status TEXT NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
    ]
}
