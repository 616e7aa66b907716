import Testing

@testable import API

@Suite struct AuditPolicyTests {
    @Test func tightensOnlyOnEvidence() {
        var policy = AuditPolicy(errorTarget: 0.01)
        // Two wrong ones of five may be bad luck; not that often.
        var change: AuditPolicy.Change?
        var audits = 0
        while change == nil, audits < 1_000 {
            audits += 1
            change = policy.note(requests: 10, served: 3, audited: 1, wrong: audits % 4 == 0 ? 1 : 0)
        }
        #expect(change == .tightened && audits >= 20 && audits < 60, "after \(audits)")
        #expect(policy.level == 1 && policy.errorTargetInForce == 0.005 && policy.counts == AuditPolicy.Counts())
    }

    @Test func oneWrongAnswerIsNoEvidence() {
        var policy = AuditPolicy(errorTarget: 0.001)
        #expect(policy.note(requests: 1, served: 1, audited: 1, wrong: 1) == nil)
        #expect(policy.note(requests: 20, served: 20, audited: 18, wrong: 0) == nil)
        #expect(policy.level == 0)
    }

    @Test func staysWhereTheTargetIsKept() {
        var policy = AuditPolicy(errorTarget: 0.01)
        for audit in 1...5_000 {
            // 2 % of 3 of 10 requests are 0.6 % of all.
            #expect(policy.note(requests: 10, served: 3, audited: 1, wrong: audit % 50 == 0 ? 1 : 0) == nil)
        }
        #expect(policy.level == 0 && policy.errorTargetInForce == 0.01)
    }

    @Test func relaxesStepByStepWhenAllIsWell() {
        var policy = AuditPolicy(errorTarget: 0.01)
        for _ in 0..<2 { #expect(policy.note(requests: 100, served: 30, audited: 30, wrong: 15) == .tightened) }
        #expect(policy.errorTargetInForce == 0.0025)
        var steps: [Int] = []
        for audit in 1...3_000 where policy.note(requests: 10, served: 3, audited: 1, wrong: 0) == .relaxed {
            steps.append(audit)
        }
        #expect(steps.count == 2 && policy.level == 0 && steps[0] > 200, "\(steps)")
    }

    @Test func hasAnEnd() {
        var policy = AuditPolicy(errorTarget: 0.01)
        for _ in 0..<50 { _ = policy.note(requests: 100, served: 100, audited: 30, wrong: 30) }
        #expect(policy.level == 6)
        #expect(policy.note(requests: 0, served: 0, audited: 0, wrong: 0) == nil)
    }
}
