extension Schema {
    /// Runs of plans, and what became of each of their steps.
    ///
    /// The texts come last: they may lie on other pages.
    static let planRuns = [
        """
        CREATE TABLE plan_runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant TEXT NOT NULL,
            plan TEXT NOT NULL,
            status TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            entry INTEGER,
            definition TEXT NOT NULL,
            request TEXT NOT NULL,
            result TEXT,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX plan_runs_plan ON plan_runs (tenant, plan)",
        "CREATE INDEX plan_runs_entry ON plan_runs (entry) WHERE entry IS NOT NULL",
        """
        CREATE TABLE plan_steps (
            run INTEGER NOT NULL REFERENCES plan_runs (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            record TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (run, position)
        ) STRICT
        """,
    ]
}

extension Table {
    static let planRuns = Table(
        "plan_runs", key: ["id"],
        columns: ["tenant", "plan", "status", "created", "updated", "entry", "definition", "request", "result"])
    static let planSteps = Table("plan_steps", key: ["run", "position"], columns: ["record"])
}
