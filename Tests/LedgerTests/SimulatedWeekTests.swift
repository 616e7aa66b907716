import SimulatedWeek
import Store
import Support
import Testing

@testable import Ledger

/// A week of traffic whose truth is known: benchmarks/ledger.py does it with a million requests.
@Suite struct SimulatedWeekTests {
    private static let requests = 6_000

    @Test func reportsSayWhatHappened() async throws {
        let week = SimulatedWeek(requests: Self.requests)
        try await withStore(clock: week.clock) { store, _ in
            let ledger = Ledger(store, clock: week.clock)
            // More than there is room for, unless the machine is slow: rows are dropped, amounts are not.
            let truth = try await week.run(ledger, seed: 1, batch: 5_000)
            #expect(truth.total.requests == Self.requests)
            #expect(truth.total.costUnknown > 0 && truth.total.fullUnknown > 0 && truth.total.good > 0)
            let differences = try await week.differences(ledger, truth)
            #expect(differences == [])
            #expect(try store.integrityCheck() == [])
        }
    }

    /// The report against sums that SQLite makes over the rows of single requests and calls.
    @Test func reportsAddUpToTheRows() async throws {
        let week = SimulatedWeek(requests: Self.requests)
        try await withStore(clock: week.clock) { store, database in
            let ledger = Ledger(store, clock: week.clock)
            _ = try await week.run(ledger, seed: 2, batch: 200)
            #expect(ledger.droppedRows == 0)
            for grouping in [Grouping.tenant, .scope, .plan, .variant] {
                let report = try await ledger.report(since: SimulatedWeek.start, by: grouping, tenant: nil)
                #expect(report.rows.count > 1)
                for row in report.rows { try check(row, "coalesce(\(grouping.text), '') = '\(row.group)'", database) }
                try check(report.total, "true", database)
            }
            let report = try await ledger.report(since: SimulatedWeek.start, by: .label("ticket"), tenant: nil)
            for row in report.rows.prefix(20) {
                try check(
                    row,
                    "char(10) || labels || char(10) LIKE '%' || char(10) || 'ticket=\(row.group)' || char(10) || '%'",
                    database)
            }
        }
    }

    private func check(_ row: ReportRow, _ condition: String, _ database: String) throws {
        let requests = try sqlite(
            database,
            """
            SELECT count(*), coalesce(sum(full_cost), 0), sum(full_cost IS NULL), sum(total_us),
                sum(outcome IN ('exact', 'alias', 'judged', 'confirmed')), coalesce(sum(spent), 0)
            FROM requests WHERE \(condition)
            """)
        let calls = try sqlite(
            database,
            """
            SELECT count(*), coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0),
                coalesce(sum(completion_tokens), 0), coalesce(sum(reasoning_tokens), 0), coalesce(sum(cost), 0),
                coalesce(sum(cost IS NULL AND status = '200'), 0)
            FROM calls JOIN call_origins ON call = id WHERE \(condition)
            """)
        let found = row.requests
        #expect(
            Array(requests.prefix(5)) == [found.requests, found.fullCost, found.fullUnknown, found.latency, row.hits],
            "\(row.group)")
        let spent = row.calls
        #expect(
            calls == [
                spent.calls, spent.promptTokens, spent.cachedTokens, spent.completionTokens, spent.reasoningTokens,
                spent.cost, spent.costUnknown,
            ], "\(row.group)")
        #expect(row.saved.nanodollars == requests[1] - calls[5], "\(row.group)")
    }
}
