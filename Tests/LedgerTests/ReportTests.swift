import JSON
import Store
import Support
import Testing

@testable import Ledger

@Suite struct ReportTests {
    private static var extract: LedgerExtract {
        var extract = LedgerExtract()
        var miss = RequestDimensions()
        (miss.outcome, miss.plan, miss.model) = ("miss", "confidence", "refrain")
        var hit = miss
        (hit.outcome, hit.plan) = ("exact", "")
        extract.requests[HourKey(hour: 24, miss)] = RequestSums(values: [4, 0, 3, 2, 1, 4, 1, 0, 0, 4_000, 1, 3, 8_000])
        extract.requests[HourKey(hour: 47, hit)] = RequestSums(values: [6, 1, 0, 0, 0, 0, 0, 10, 1, 9_000, 0, 0, 2_000])
        var call = CallDimensions()
        (call.role, call.model, call.purpose, call.plan) = ("mini", "small", "plan", "confidence")
        extract.calls[HourKey(hour: 24, call)] = CallSums(values: [5, 1_000, 200, 100, 20, 1, 1_500, 2, 60])
        return extract
    }

    @Test func countsGroupsAndTheirTotal() throws {
        let report = Report(Self.extract, by: .plan, hours: 24..<48)
        #expect(report.rows.map(\.group) == ["confidence", ""])
        let total = report.total
        #expect(total.hits == 6 && total.hitRate == 0.6)
        #expect(total.escalationRate == 0.25 && total.acceptRate == 0.5 && total.falseAcceptRate == 0.1)
        #expect(total.fullCost == Money(nanodollars: 13_000) && total.saved == Money(nanodollars: 11_500))
        let json = report.json
        #expect(json["since"] == "1970-01-02T00:00:00.000Z" && json["until"] == "1970-01-03T00:00:00.000Z")
        let row = try #require(json["rows"]?[0])
        #expect(row["cost_unknown_calls"]?.int == 2 && row["full_only_unknown_requests"]?.int == 1)
        #expect(row["mean_input_tokens"]?.double == 250 && row["saved_usd"]?.double == 0.0000025)
        #expect(json["total"]?["mean_latency_ms"]?.double == 1)
    }

    /// What a model cost cannot be set against what requests for it would have cost.
    @Test func savesNothingByModel() {
        let report = Report(Self.extract, by: .model, hours: 24..<48)
        #expect(report.rows.map(\.group) == ["small", "refrain"])
        let rows = report.json["rows"]
        #expect(rows?[0]?["saved_usd"] == .null && rows?[1]?["saved_usd"] == .null)
        // Over calls, where these are told apart.
        #expect(rows?[0]?["mean_input_tokens"]?.double == 200)
        #expect(report.json["total"]?["saved_usd"]?.double == 0.0000115)
    }

    @Test func daysComeInTheirOrder() {
        let report = Report(Self.extract, by: .day, hours: 0..<72)
        #expect(report.rows.map(\.group) == ["1970-01-02"])
        #expect(Report(Self.extract, by: .role, hours: 0..<72).rows.map(\.group) == ["mini"])
    }

    @Test func csvHasALineForEachGroupAndQuotes() throws {
        var extract = LedgerExtract()
        for scope in [#"a "b", c"#, "plain"] {
            var dimensions = RequestDimensions()
            dimensions.scope = scope
            extract.requests[HourKey(hour: 0, dimensions)] = RequestSums(values: Array(repeating: 1, count: 13))
        }
        let lines = Report(extract, by: .scope, hours: 0..<1).csv.split(separator: "\r\n")
        try #require(lines.count == 4)
        #expect(lines[0].hasPrefix("group,requests,exact,"))
        #expect(lines[1].hasPrefix(#""a ""b"", c",1,"#) && lines[2].hasPrefix("plain,1,"))
        #expect(lines[3].hasPrefix("total,2,"))
        let columns = lines[0].split(separator: ",", omittingEmptySubsequences: false).count
        #expect(lines[2].split(separator: ",", omittingEmptySubsequences: false).count == columns)
    }

    /// Against values of the published formula, computed by another program.
    @Test(arguments: [
        (Int64(1), Int64(10), 0.0178762, 0.4041500), (5, 10, 0.2365931, 0.7634069), (0, 20, 0, 0.1611252),
        (20, 20, 0.8388748, 1),
    ])
    func intervals(part: Int64, whole: Int64, lower: Double, upper: Double) throws {
        let interval = try #require(Interval(part, of: whole))
        #expect(abs(interval.lower - lower) < 1e-6 && abs(interval.upper - upper) < 1e-6, "\(interval)")
    }

    @Test func nothingHasNoInterval() {
        #expect(Interval(0, of: 0) == nil)
    }

    @Test func groupingsAreWrittenAsTheyAreRead() {
        for word in Grouping.choices.dropLast() { #expect(Grouping(word)?.text == word) }
        #expect(Grouping("label:ticket") == .label("ticket"))
        for wrong in ["", "label:", "label", "Model", "models"] { #expect(Grouping(wrong) == nil) }
    }
}
