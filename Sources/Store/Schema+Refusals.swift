extension Schema {
    /// The words of refusals, for people to read; a refusal itself knows its wording's key alone.
    static let refusedWordings = [
        """
        CREATE TABLE refused_wordings (
            scope INTEGER NOT NULL REFERENCES scopes (id),
            key BLOB NOT NULL CHECK (length(key) = 32),
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (scope, key, entry)
        ) STRICT
        """,
        "CREATE INDEX refused_wordings_entry ON refused_wordings (entry)",
    ]
}

extension Table {
    static let refusedWordings = Table("refused_wordings", key: ["scope", "key", "entry"], columns: ["text"])
}
