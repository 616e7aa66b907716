import JSON
import Ledger
import Support
import Terminal

/// A report as a person reads it: a table of what counts, and below it what it does not say by itself.
struct ReportText {
    private let report: JSONValue
    private let rows: [JSONValue]
    private let total: JSONValue
    private let grouping: Grouping

    /// - Parameter report: as the service gives it.
    init(_ report: JSONValue, _ grouping: Grouping) {
        self.report = report
        self.grouping = grouping
        rows = report["rows"]?.array ?? []
        total = report["total"] ?? .null
    }

    var heading: String {
        let times = ["since", "until"].map { name in
            (report[name]?.string ?? "").prefix(16).map { $0 == "T" ? " " : String($0) }.joined()
        }
        return "from \(times[0]) to \(times[1]) UTC, by \(grouping.text)"
    }

    func table(limit: Int) -> Table {
        var table = Table([
            Table.Column(grouping.label ?? grouping.text, shrinksTo: 12), Table.Column("requests", .right),
            Table.Column("hits", .right), Table.Column("escalated", .right), Table.Column("calls", .right),
            Table.Column("input", .right), Table.Column("cached", .right), Table.Column("output", .right),
            Table.Column("reasoning", .right), Table.Column("cost", .right), Table.Column("full only", .right),
            Table.Column("saved", .right), Table.Column("good", .right), Table.Column("success", .right),
        ])
        for row in rows.prefix(limit) {
            let name = row["group"]?.string ?? ""
            table.append(cells(row, name.isEmpty ? "(none)" : name, isTotal: false))
        }
        table.append(cells(total, "total", isTotal: true))
        return table
    }

    private func cells(_ row: JSONValue, _ name: String, isTotal: Bool) -> [Table.Cell] {
        // Calls have roles and purposes, requests have none.
        let hasRequests = isTotal || ![.role, .purpose].contains(grouping)
        let isJoined = isTotal || grouping.joinsRequestsAndCalls
        let texts = [
            name, hasRequests ? count(row, "requests") : "–", percent(row, "hit_rate"),
            percent(row, "escalation_rate"), count(row, "calls"), count(row, "input_tokens"),
            count(row, "cached_tokens"), count(row, "output_tokens"), count(row, "reasoning_tokens"),
            dollars(row, "cost_usd", unknown: ["cost_unknown_calls"]),
            hasRequests ? dollars(row, "full_only_usd", unknown: ["full_only_unknown_requests"]) : "–",
            isJoined
                ? dollars(row, "saved_usd", unknown: ["cost_unknown_calls", "full_only_unknown_requests"]) : "–",
            percent(row, "satisfaction"), percent(row, "success"),
        ]
        return texts.map { Table.Cell($0, isTotal ? .bold : nil) }
    }

    // MARK: Notes

    /// What the table leaves out, a line each.
    func notes(limit: Int) -> [String] {
        var notes: [String] = []
        if rows.count > limit { notes.append("\(rows.count - limit) more rows; --limit, --json or --csv shows them") }
        if let label = grouping.label, !rows.isEmpty {
            let cost = rows.reduce(0) { $0 + ($1["cost_usd"]?.double ?? 0) }
            let mean = Money(nanodollars: Int64((cost / Double(rows.count) * 1e9).rounded()))
            notes.append("\(Format.count(rows.count)) values of \(label), \(Format.dollars(mean)) each on average")
        }
        notes.append(means)
        if number("requests") > 0 { notes.append("hits: " + hits) }
        if number("shadow_requests") > 0 { notes.append(shadow) }
        if number("confirmations") > 0 {
            notes.append(
                "confirmations: \(count(total, "confirmations")), \(percent(total, "accept_rate")) of them accepted")
        }
        if number("audited") > 0 {
            notes.append(
                "audits: \(count(total, "false_accepts")) of \(count(total, "audited")) hits were wrong, "
                    + range("false_accept_low", "false_accept_high"))
        }
        return notes + opinions + unknowns
    }

    private var means: String {
        let words = ["input", "cached", "output", "reasoning"].map { name in
            "\(total["mean_\(name)_tokens"]?.double.map { Format.fixed($0, decimals: 1) } ?? "–") \(name)"
        }
        return "tokens per request: " + words.joined(separator: ", ")
    }

    private var hits: String {
        ReportRow.hitOutcomes.map { "\(count(total, $0)) \($0)" }.joined(separator: ", ")
            + "; \(count(total, "miss")) misses, \(count(total, "bypass")) past the cache, \(count(total, "error")) errors"
    }

    private var shadow: String {
        let kinds = ReportRow.hitOutcomes.map { "\(count(total, ReportRow.shadowPrefix + $0)) \($0)" }
        var line =
            "shadow: \(percent(total, "shadow_hit_rate")) of \(count(total, "shadow_requests")) requests would have been "
            + "hits: \(kinds.joined(separator: ", ")); "
            + "that would have saved \(dollars(total, "shadow_would_save_usd", unknown: []))"
        if number("shadow_audited") > 0 {
            line +=
                "; \(count(total, "shadow_false_accepts")) of \(count(total, "shadow_audited")) audited were wrong, "
                + range("shadow_false_accept_low", "shadow_false_accept_high")
        }
        return line
    }

    private var opinions: [String] {
        var lines: [String] = []
        if total["satisfaction"]?.double != nil {
            lines.append(
                "satisfaction: \(count(total, "good")) good, \(count(total, "bad")) bad, "
                    + range("satisfaction_low", "satisfaction_high"))
        }
        if let score = total["mean_score"]?.double {
            lines.append("score: \(Format.fixed(score, decimals: 2)) of 5 from \(count(total, "scores")) ratings")
        }
        if total["success"]?.double != nil {
            lines.append(
                "tasks: \(count(total, "succeeded")) succeeded, \(count(total, "failed")) failed, "
                    + range("success_low", "success_high"))
        }
        return lines
    }

    private var unknowns: [String] {
        var lines: [String] = []
        if number("cost_unknown_calls") > 0 {
            lines.append(
                "* what \(count(total, "cost_unknown_calls")) calls cost is unknown and in no sum: set their models' prices"
            )
        }
        if number("full_only_unknown_requests") > 0 {
            lines.append(
                "* what \(count(total, "full_only_unknown_requests")) requests would have cost is unknown and in no sum"
            )
        }
        if number("full_only_estimated_requests") > 0 {
            lines.append(
                "what \(count(total, "full_only_estimated_requests")) requests would have cost with full is estimated "
                    + "from the lengths of question and answer")
        }
        return lines
    }

    // MARK: Numbers

    private func number(_ name: String) -> Int { total[name]?.int ?? 0 }

    private func count(_ row: JSONValue, _ name: String) -> String { Format.count(row[name]?.int ?? 0) }

    private func percent(_ row: JSONValue, _ name: String) -> String {
        row[name]?.double.map(Format.percent) ?? "–"
    }

    private func range(_ low: String, _ high: String) -> String {
        "between \(percent(total, low)) and \(percent(total, high)) with 95% confidence"
    }

    /// A star says that amounts are missing.
    private func dollars(_ row: JSONValue, _ name: String, unknown: [String]) -> String {
        guard let amount = row[name]?.double else { return "–" }
        let isPartial = unknown.contains { row[$0]?.int ?? 0 > 0 }
        return Format.dollars(Money(nanodollars: Int64((amount * 1e9).rounded()))) + (isPartial ? "*" : "")
    }
}
