import Experiments
import Support

/// How careful audits have the cache be: the error target is halved while what it serves is wrong too often.
///
/// Pure: the same counts in the same order lead to the same level, so that a restart finds its level again in the ledger.
/// What is looked at after every audit needs bounds that hold at all times (`ConfidenceSequence`).
struct AuditPolicy: Sendable, Equatable {
    enum Change: Sendable, Equatable { case tightened, relaxed }

    /// What is counted since the level was taken: what came of another level says nothing of this one.
    struct Counts: Sendable, Equatable {
        var requests = 0
        /// Of them, those served on likeness: what can be served wrongly at all.
        var served = 0
        /// Of these, those that were audited, and those that should not have been served.
        var audited = 0
        var wrong = 0
    }

    /// Wrong answers a request, as configured.
    let errorTarget: Double
    private(set) var level = 0
    private(set) var counts = Counts()

    init(errorTarget: Double) {
        self.errorTarget = errorTarget
    }

    /// What the cache is to stay below now.
    var errorTargetInForce: Double { (0..<level).reduce(errorTarget) { target, _ in target / 2 } }

    /// Adds counts, and changes the level where they say so.
    mutating func note(requests: Int, served: Int, audited: Int, wrong: Int) -> Change? {
        counts.requests += requests
        counts.served += served
        counts.audited += audited
        counts.wrong += wrong
        // Mini errs as an examiner, too: one wrong answer among few is no evidence, whatever the bound says.
        guard counts.requests > 0, counts.audited >= Limits.auditsToJudgeMin else { return nil }
        let share = Double(min(counts.served, counts.requests)) / Double(counts.requests)
        let sequence = ConfidenceSequence(
            count: counts.audited, sum: Double(min(counts.wrong, counts.audited)), error: 0.05)
        if sequence.lower * share > errorTarget, level < Limits.auditLevelsMax {
            level += 1
            counts = Counts()
            return .tightened
        }
        // Well below the target, or it would be broken again at once.
        if level > 0, sequence.upper * share < errorTarget / 2 {
            level -= 1
            counts = Counts()
            return .relaxed
        }
        return nil
    }
}
