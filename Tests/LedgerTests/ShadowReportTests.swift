import JSON
import Store
import Support
import Testing

@testable import Ledger

/// What shadow mode would have served is told apart from what was.
@Suite struct ShadowReportTests {
    /// 20 live hits; in shadow mode 100 requests, 40 of which would have been hits, 10 of these on likeness.
    private static func extract(audited: Int64 = 0, wrong: Int64 = 0) -> LedgerExtract {
        var extract = LedgerExtract()
        func add(_ outcome: String, _ change: (inout RequestSums) -> Void) {
            var dimensions = RequestDimensions()
            (dimensions.outcome, dimensions.variant) = (outcome, "v")
            change(&extract.requests[HourKey(hour: 1, dimensions), default: RequestSums()])
        }
        add("exact") { ($0.requests, $0.fullCost) = (20, 2_000) }
        add("confirmed") { ($0.requests, $0.confirmations, $0.fullCost) = (10, 10, 1_000) }
        add("shadow_miss") { ($0.requests, $0.confirmations, $0.fullCost) = (60, 20, 6_000) }
        add("shadow_exact") { ($0.requests, $0.fullCost) = (30, 3_000) }
        add("shadow_confirmed") {
            ($0.requests, $0.confirmations, $0.fullCost, $0.audited, $0.falseAccepts) = (10, 10, 1_000, audited, wrong)
        }
        var call = CallDimensions()
        (call.purpose, call.role, call.variant) = ("confirm", "mini", "v")
        extract.calls[HourKey(hour: 1, call), default: CallSums()].cost = 400
        call.purpose = "answer"
        extract.calls[HourKey(hour: 1, call), default: CallSums()].cost = 10_000
        return extract
    }

    @Test func wouldBeHitsAreNoHitsAndNoSaving() throws {
        let report = Report(Self.extract(audited: 8, wrong: 2), by: .variant, hours: 0..<2)
        let row = try #require(report.json["rows"]?[0])
        #expect(row["exact"] == 20 && row["confirmed"] == 10 && row["miss"] == 100 && row["requests"] == 130)
        #expect(row["hit_rate"]?.double == 0.2308)
        #expect(row["shadow_requests"] == 100 && row["shadow_exact"] == 30 && row["shadow_confirmed"] == 10)
        #expect(row["shadow_hit_rate"]?.double == 0.4)
        // 4,000 of answers, less three quarters of what confirmations cost.
        #expect(report.total.wouldSave == Money(nanodollars: 3_700))
        #expect(report.total.saved == Money(nanodollars: 13_000 - 10_400), "what was saved is of live hits alone")
        #expect(row["shadow_audited"] == 8 && row["shadow_false_accepts"] == 2)
        #expect(row["shadow_false_accept_low"]?.double == 0.0715 && row["shadow_false_accept_high"]?.double == 0.5907)
    }

    @Test(arguments: [
        (0, 0, "set `audit_share` to 1"), (10, 0, "wait for more audits"), (400, 0, "set `shadow` to false"),
        (400, 100, "lower `error_target`"),
    ])
    func advisesByWhatIsKnown(audited: Int64, wrong: Int64, proposal: String) throws {
        let advice = Advisor(Self.extract(audited: audited, wrong: wrong), errorTarget: 0.01, floor: 0.6).advice
        let shadow = try #require(advice.first { $0.kind == .shadow })
        #expect(shadow.finding.hasPrefix("40.0 % of 100 requests in shadow mode would have been hits"))
        #expect(shadow.proposal.hasPrefix(proposal), "\(shadow.finding); \(shadow.proposal)")
    }
}
