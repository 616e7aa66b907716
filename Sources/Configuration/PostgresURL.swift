/// The URL of a PostgreSQL database, as libpq reads it
/// (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>).
package struct PostgresURL {
    /// Whether it holds a password of any kind, or what might be read as one.
    package let hasPassword: Bool

    /// - Returns: nil for what is no such URL.
    package init?(_ text: String) {
        guard let scheme = ["postgresql://", "postgres://"].first(where: text.hasPrefix),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
        let query = rest.drop { $0 != "?" }.dropFirst()
        // An escaped name could be any.
        let names = query.split(separator: "&").map { $0.prefix { $0 != "=" }.lowercased() }
        hasPassword = user.contains(":") || names.contains { $0.hasSuffix("password") || $0.contains("%") }
    }
}
