extension Table {
    static let requests = Table(
        "requests", key: ["id"],
        columns: [
            "time", "request", "tenant", "scope", "route", "outcome", "model", "plan", "variant", "entry", "verdict",
            "labels", "embed_us", "search_us", "confirm_us", "upstream_us", "total_us", "full_cost", "full_estimated",
            "spent", "spent_unknown",
        ])
    static let callOrigins = Table(
        "call_origins", key: ["call"], columns: ["tenant", "scope", "plan", "variant", "labels"])
    static let ratings = Table(
        "ratings", key: ["tenant", "kind", "subject"],
        columns: [
            "time", "scope", "model", "plan", "variant", "labels", "verdict", "score", "succeeded", "comment",
        ])
    static let requestHours = rollUp(RequestDimensions.self)
    static let callHours = rollUp(CallDimensions.self)
    static let labelRequestHours = rollUp(LabelRequestDimensions.self)
    static let labelCallHours = rollUp(LabelCallDimensions.self)

    static let ledger = [
        requests, callOrigins, ratings, requestHours, callHours, labelRequestHours, labelCallHours,
    ]

    static func rollUp<Dimensions: LedgerDimensions>(_: Dimensions.Type) -> Table {
        Table(Dimensions.table, key: ["hour"] + Dimensions.columns, columns: Dimensions.Sums.columns)
    }

    /// Finds a row by its key.
    var whereKey: String {
        "WHERE " + columns.prefix(keyCount).enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
    }
}
