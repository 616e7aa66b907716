import Store
import Support
import Testing

@testable import Cache

/// What becomes of a scope that is being read.
@Suite struct ScopeLoadsTests {
    private static let scope = ScopeID(rawValue: 7)
    private static let now = Timestamp(milliseconds: 1_000)

    private static func change(_ commit: Int64, scope: ScopeID? = scope, row: Int64 = 1) -> Change {
        Change(commit: commit, kind: .changed, scope: scope, row: row)
    }

    private static func name(_ answer: ScopeLoads.Answer) -> String {
        switch answer {
        case .isHere: "here"
        case .isRead(_, let isFirst): isFirst ? "first" : "read"
        case .isRefused: "refused"
        }
    }

    @Test func changesAreKeptWhileItIsReadAndHandedOutOnce() {
        var loads = ScopeLoads()
        loads.keep(Self.change(1))
        #expect(Self.name(loads.ask(Self.scope, at: Self.now)) == "first")
        #expect(Self.name(loads.ask(Self.scope, at: Self.now)) == "read")
        for change in [
            Self.change(2), Self.change(2), Self.change(3, scope: ScopeID(rawValue: 8)), Self.change(4, scope: nil),
        ] { loads.keep(change) }
        loads.keep(EntryID(rawValue: 9), of: Self.scope)
        guard case .hasNews(let changes) = loads.settle(Self.scope) else { return #expect(Bool(false), "no news") }
        #expect(Set(changes) == [Self.change(2), Self.change(.max, row: 9)] && changes.count == 2)
        guard case .isHere(let gate) = loads.settle(Self.scope) else { return #expect(Bool(false), "not settled") }
        #expect(gate.waiting == 0)
        #expect(Self.name(loads.ask(Self.scope, at: Self.now)) == "first", "it is no longer kept here")
    }

    @Test func missedChangesHaveItReadOnceMore() {
        var loads = ScopeLoads()
        _ = loads.ask(Self.scope, at: Self.now)
        loads.keep(Self.change(2))
        loads.startOver()
        guard case .startsOver = loads.settle(Self.scope) else { return #expect(Bool(false), "it was settled") }
        guard case .isHere = loads.settle(Self.scope) else { return #expect(Bool(false), "it was not settled") }
    }

    @Test func aRefusedOneIsTriedAgainLater() {
        var loads = ScopeLoads()
        _ = loads.ask(Self.scope, at: Self.now)
        let first = loads.giveUp(Self.scope, until: Self.now + 60)
        #expect(first.gate != nil && first.isNews)
        #expect(Self.name(loads.ask(Self.scope, at: Self.now + 59)) == "refused")
        #expect(Self.name(loads.ask(Self.scope, at: Self.now + 60)) == "first")
        #expect(!loads.giveUp(Self.scope, until: Self.now + 120).isNews, "it was said")
        loads.removeRefusals(before: Self.now + 121)
        #expect(Self.name(loads.ask(Self.scope, at: Self.now)) == "first")
        #expect(!loads.giveUp(Self.scope, until: nil).isNews)
        #expect(Self.name(loads.ask(Self.scope, at: Self.now)) == "first", "a failure is no refusal")
    }

    @Test func aGateLetsEverybodyThrough() async {
        let gate = Gate()
        #expect(await gate.wait(atMost: .zero) == false)
        #expect(await gate.wait(atMost: .milliseconds(1)) == false && gate.waiting == 0)
        let through = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { await gate.wait(atMost: .seconds(60)) } }
            while gate.waiting < 10 { await Task.yield() }
            gate.open()
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(through == 50)
        #expect(await gate.wait(atMost: .zero))
        let other = Gate()
        let leaver = Task { await other.wait(atMost: .seconds(60)) }
        leaver.cancel()
        #expect(await leaver.value == false && other.waiting == 0)
    }
}
