extension Schema {
    /// How often the answers with a tag change.
    static let tagChanges = [
        """
        CREATE TABLE tag_changes (
            tenant TEXT NOT NULL,
            tag TEXT NOT NULL,
            changes REAL NOT NULL,
            exposure_seconds REAL NOT NULL,
            observations INTEGER NOT NULL,
            time INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (tenant, tag)
        ) STRICT, WITHOUT ROWID
        """
    ]
}

extension Table {
    static let tagChanges = Table(
        "tag_changes", key: ["tenant", "tag"], columns: ["changes", "exposure_seconds", "observations", "time"])
}
