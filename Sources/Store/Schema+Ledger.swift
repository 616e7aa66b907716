extension Schema {
    /// The ledger: what calls and requests belonged to, their sums by hour, and people's ratings.
    ///
    /// The sums' columns are those of the `RollUp` types; '' stands for a dimension that there is none of, because a
    /// key has no NULL.
    static let ledger = [
        """
        CREATE TABLE requests (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            request TEXT NOT NULL,
            tenant TEXT NOT NULL,
            scope TEXT NOT NULL,
            route TEXT NOT NULL,
            outcome TEXT NOT NULL,
            model TEXT NOT NULL,
            plan TEXT,
            variant TEXT,
            entry INTEGER,
            verdict TEXT,
            labels TEXT NOT NULL,
            embed_us INTEGER,
            search_us INTEGER,
            confirm_us INTEGER,
            upstream_us INTEGER,
            total_us INTEGER NOT NULL,
            full_cost INTEGER,
            full_estimated INTEGER NOT NULL,
            spent INTEGER NOT NULL,
            spent_unknown INTEGER NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX requests_request ON requests (request)",
        "CREATE INDEX requests_time ON requests (time)",
        """
        CREATE TABLE call_origins (
            call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
            tenant TEXT NOT NULL,
            scope TEXT NOT NULL,
            plan TEXT,
            variant TEXT,
            labels TEXT NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX calls_time ON calls (time)",
        rollUp("request_hours", RequestDimensions.columns, RequestSums.columns),
        rollUp("call_hours", CallDimensions.columns, CallSums.columns),
        rollUp("label_request_hours", LabelRequestDimensions.columns, RequestSums.columns),
        rollUp("label_call_hours", LabelCallDimensions.columns, CallSums.columns),
        """
        CREATE TABLE ratings (
            tenant TEXT NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            time INTEGER NOT NULL,
            scope TEXT NOT NULL,
            model TEXT NOT NULL,
            plan TEXT,
            variant TEXT,
            labels TEXT NOT NULL,
            verdict INTEGER,
            score INTEGER,
            succeeded INTEGER,
            comment TEXT,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (tenant, kind, subject)
        ) STRICT
        """,
        "CREATE INDEX ratings_time ON ratings (time)",
    ]

    private static func rollUp(_ name: String, _ dimensions: [String], _ sums: [String]) -> String {
        let columns =
            ["hour INTEGER NOT NULL"] + dimensions.map { "\($0) TEXT NOT NULL" }
            + (sums + ["checksum"]).map { "\($0) INTEGER NOT NULL" }
        let key = (["hour"] + dimensions).joined(separator: ", ")
        return "CREATE TABLE \(name) (\(columns.joined(separator: ", ")), PRIMARY KEY (\(key))) STRICT, WITHOUT ROWID"
    }
}
