extension Schema {
    /// Embeddings of the wordings that mini confirmed, so that what is near to one of them is found as well.
    static let aliasVectors = [
        """
        CREATE TABLE alias_vectors (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            embedder INTEGER NOT NULL REFERENCES embedders (id),
            entry INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            scope INTEGER NOT NULL,
            key BLOB NOT NULL CHECK (length(key) = 32),
            vector BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            UNIQUE (embedder, scope, key),
            FOREIGN KEY (scope, key) REFERENCES wordings (scope, key) ON DELETE CASCADE
        ) STRICT
        """,
        "CREATE INDEX alias_vectors_entry ON alias_vectors (entry)",
        "CREATE INDEX alias_vectors_wording ON alias_vectors (scope, key)",
    ]
}

extension Table {
    static let aliasVectors = Table(
        "alias_vectors", key: ["id"], columns: ["embedder", "entry", "scope", "key", "vector"])
}
