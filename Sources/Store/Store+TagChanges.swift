import Support

extension Store {
    /// Keeps what is known of some tags, in place of what was known before; of all, the latest `Limits.learnedTagsMax`.
    package func record(_ tags: [TagChanges]) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            for tag in tags {
                try connection.replace(
                    in: .tagChanges,
                    [
                        .text(tag.tenant), .text(tag.tag), .real(tag.changes), .real(tag.exposureSeconds),
                        .integer(tag.observations), .integer(tag.time.milliseconds),
                    ])
            }
            connection.note(.tags)
            let surplus = try connection.number("SELECT count(*) FROM tag_changes") - Int64(Limits.learnedTagsMax)
            if surplus > 0 {
                try connection.run(
                    "DELETE FROM tag_changes WHERE (tenant, tag) IN "
                        + "(SELECT tenant, tag FROM tag_changes ORDER BY time LIMIT ?1)", [.integer(surplus)])
            }
        }
    }

    package func tagChanges() throws(StoreError) -> [TagChanges] {
        var connection = try readers.open()
        var found: [TagChanges] = []
        try connection.forEachRow(of: .tagChanges, "ORDER BY time") { row in
            found.append(
                TagChanges(
                    tenant: row.text(0), tag: row.text(1), changes: row.real(2), exposureSeconds: row.real(3),
                    observations: row.integer(4), time: Timestamp(milliseconds: row.integer(5))))
            return true
        }
        return found
    }

    /// Removes what is known of a tag.
    ///
    /// - Parameter tenant: whose; nil: everybody's.
    package func forgetTagChanges(_ tag: String, tenant: String?) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            let (condition, values) = tenant.map { (" AND tenant = ?2", [Value.text($0)]) } ?? ("", [])
            try connection.run("DELETE FROM tag_changes WHERE tag = ?1" + condition, [.text(tag)] + values)
            connection.note(.tags)
        }
    }
}
