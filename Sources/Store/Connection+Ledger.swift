import Support

extension Connection {
    /// Adds sums to those that are there.
    mutating func add<Dimensions: LedgerDimensions>(
        _ sums: RollUp<Dimensions>, to table: Table
    ) throws(StoreError) {
        let condition = table.whereKey
        for (key, added) in sums {
            let values = [.integer(key.hour)] + key.dimensions.values.map(Value.text)
            var sum = added
            if let before = try first(of: table, condition, values, { Self.sums($0, Dimensions.self) }) {
                sum += before
            }
            try replace(in: table, values + sum.values.map(Value.integer))
        }
    }

    /// The sums of hours.
    mutating func sums<Dimensions: LedgerDimensions>(
        _: Dimensions.Type, in table: Table, _ condition: String, _ values: [Value]
    ) throws(StoreError) -> RollUp<Dimensions> {
        var sums: RollUp<Dimensions> = [:]
        try forEachRow(of: table, condition, values) { row in
            let dimensions = Dimensions(values: Dimensions.columns.indices.map { row.text($0 + 1) })
            sums[HourKey(hour: row.integer(0), dimensions)] = Self.sums(row, Dimensions.self)
            return true
        }
        return sums
    }

    private static func sums<Dimensions: LedgerDimensions>(
        _ row: borrowing Row, _: Dimensions.Type
    ) -> Dimensions.Sums {
        let first = 1 + Dimensions.columns.count
        var values: [Int64] = []
        for column in Dimensions.Sums.columns.indices { values.append(row.integer(first + column)) }
        return Dimensions.Sums(values: values)
    }

    mutating func insert(_ row: RequestRow, id: Int64) throws(StoreError) {
        let dimensions = row.dimensions
        let latency = row.latency
        try insert(
            into: .requests,
            [
                .integer(id), .integer(row.time.milliseconds), .text(row.request), .text(dimensions.tenant),
                .text(dimensions.scope), .text(dimensions.route), .text(dimensions.outcome), .text(dimensions.model),
                .unlessEmpty(dimensions.plan), .unlessEmpty(dimensions.variant), .optional(row.entry?.rawValue),
                .optional(row.verdict), .text(Label.text(row.labels)), .optional(latency.embed),
                .optional(latency.search), .optional(latency.confirm), .optional(latency.upstream),
                .integer(latency.total), .optional(row.fullCost?.nanodollars), .integer(row.isFullEstimated ? 1 : 0),
                .integer(row.spent.nanodollars), .integer(Int64(row.spentUnknown)),
            ])
    }

    /// What the ledger still knows of a request, by its id.
    mutating func requestRow(_ request: String, tenant: String?) throws(StoreError) -> RequestRow? {
        let condition = "WHERE request = ?1" + (tenant == nil ? "" : " AND tenant = ?2") + " ORDER BY id DESC"
        return try first(of: .requests, condition, [.text(request)] + (tenant.map { [.text($0)] } ?? [])) { row in
            var found = RequestRow(time: Timestamp(milliseconds: row.integer(1)))
            found.request = row.text(2)
            found.dimensions.tenant = row.text(3)
            found.dimensions.scope = row.text(4)
            found.dimensions.route = row.text(5)
            found.dimensions.outcome = row.text(6)
            found.dimensions.model = row.text(7)
            found.dimensions.plan = row.text(8)
            found.dimensions.variant = row.text(9)
            found.entry = row.optionalInteger(10).map(EntryID.init)
            found.verdict = row.optionalText(11)
            found.labels = Label.labels(row.text(12))
            return found
        }
    }

    mutating func insert(_ call: Call, from origin: CallOrigin, id: Int64) throws(StoreError) {
        try insert(call, id: id)
        try insert(
            into: .callOrigins,
            [
                .integer(id), .text(origin.tenant), .text(origin.scope), .unlessEmpty(origin.plan),
                .unlessEmpty(origin.variant), .text(Label.text(origin.labels)),
            ])
    }

    /// Keeps a rating; the latest on a subject counts.
    mutating func add(_ rating: Rating) throws(StoreError) {
        let key: [Value] = [.text(rating.tenant), .text(rating.kind.rawValue), .text(rating.subject)]
        let before = try first(of: .ratings, Table.ratings.whereKey, key) { Rating($0) }
        let rating = (before ?? rating).corrected(by: rating)
        try replace(
            in: .ratings,
            key + [
                .integer(rating.time.milliseconds), .text(rating.scope), .text(rating.model),
                .unlessEmpty(rating.plan), .unlessEmpty(rating.variant), .text(Label.text(rating.labels)),
                .optional(rating.isGood.map { Int64($0 ? 1 : 0) }), .optional(rating.score.map(Int64.init)),
                .optional(rating.hasSucceeded.map { Int64($0 ? 1 : 0) }), .optional(rating.comment),
            ])
    }
}

extension Rating {
    init(_ row: borrowing Row) {
        self.init(
            tenant: row.text(0), kind: Kind(rawValue: row.text(1)) ?? .request, subject: row.text(2),
            time: Timestamp(milliseconds: row.integer(3)))
        scope = row.text(4)
        model = row.text(5)
        plan = row.text(6)
        variant = row.text(7)
        labels = Label.labels(row.text(8))
        isGood = row.optionalInteger(9).map { $0 != 0 }
        score = row.optionalInteger(10).map(Int.init)
        hasSucceeded = row.optionalInteger(11).map { $0 != 0 }
        comment = row.optionalText(12)
    }
}

extension Value {
    fileprivate static func unlessEmpty(_ text: String) -> Value { text.isEmpty ? .null : .text(text) }
}
