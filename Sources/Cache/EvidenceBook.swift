import Store
import Support
import Synchronization

/// The evidence of every scope and entry, and how far mini can be trusted. A lookup costs two dictionary reads.
final class EvidenceBook: Sendable {
    fileprivate struct State {
        var scopes: [ScopeID: ScopeEvidence] = [:]
        var risks: [ScopeID: RunningRisk] = [:]
        var mini = MiniReliability()
        /// The number of the last audit taken in that came with one.
        var lastAudit: Int64 = 0
        var observations: [Observation.Source: Int] = [:]
    }

    private let state = Mutex(State())

    /// P(same) of a pair, and the lower confidence bound that decides whether it is served unasked.
    func assess(
        _ logOdds: Double, _ scope: ScopeID, _ entry: EntryID, _ now: Timestamp
    ) -> (probability: Double, lowerBound: Double) {
        let (ofScope, ofEntry) = state.withLock { state in
            let evidence = state.scopes[scope]
            return (evidence?.own ?? Evidence(), evidence?.entries[entry] ?? Evidence())
        }
        let mean = logOdds + ofScope.shift(now) + ofEntry.shift(now)
        let deviation = (ofScope.variance(.scope, now) + ofEntry.variance(.entry, now)).squareRoot()
        // Verdicts may lower what is served unasked, not raise it: they are of pairs in doubt and by a mini that errs, and an
        // alias confirmed wrongly draws others after it.
        let bound = min(mean, logOdds) - Evidence.deviations * deviation
        return (Odds.probability(mean), Odds.probability(bound))
    }

    /// Takes in what was observed of a pair.
    func observe(_ observation: Observation, _ now: Timestamp) {
        state.withLock { state in
            let expected = state.scopes[observation.scope, default: ScopeEvidence()].observe(observation, now)
            if observation.source == .audit { state.mini.observe(expected: expected, isSame: observation.same > 0.5) }
        }
    }

    /// Counts what was observed by this process; what it read at its start is not among it.
    func count(_ observation: Observation) {
        state.withLock { $0.observations[observation.source, default: 0] += 1 }
    }

    func summary(_ now: Timestamp) -> EvidenceSummary {
        state.withLock { state in
            EvidenceSummary(
                observations: state.observations, scopes: state.scopes.count,
                entries: state.scopes.values.reduce(0) { $0 + $1.entries.count },
                scopeWeight: state.scopes.values.reduce(0) { $0 + $1.own.weight(now) },
                entryWeight: state.scopes.values.reduce(0) { sum, scope in
                    scope.entries.values.reduce(sum) { $0 + $1.weight(now) }
                },
                miniFalseAccepts: state.mini.falseAccepts)
        }
    }

    var mini: MiniReliability { state.withLock { $0.mini } }

    /// By how much a scope's error target has to be lowered, because it is being missed: 1 or less.
    func tightening(_ scope: ScopeID, target: Double) -> Double {
        state.withLock { $0.risks[scope]?.tightening(target: target) ?? 1 }
    }

    /// Counts a request that came to the judge, and the probability that what it was served is wrong.
    func note(risk: Double, in scope: ScopeID) {
        state.withLock { $0.risks[scope, default: RunningRisk()].add(risk) }
    }

    func remove(_ entry: EntryID, of scope: ScopeID) { state.withLock { $0.scopes[scope]?.remove(entry) } }

    func remove(_ scope: ScopeID) {
        state.withLock { state in
            state.scopes[scope] = nil
            state.risks[scope] = nil
        }
    }

    // MARK: Of scopes that come into memory and go

    /// Puts in what was learned of a scope that was read.
    func put(_ evidence: ScopeEvidence, of scope: ScopeID) { state.withLock { $0.scopes[scope] = evidence } }

    /// Forgets what was learned of a scope, if it came with this index.
    func remove(_ scope: ScopeID, of owner: ObjectIdentifier) {
        state.withLock { state in
            guard state.scopes[scope]?.owner == owner else { return }
            state.scopes[scope] = nil
            state.risks[scope] = nil
        }
    }

    /// Takes in an observation that any node has made, once.
    ///
    /// Mini is judged by what the prior alone had expected: that is the same on every node, whatever it holds in memory.
    func take(_ observation: Observation, row: Int64, _ time: Timestamp) {
        state.withLock { state in
            state.scopes[observation.scope]?.take(observation, row: row, time)
            if observation.source == .audit { state.take(audit: observation, row: row) }
        }
    }

    /// Begins what is known of mini anew, by all audits, oldest first.
    func putAudits(_ audits: [(observation: Observation, row: Int64)]) {
        state.withLock { state in
            state.mini = MiniReliability()
            state.lastAudit = 0
            for audit in audits { state.take(audit: audit.observation, row: audit.row) }
        }
    }

    /// Forgets what was learned of all scopes. What they were served lately is of this node alone, and stays.
    func removeScopes() { state.withLock { $0.scopes = [:] } }
}

extension EvidenceBook.State {
    fileprivate mutating func take(audit: Observation, row: Int64) {
        guard row > lastAudit else { return }
        lastAudit = row
        mini.observe(expected: Odds.probability(audit.logOdds), isSame: audit.same > 0.5)
    }
}

/// Wrong answers a request that a scope is expected to give, over about the last thousand that came to the judge.
struct RunningRisk: Sendable {
    private var mean = 0.0
    private var count = 0.0

    private static let memory = 1_000.0

    mutating func add(_ risk: Double) {
        count += 1
        mean += (risk - mean) / min(count, RunningRisk.memory)
    }

    /// Few requests prove nothing.
    func tightening(target: Double) -> Double {
        guard count >= 100, mean > target else { return 1 }
        return target / mean
    }
}

/// How often mini is wrong: what is assumed until audits say otherwise.
package struct MiniReliability: Sendable {
    /// P(mini says same | no candidate is).
    package private(set) var falseAccepts = 0.03
    /// P(mini says none | one is). Audits of what was served do not see these.
    package let falseRejects = 0.03

    /// Wrong answers that audits found, and those that were to be expected in them; both begin at a few, so that the first
    /// audits do not decide all.
    private var found = 5.0
    private var expected = 5.0

    package init() {}

    mutating func observe(expected probability: Double, isSame: Bool) {
        expected += 1 - probability
        found += isSame ? 0 : 1
        falseAccepts = min(0.5, 0.03 * found / expected)
    }

    /// P(same) of a candidate once mini has named it.
    ///
    /// - Parameter ofAny: P(any of the candidates it was shown asks the same).
    package func afterYes(_ probability: Double, ofAny: Double) -> Double {
        let yes = probability * (1 - falseRejects)
        let no = (1 - ofAny) * falseAccepts
        return yes + no > 0 ? yes / (yes + no) : 0
    }

    /// P(same) of a candidate that mini has seen when it said that none is.
    func afterNo(_ probability: Double) -> Double {
        let yes = probability * falseRejects
        return yes / (yes + (1 - probability) * (1 - falseAccepts))
    }
}
