package import Support

/// Which entries to list or to forget: those that meet every condition given; an empty filter means all.
package struct EntryFilter: Hashable, Sendable {
    package var tenant: String?
    package var scopeName: String?
    package var tag: String?
    /// Created before this moment.
    package var olderThan: Timestamp?
    /// Somewhere in the question or the answer; ASCII letters match in either case.
    package var text: String?

    package init(
        tenant: String? = nil, scopeName: String? = nil, tag: String? = nil, olderThan: Timestamp? = nil,
        text: String? = nil
    ) {
        self.tenant = tenant
        self.scopeName = scopeName
        self.tag = tag
        self.olderThan = olderThan
        self.text = text
    }

    /// The condition on rows of `entries` beyond an identifier, and its values; `?1` is that identifier.
    ///
    /// - Parameter newestFirst: whether smaller numbers come after larger ones.
    func condition(
        after: EntryID?, newestFirst: Bool = false, _ dialect: Dialect
    ) -> (sql: String, values: [Value]) {
        var sql = newestFirst ? "id < ?1" : "id > ?1"
        var values: [Value] = [.integer(after?.rawValue ?? (newestFirst ? .max : 0))]
        func add(_ value: Value, _ condition: (_ parameter: String) -> String) {
            values.append(value)
            sql += " AND " + condition("?\(values.count)")
        }
        if let tenant { add(.text(tenant)) { "scope IN (SELECT id FROM scopes WHERE tenant = \($0))" } }
        if let scopeName { add(.text(scopeName)) { "scope IN (SELECT id FROM scopes WHERE name = \($0))" } }
        if let tag { add(.text(tag)) { "id IN (SELECT entry FROM tags WHERE tag = \($0))" } }
        if let olderThan { add(.integer(olderThan.milliseconds)) { "created < \($0)" } }
        if let text {
            add(.text(text)) { "(\(dialect.holds("question", $0)) OR \(dialect.holds("answer", $0)))" }
        }
        return (sql, values)
    }
}
