extension Schema {
    /// What the judge saw and did, where that is kept, and what audits found of it.
    static let decisions = [
        """
        CREATE TABLE decisions (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            scope INTEGER NOT NULL REFERENCES scopes (id) ON DELETE CASCADE,
            key BLOB NOT NULL CHECK (length(key) = 32),
            text TEXT,
            action INTEGER NOT NULL,
            propensity REAL NOT NULL,
            verdict TEXT,
            named INTEGER,
            served INTEGER,
            asking_cost INTEGER,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX decisions_wording ON decisions (scope, key)",
        "CREATE INDEX decisions_time ON decisions (time)",
        """
        CREATE TABLE decision_candidates (
            decision INTEGER NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            entry INTEGER NOT NULL,
            similarity REAL NOT NULL,
            log_odds REAL NOT NULL,
            probability REAL NOT NULL,
            lower_bound REAL NOT NULL,
            boundary REAL,
            has_conflict INTEGER NOT NULL,
            is_refused INTEGER NOT NULL,
            is_asked INTEGER NOT NULL,
            answer_cost INTEGER,
            asking_cost INTEGER,
            features BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (decision, place)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX decision_candidates_entry ON decision_candidates (entry)",
        """
        CREATE TABLE decision_audits (
            decision INTEGER PRIMARY KEY REFERENCES decisions (id) ON DELETE CASCADE,
            entry INTEGER NOT NULL,
            is_right INTEGER NOT NULL,
            propensity REAL NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
    ]
}

extension Table {
    static let decisions = Table(
        "decisions", key: ["id"],
        columns: [
            "time", "scope", "key", "text", "action", "propensity", "verdict", "named", "served", "asking_cost",
        ])
    static let decisionCandidates = Table(
        "decision_candidates", key: ["decision", "place"],
        columns: [
            "entry", "similarity", "log_odds", "probability", "lower_bound", "boundary", "has_conflict", "is_refused",
            "is_asked", "answer_cost", "asking_cost", "features",
        ])
    static let decisionAudits = Table(
        "decision_audits", key: ["decision"], columns: ["entry", "is_right", "propensity"])
}
