import JSON
import Support
import Terminal

/// What other settings would have done with the recorded decisions, as a person reads it.
struct TuningText {
    private let tuning: JSONValue
    private let rows: [JSONValue]

    /// - Parameter tuning: as the service gives it.
    init(_ tuning: JSONValue) {
        self.tuning = tuning
        rows = tuning["rows"]?.array ?? []
    }

    func write(_ console: Console) throws {
        guard let configured = rows.first else {
            return console.show(
                "no decisions are recorded; with decision_log.record set, this also says what other settings would do")
        }
        try console.writeLine(
            "\(count("decisions")) recorded decisions of \(count("requests")) requests, \(count("labelled")) of them with "
                + "mini's word or an audit (\(count("audited"))), under other settings:")
        try console.write(table(configured).text(console.output))
        try console.writeLine(suggestion(configured))
        for note in notes { try console.writeLine(note) }
    }

    /// Of each error target the configured floor, and the floor that saves most; the configured setting first.
    private func table(_ configured: JSONValue) -> Table {
        var table = Table([
            Table.Column("error target", .right), Table.Column("floor", .right), Table.Column("hits", .right),
            Table.Column("wrong", .right), Table.Column("95 % interval", .right), Table.Column("asked", .right),
            Table.Column("unknown", .right), Table.Column("saved", .right), Table.Column("", shrinksTo: 10),
        ])
        for row in shown(configured) {
            let isConfigured = row == configured
            table.append(
                [
                    Format.percent(number(row, "error_target")), Format.fixed(number(row, "floor"), decimals: 2),
                    Format.percent(number(row, "hits_per_request")), percent(row, "wrong_per_request"),
                    "\(percent(row, "wrong_low")) – \(percent(row, "wrong_high"))",
                    Format.percent(number(row, "confirmations_per_request")),
                    Format.percent(number(row, "unknown_per_request")), dollars(row),
                    isConfigured ? "configured" : row == tuning["suggestion"] ? "suggested" : "",
                ].map { Table.Cell($0, isConfigured ? .bold : nil) })
        }
        return table
    }

    private func shown(_ configured: JSONValue) -> [JSONValue] {
        let targets = Set(rows.map { number($0, "error_target") }).sorted()
        return targets.flatMap { target in
            let own = rows.filter { number($0, "error_target") == target }
            let best = own.max { number($0, "saved_usd") < number($1, "saved_usd") }
            let usual = own.first { number($0, "floor") == number(configured, "floor") }
            return usual == best ? [usual] : [usual, best]
        }.compactMap(\.self)
    }

    private func suggestion(_ configured: JSONValue) -> String {
        guard let suggested = tuning["suggestion"], suggested != .null else {
            return "no setting is surely within the configured error target: more audits (audit_share) or more "
                + "exploration would narrow the intervals"
        }
        if suggested == configured { return "the configured setting saves most of those surely within its target" }
        let gain = number(suggested, "saved_usd") - number(configured, "saved_usd")
        let (target, floor) = (text(suggested, "error_target"), text(suggested, "floor"))
        return "set error_target to \(target) and floor to \(floor): of those surely within the configured target it "
            + "saves most, "
            + "\(Format.dollars(Money(dollars: gain))) more in the same time"
    }

    /// What the table does not know.
    private var notes: [String] {
        var notes = [
            "shares are of all requests; saved: by hits on likeness, mini paid; labels are mini's word, which errs, and "
                + "audits",
            "unknown: would be served or asked about, and nothing of its like is labelled; there the judge's own guess "
                + "stands, and the interval is open",
            "each decision stands for itself: what other settings would have stored or learned since is not played",
        ]
        if rows.contains(where: { number($0, "unpriced") > 0 }) {
            notes.append("amounts without a known price are left out")
        }
        return notes
    }

    private func number(_ row: JSONValue, _ name: String) -> Double { row[name]?.double ?? 0 }

    private func text(_ row: JSONValue, _ name: String) -> String { row[name]?.text ?? "" }

    private func count(_ name: String) -> String { Format.count(tuning[name]?.int ?? 0) }

    /// Wrong answers are few: two decimals.
    private func percent(_ row: JSONValue, _ name: String) -> String {
        Format.fixed(number(row, name) * 100, decimals: 2) + "%"
    }

    private func dollars(_ row: JSONValue) -> String { Format.dollars(Money(dollars: number(row, "saved_usd"))) }
}
