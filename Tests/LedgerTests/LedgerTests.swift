import JSON
import Store
import Support
import Synchronization
import Testing

@testable import Ledger

@Suite struct LedgerTests {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private static func row(
        _ outcome: String = "miss", tenant: String = "t", scope: String = "", labels: [Label] = [],
        fullCost: Int64? = 5, at time: Timestamp = now
    ) -> RequestRow {
        var row = RequestRow(time: time)
        row.request = "req_1"
        row.dimensions.tenant = tenant
        row.dimensions.scope = scope
        row.dimensions.outcome = outcome
        row.labels = labels
        row.fullCost = fullCost.map(Money.init)
        return row
    }

    private static func call(_ cost: Int64?, status: String = "200", at time: Timestamp = now) -> Call {
        Call(
            time: time, role: "full", model: "m", purpose: "answer", promptTokens: 10, completionTokens: 3,
            cost: cost.map(Money.init), status: status)
    }

    private static let clock = WallClock { LedgerTests.now }

    @Test func sumsOfTwoRunsAddUp() async throws {
        try await withStore { store, database in
            for _ in 0..<2 {
                let ledger = Ledger(store, clock: Self.clock)
                ledger.record(Self.row("exact", labels: [Label("ticket", "1")]))
                ledger.record(Self.call(2), from: CallOrigin())
                await ledger.flush()
            }
            #expect(
                try sqlite(database, "SELECT count(*), sum(requests), sum(full_cost) FROM request_hours") == [1, 2, 10])
            #expect(try sqlite(database, "SELECT count(*), sum(calls), sum(cost) FROM call_hours") == [1, 2, 4])
            #expect(try sqlite(database, "SELECT sum(requests) FROM label_request_hours") == [2])
            #expect(try sqlite(database, "SELECT count(*) FROM requests") == [2])
            let statistics = try store.statistics()
            #expect(statistics.calls == 2 && statistics.spent == Money(nanodollars: 4))
        }
    }

    /// A full or closed store takes nothing; the sums wait for one that does.
    @Test func sumsSurviveAStoreThatTakesNothing() async throws {
        try await withStore { store, _ in
            let ledger = Ledger(store, clock: Self.clock)
            await store.close()
            ledger.record(Self.row())
            await ledger.flush()
            #expect(ledger.droppedRows == 1)
            ledger.record(Self.row())
            await ledger.flush()
            #expect(ledger.droppedRows == 2)
        }
        var pending = PendingLedger()
        for _ in 0..<3 { pending.add(Self.row()) }
        let lost = pending.take()
        #expect(pending.isEmpty)
        pending.add(Self.row())
        pending.giveBack(lost)
        #expect(pending.droppedRows == 3)
        let batch = pending.take()
        #expect(batch.requestSums.values.map(\.requests) == [4] && batch.requests.count == 1)
    }

    @Test func whatHasNoRoomIsDroppedAndCountedButSummedUp() {
        var pending = PendingLedger()
        let count = Limits.ledgerRowsPendingMax + 10
        for _ in 0..<count {
            pending.add(Self.row())
            pending.add(Self.call(1), from: CallOrigin())
        }
        #expect(pending.droppedRows == 20)
        let batch = pending.take()
        #expect(batch.requests.count == Limits.ledgerRowsPendingMax && batch.calls.count == Limits.ledgerRowsPendingMax)
        #expect(batch.requestSums.values.map(\.requests) == [Int64(count)])
        #expect(batch.callSums.values.map(\.cost) == [Int64(count)])
    }

    @Test func tooManyKindsAreSummedUpTogether() {
        var rollUp = BoundedRollUp<RequestDimensions>(kindsMax: 10)
        for hour in Int64(0)..<2 {
            for number in 0..<1_000 {
                let row = Self.row(tenant: "t\(number % 50)", scope: "s\(number)")
                rollUp.update(hour: hour, row.dimensions) { $0.add(row) }
            }
            // Taken in between, the kinds of the hour are remembered.
            let part = rollUp.take()
            #expect(part.count <= 21)
            #expect(part.values.map(\.requests).reduce(0, +) == 1_000)
            #expect(part.keys.contains { $0.dimensions.scope == "s9" && $0.dimensions.tenant == "t9" })
            #expect(part.keys.contains { $0.dimensions.scope == otherValue && $0.dimensions.tenant == "t15" })
            #expect(part.keys.contains { $0.dimensions.tenant == otherValue })
            let row = Self.row(scope: "one more")
            rollUp.update(hour: hour, row.dimensions) { $0.add(row) }
            #expect(rollUp.take().keys.map(\.dimensions.scope) == [otherValue])
        }
    }

    @Test(arguments: [
        ("200", true), ("timeout", true), ("cut", true), ("invalid_reply", true), ("cancelled", true), ("429", false),
        ("500", false), ("unreachable", false), ("tls", false), ("closed", false), ("invalid_request", false),
    ])
    func aCallWithoutAPriceIsUnknownUnlessItWasRefused(status: String, isUnknown: Bool) {
        #expect(Self.call(nil, status: status).hasUnknownCost == isUnknown)
        #expect(!Self.call(1, status: status).hasUnknownCost)
    }

    @Test func anAccountIsRecordedWhenTheAnswerAndTheIDAreThere() async throws {
        try await withStore { store, database in
            let ledger = Ledger(store, clock: Self.clock)
            for isIdentifiedFirst in [true, false] {
                let account = RequestAccount(ledger, Self.row())
                account.awaitAnswer()
                account.change { $0.dimensions.plan = "confidence" }
                account.note(Self.call(7))
                account.note(Self.call(nil))
                if isIdentifiedFirst { account.identify("req_a") } else { account.answerEnded() }
                await ledger.flush()
                let before = try sqlite(database, "SELECT count(*) FROM requests")[0]
                if isIdentifiedFirst { account.answerEnded() } else { account.identify("req_a") }
                account.identify("req_b")
                await ledger.flush()
                #expect(try sqlite(database, "SELECT count(*) FROM requests WHERE request = 'req_a'") == [before + 1])
            }
            #expect(
                try sqlite(database, "SELECT sum(spent), sum(spent_unknown), sum(outcome = 'error') FROM requests")
                    == [14, 2, 2])
            #expect(try sqlite(database, "SELECT sum(planned), sum(escalated) FROM request_hours") == [2, 2])
        }
    }

    @Test func oldRowsGoAndTheirSumsStay() async throws {
        try await withStore { store, database in
            let ledger = Ledger(store, retention: Ledger.Retention(rowsDays: 2, labelsDays: 3), clock: Self.clock)
            for days in Int64(0)..<5 {
                let time = Self.now + -days * 86_400
                for ticket in 0..<3 {
                    ledger.record(Self.row(labels: [Label("ticket", "\(ticket)")], at: time))
                    var origin = CallOrigin()
                    origin.labels = [Label("ticket", "\(ticket)")]
                    ledger.record(Self.call(2, at: time), from: origin)
                }
            }
            // A call from before there was a ledger has no sums: it stays.
            store.record(Self.call(100, at: Self.now + -86_400 * 100))
            await ledger.flush()
            try await ledger.prune()
            #expect(try sqlite(database, "SELECT count(*) FROM requests") == [9])
            #expect(try sqlite(database, "SELECT count(*) FROM calls") == [10])
            #expect(try sqlite(database, "SELECT sum(requests), sum(full_cost) FROM request_hours") == [15, 75])
            for table in ["label_request_hours", "label_call_hours"] {
                let sum = table == "label_call_hours" ? "calls" : "requests"
                #expect(
                    try sqlite(database, "SELECT sum(\(sum)), count(*), sum(value = '(other)') FROM \(table)")
                        == [15, 13, 1])
            }
            #expect(try store.statistics().calls == 16)
            #expect(try store.statistics().spent == Money(nanodollars: 130))
            #expect(try store.integrityCheck() == [])
        }
    }

    @Test func theLatestWordOnASubjectCounts() async throws {
        try await withStore { store, _ in
            let ledger = Ledger(store, clock: Self.clock)
            var rating = Rating(tenant: "t", kind: .label, subject: "ticket=1", time: Self.now)
            rating.labels = [Label("ticket", "1")]
            rating.isGood = false
            rating.score = 2
            try await store.add(rating)
            rating.isGood = true
            rating.score = nil
            rating.hasSucceeded = true
            try await store.add(rating)
            rating.tenant = "another"
            rating.isGood = false
            try await store.add(rating)
            let report = try await ledger.report(since: Self.now, by: .label("ticket"), tenant: "t")
            #expect(report.rows.map(\.group) == ["1"])
            let ratings = report.rows[0].ratings
            #expect([ratings.good, ratings.bad, ratings.scoreSum, ratings.succeeded] == [1, 0, 2, 1])
            let all = try await ledger.report(since: Self.now, by: .tenant, tenant: nil)
            #expect(all.total.satisfaction == 0.5)
            #expect(all.rows.map(\.group) == ["another", "t"])
        }
    }

    @Test func aTenantSeesItsOwnNumbers() async throws {
        try await withStore { store, _ in
            let ledger = Ledger(store, clock: Self.clock)
            for tenant in ["a", "b", "b"] {
                ledger.record(Self.row(tenant: tenant, labels: [Label("ticket", "1")]))
                var origin = CallOrigin()
                origin.tenant = tenant
                origin.labels = [Label("ticket", "1")]
                ledger.record(Self.call(4), from: origin)
            }
            for (tenant, count) in [("a", 1), ("b", 2), ("c", 0)] {
                for grouping in [Grouping.day, .label("ticket")] {
                    let report = try await ledger.report(since: Self.now, by: grouping, tenant: tenant)
                    #expect(report.total.requests.requests == Int64(count))
                    #expect(report.rows.map(\.calls.cost) == (count == 0 ? [] : [Int64(4 * count)]))
                }
            }
        }
    }

    @Test func oldHoursAreNotReported() async throws {
        try await withStore { store, _ in
            let ledger = Ledger(store, clock: Self.clock)
            for hours in Int64(0)..<4 { ledger.record(Self.row(at: Self.now + -hours * 3_600)) }
            let report = try await ledger.report(since: Self.now + -7_200, by: .day, tenant: nil)
            #expect(report.total.requests.requests == 3)
            #expect(report.hours.count == 3)
        }
    }
}
