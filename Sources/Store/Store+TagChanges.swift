package import Support

extension Store {
    /// Changes what is known of some tags, also by what other nodes have learned of them meanwhile; of all tags, the latest
    /// `Limits.learnedTagsMax` are kept.
    package func learn(
        of tags: [String], tenant: String, at now: Timestamp,
        _ change: @escaping @Sendable (inout TagChanges) -> Void
    ) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            for tag in tags {
                let known = try connection.first(
                    of: .tagChanges, "WHERE tenant = ?1 AND tag = ?2", [.text(tenant), .text(tag)], TagChanges.read)
                var tag = known ?? TagChanges(tenant: tenant, tag: tag, time: now)
                change(&tag)
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
            found.append(TagChanges.read(row))
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

extension TagChanges {
    fileprivate static func read(_ row: borrowing Row) -> TagChanges {
        TagChanges(
            tenant: row.text(0), tag: row.text(1), changes: row.real(2), exposureSeconds: row.real(3),
            observations: row.integer(4), time: Timestamp(milliseconds: row.integer(5)))
    }
}
