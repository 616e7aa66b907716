import Store
import Support
import Testing

@testable import Ledger

/// Each kind of advice is given where its numbers say so, and not where they do not.
@Suite struct AdviceTests {
    private struct Traffic {
        var extract = LedgerExtract()

        mutating func requests(_ outcome: String, plan: String = "", _ change: (inout RequestSums) -> Void) {
            var dimensions = RequestDimensions()
            (dimensions.outcome, dimensions.plan) = (outcome, plan)
            change(&extract.requests[HourKey(hour: 1, dimensions), default: RequestSums()])
        }

        mutating func calls(
            _ purpose: String, role: String = "mini", model: String = "m", plan: String = "",
            _ change: (inout CallSums) -> Void
        ) {
            var dimensions = CallDimensions()
            (dimensions.purpose, dimensions.role, dimensions.model, dimensions.plan) = (purpose, role, model, plan)
            change(&extract.calls[HourKey(hour: 1, dimensions), default: CallSums()])
        }

        mutating func ratings(good: Int, bad: Int, plan: String) {
            for number in 0..<(good + bad) {
                var rating = Rating(
                    tenant: "", kind: .request, subject: "\(number)", time: Timestamp(milliseconds: 3_600_000))
                rating.isGood = number < good
                rating.plan = plan
                extract.ratings.append(rating)
            }
        }

        var advice: [Advice] { Advisor(extract, errorTarget: 0.01, floor: 0.6).advice }
    }

    private static func plan(cost: Int64, escalated: Int64, planned: Int64 = 100) -> Traffic {
        var traffic = Traffic()
        traffic.requests("miss", plan: "p") { sums in
            (sums.requests, sums.planned, sums.escalated, sums.fullCost) = (planned, planned, escalated, 4_000_000_000)
        }
        traffic.calls("plan", role: "full", plan: "p") { ($0.calls, $0.cost) = (escalated, cost) }
        return traffic
    }

    @Test func saysNothingOfQuietTraffic() {
        #expect(Traffic().advice.isEmpty)
        var traffic = Self.plan(cost: 1_000_000_000, escalated: 40)
        traffic.ratings(good: 90, bad: 10, plan: "p")
        traffic.requests("exact") { $0.requests = 1_000 }
        #expect(traffic.advice.isEmpty)
    }

    @Test func asksForAPrice() {
        var traffic = Traffic()
        traffic.calls("answer", model: "house") { ($0.calls, $0.costUnknown) = (12, 12) }
        traffic.calls("answer", model: "known") { ($0.calls, $0.costUnknown, $0.cost) = (12, 1, 5) }
        #expect(traffic.advice.map(\.kind) == [.priceMissing])
        #expect(
            traffic.advice[0].subject == "house" && traffic.advice[0].finding.hasPrefix("12 calls of house have no"))
    }

    @Test func weighsConfirmationsAgainstTheirHits() {
        for (worth, kinds) in [(Int64(5_000), [Advice.Kind.confirmationsCost]), (50_000, [])] {
            var traffic = Traffic()
            traffic.requests("confirmed") { ($0.requests, $0.confirmations, $0.fullCost) = (10, 60, worth) }
            traffic.calls("confirm") { ($0.calls, $0.cost) = (60, 20_000) }
            #expect(traffic.advice.map(\.kind) == kinds)
        }
    }

    @Test func weighsAPlanAgainstFull() {
        let dear = Self.plan(cost: 5_000_000_000, escalated: 100).advice
        #expect(dear.map(\.kind) == [.planCosts] && dear[0].subject == "p")
        #expect(dear[0].finding.contains("costs $0.05 a request, full alone about $0.04"), "\(dear[0].finding)")
        #expect(dear[0].proposal.contains("about $0.01 a request"), "\(dear[0].proposal)")
        #expect(Self.plan(cost: 5_000_000_000, escalated: 40, planned: 40).advice.isEmpty, "too few to tell")
    }

    @Test func sparesEscalationsWhereTheAnswersAreGood() {
        var traffic = Self.plan(cost: 3_050_000_000, escalated: 61)
        #expect(traffic.advice.isEmpty, "nobody said that they are good")
        traffic.ratings(good: 98, bad: 2, plan: "p")
        #expect(traffic.advice.map(\.kind) == [.planEscalates])
        #expect(traffic.advice[0].finding.hasPrefix("full was called for 61.0 % of the requests of plan p"))
        #expect(traffic.advice[0].proposal.contains("saves about $0.05"), "\(traffic.advice[0].proposal)")
    }

    @Test func givesMoreToFullWhereAPlanFails() {
        var traffic = Self.plan(cost: 5_000_000_000, escalated: 10)
        traffic.ratings(good: 50, bad: 50, plan: "p")
        #expect(traffic.advice.map(\.kind) == [.planFails])
    }

    @Test func holdsAuditsAgainstTheErrorTarget() {
        for (wrong, kinds) in [(Int64(20), [Advice.Kind.wrongHits]), (1, [])] {
            var traffic = Traffic()
            traffic.requests("judged") { ($0.requests, $0.audited, $0.falseAccepts) = (400, 200, wrong) }
            traffic.requests("miss") { $0.requests = 400 }
            #expect(traffic.advice.map(\.kind) == kinds)
        }
    }

    @Test func namesTrafficThatGoesPast() {
        var traffic = Traffic()
        traffic.requests("bypass") { $0.requests = 31 }
        traffic.requests("exact") { $0.requests = 69 }
        #expect(traffic.advice.map(\.kind) == [.bypassed])
        #expect(traffic.advice[0].finding == "31.0 % of 100 requests go past the cache")
    }
}
