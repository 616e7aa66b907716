import JSON
import Support
import Terminal

/// What came of an experiment, as a person reads it.
struct ExperimentText {
    private let report: JSONValue
    private let variants: [JSONValue]

    /// - Parameter report: as the service gives it.
    init(_ report: JSONValue) {
        self.report = report
        variants = report["variants"]?.array ?? []
    }

    /// What a variant changes: `miss_plan confidence, confidence_min 0.7`.
    static func settings(_ variant: JSONValue) -> String {
        let settings = (variant["settings"]?.object?.members ?? []).map { "\($0.name) \($0.value.string ?? "")" }
        return settings.isEmpty ? "as configured" : settings.joined(separator: ", ")
    }

    var table: Table {
        var table = Table([
            Table.Column("variant", shrinksTo: 8), Table.Column("requests", .right), Table.Column("hits", .right),
            Table.Column("escalated", .right), Table.Column("cost", .right), Table.Column("a request", .right),
            Table.Column("rated", .right), Table.Column("quality", .right), Table.Column("surely between", .right),
            Table.Column("ratings needed", .right),
        ])
        for variant in variants {
            let isBest = variant["variant"] == report["cheapest_acceptable"]
            let texts = [
                variant["variant"]?.string ?? "", count(variant, "requests"), percent(variant, "hit_rate"),
                percent(variant, "escalation_rate"), dollars(variant, "cost_usd"),
                dollars(variant, "cost_per_request_usd"), count(variant, "rated"), percent(variant, "quality"),
                "\(percent(variant, "quality_low")) and \(percent(variant, "quality_high"))", needed(variant),
            ]
            table.append(texts.map { Table.Cell($0, isBest ? .bold : nil) })
        }
        return table
    }

    var notes: [String] {
        let floor = report["quality_floor"]?.double.map(Format.percent) ?? ""
        let confidence = report["confidence"]?.double.map(Format.percent) ?? ""
        var lines = [
            "quality is \(report["quality"]?.string ?? ""); the intervals hold together, however often one looks, "
                + "with \(confidence) confidence"
        ]
        if let best = report["cheapest_acceptable"]?.string {
            lines.append("\(best) is the cheapest variant whose quality is surely \(floor) or more")
        } else {
            lines.append("no variant's quality is surely \(floor) or more yet")
        }
        let outside = report["requests_outside"]?.int ?? 0
        if outside > 0 { lines.append("\(Format.count(outside)) requests took no part") }
        if variants.contains(where: { $0["cost_unknown_calls"]?.int ?? 0 > 0 }) {
            lines.append("where a cost a request is missing, calls have no known cost: set their models' prices")
        }
        return lines
    }

    private func needed(_ variant: JSONValue) -> String {
        if let further = variant["ratings_needed"]?.int {
            return further == 0 ? "enough" : Format.count(further) + " more"
        }
        return variant["standing"] == "below" ? "too low" : "–"
    }

    private func count(_ variant: JSONValue, _ name: String) -> String { Format.count(variant[name]?.int ?? 0) }

    private func percent(_ variant: JSONValue, _ name: String) -> String {
        variant[name]?.double.map(Format.percent) ?? "–"
    }

    private func dollars(_ variant: JSONValue, _ name: String) -> String {
        variant[name]?.double.map { Format.dollars(Money(nanodollars: Int64(($0 * 1e9).rounded()))) } ?? "–"
    }
}
