extension Schema {
    /// What was observed of pairs, for the judge to learn from; the entry may be gone.
    static let observations = [
        """
        CREATE TABLE observations (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            scope INTEGER NOT NULL REFERENCES scopes (id) ON DELETE CASCADE,
            entry INTEGER NOT NULL,
            source INTEGER NOT NULL,
            log_odds REAL NOT NULL,
            same REAL NOT NULL,
            propensity REAL NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX observations_scope ON observations (scope)",
    ]
}

extension Table {
    static let observations = Table(
        "observations", key: ["id"],
        columns: ["time", "scope", "entry", "source", "log_odds", "same", "propensity"])
}
