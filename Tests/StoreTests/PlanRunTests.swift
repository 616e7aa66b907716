import Support
import Testing

@testable import Store

@Suite(.bothStores) struct PlanRunTests {
    private static func run(_ tenant: String = "t", plan: String = "p", entry: EntryID? = nil) -> PlanRunRow {
        PlanRunRow(
            tenant: tenant, plan: plan, created: Timestamp(milliseconds: 1_000), entry: entry, definition: "{}",
            request: #"{"inputs":{}}"#)
    }

    @Test func aRunIsKeptStepByStep() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(5_000).clock)
        let id = try await store.begin(Self.run(entry: EntryID(rawValue: 4)))
        try await store.note(id, position: 1, record: "second")
        try await store.note(id, position: 0, record: "first")
        try await store.note(id, position: 0, record: "first again")
        #expect(try store.planSteps(of: id) == [0: "first again", 1: "second"])
        #expect(try await store.change(id, from: [.running], to: .completed, result: "r"))
        #expect(try await !store.change(id, from: [.running], to: .cancelled))
        let row = try #require(try store.planRun(id))
        #expect(row.status == .completed && row.result == "r" && row.entry?.rawValue == 4 && row.definition == "{}")
        #expect(row.created.milliseconds == 1_000 && row.updated.milliseconds == 5_000)
        #expect(try await store.remove(id) && store.planRun(id) == nil && store.planSteps(of: id).isEmpty)
        // Its number is not used again, and a late step finds nobody.
        #expect(try await store.begin(Self.run()) > id)
        try await store.note(id, position: 0, record: "late")
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func runsAreListedByTenantAndPlan() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        var ids: [PlanRunID] = []
        for (tenant, plan) in [("t", "p"), ("u", "p"), ("t", "q"), ("t", "p")] {
            ids.append(try await store.begin(Self.run(tenant, plan: plan)))
        }
        func listed(_ plan: String? = nil, before: PlanRunID? = nil, limit: Int = 9) throws -> [PlanRunID] {
            try store.planRuns(tenant: "t", plan: plan, before: before, limit: limit).map(\.id)
        }
        #expect(try listed() == [ids[3], ids[2], ids[0]])
        #expect(try listed("p") == [ids[3], ids[0]] && listed("none") == [])
        #expect(try listed(before: ids[3], limit: 1) == [ids[2]])
        await store.close()
    }

    @Test func theOldestRunsGoWhereTextsAreTooMany() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        var ids: [PlanRunID] = []
        for index in 0..<4 {
            let id = try await store.begin(Self.run())
            try await store.note(id, position: 0, record: String(repeating: "é", count: 500))
            if index > 0 { try await store.change(id, from: [.running], to: .completed, result: "r") }
            ids.append(id)
        }
        let rest = try store.planRuns(tenant: "t", limit: 9)
        #expect(try await store.removePlanRuns(beyondBytes: 1 << 20) == 0)
        // Two runs of 1,000 bytes of steps and some more fit; the third is too much, the fourth is under way.
        #expect(try await store.removePlanRuns(beyondBytes: 2_100) == 1)
        #expect(try store.planRuns(tenant: "t", limit: 9) == [rest[0], rest[1], rest[3]])
        #expect(try store.planSteps(of: ids[1]).isEmpty && store.planSteps(of: ids[2]).count == 1)
        await store.close()
    }

    @Test func whatRanIsInterruptedAfterwards() async throws {
        let scratch = Scratch()
        let first = try scratch.open()
        let running = try await first.begin(Self.run())
        let waiting = try await first.begin(Self.run())
        try await first.change(waiting, from: [.running], to: .waiting)
        await first.close()
        let store = try scratch.open()
        #expect(try await store.interruptPlanRuns() == 1)
        #expect(try store.planRun(running)?.status == .interrupted && store.planRun(waiting)?.status == .waiting)
        #expect(try await store.interruptPlanRuns() == 0)
        await store.close()
    }

    @Test func theOldestAreLetGo() async throws {
        let scratch = Scratch()
        let clock = TestClock(1_000)
        let store = try scratch.open(clock: clock.clock)
        let other = try await store.begin(Self.run(plan: "q"))
        let under = try await store.begin(Self.run())
        var ids: [PlanRunID] = []
        for _ in 0..<Limits.planRunsKeptMax {
            ids.append(try await store.begin(Self.run()))
            try await store.change(ids[ids.count - 1], from: [.running], to: .completed)
        }
        // One run is too many, but it is under way.
        #expect(try store.planRun(under)?.status == .running && store.planRun(ids[0]) != nil)
        try await store.change(under, from: [.running], to: .failed)
        let last = try await store.begin(Self.run())
        #expect(try store.planRun(under) == nil && store.planRun(ids[0]) == nil && store.planRun(ids[1]) != nil)
        #expect(try store.planRun(other) != nil && store.planRun(last) != nil)
        #expect(try await store.removePlanRuns(before: Timestamp(milliseconds: 1_000)) == 0)
        #expect(try await store.removePlanRuns(before: Timestamp(milliseconds: 1_001)) == Limits.planRunsKeptMax - 1)
        #expect(try store.planRun(last) != nil)
        await store.close()
    }

    @Test func aRunAboutAnEntryGoesWithIt() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        let place = try await store.insert(newEntry("q"))
        let about = try await store.begin(Self.run(entry: place.entry))
        let other = try await store.begin(Self.run())
        try await store.forget([place.entry])
        #expect(try store.planRun(about) == nil && store.planRun(other) != nil)
        await store.close()
    }

    @Test func aJobKnowsHowFarItCame() async throws {
        let scratch = Scratch()
        let store = try scratch.open()
        #expect(try store.jobMark("a") == Store.JobMark())
        let mark = Store.JobMark(time: Timestamp(milliseconds: 7), last: 12, end: 20, next: 15, inode: 3)
        try await store.setJobMark("a", mark)
        #expect(try store.jobMark("a") == mark && store.jobMark("b") == Store.JobMark())
        let place = try await store.insert(newEntry("q"))
        for comment in ["slow", nil, "dear"] as [String?] {
            try await store.record(
                Feedback(entry: place.entry, verdict: .bad, comment: comment, time: Timestamp(milliseconds: 1)))
        }
        let comments = try store.comments(after: 0, limit: 9)
        #expect(comments.map(\.comment) == ["slow", "dear"] && comments.map(\.entry) == [place.entry, place.entry])
        #expect(try store.comments(after: comments[0].number, limit: 9).map(\.comment) == ["dear"])
        #expect(try store.comments(after: 0, limit: 1).map(\.comment) == ["slow"])
        await store.close()
    }
}
