import Store
import Support
import Synchronization

/// The evidence of every scope and entry, and how far mini can be trusted. A lookup costs two dictionary reads.
final class EvidenceBook: Sendable {
    private struct State {
        var scopes: [ScopeID: Evidence] = [:]
        var entries: [EntryID: Evidence] = [:]
        var risks: [ScopeID: RunningRisk] = [:]
        var mini = MiniReliability()
        var observations: [Observation.Source: Int] = [:]
    }

    private let state = Mutex(State())

    /// P(same) of a pair, and the lower confidence bound that decides whether it is served unasked.
    func assess(
        _ logOdds: Double, _ scope: ScopeID, _ entry: EntryID, _ now: Timestamp
    ) -> (probability: Double, lowerBound: Double) {
        let (ofScope, ofEntry) = state.withLock { ($0.scopes[scope] ?? Evidence(), $0.entries[entry] ?? Evidence()) }
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
            let (scope, entry) = (observation.scope, observation.entry)
            var ofScope = state.scopes[scope] ?? Evidence()
            var ofEntry = state.entries[entry] ?? Evidence()
            let expected = Odds.probability(observation.logOdds + ofScope.shift(now) + ofEntry.shift(now))
            let residual = observation.same - expected
            let weight = observation.weight
            ofScope.observe(residual: residual, expected: expected, weight: weight, .scope, now)
            ofEntry.observe(residual: residual, expected: expected, weight: weight, .entry, now)
            state.scopes[scope] = ofScope
            state.entries[entry] = ofEntry
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
                observations: state.observations, scopes: state.scopes.count, entries: state.entries.count,
                scopeWeight: state.scopes.values.reduce(0) { $0 + $1.weight(now) },
                entryWeight: state.entries.values.reduce(0) { $0 + $1.weight(now) },
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

    func remove(_ entry: EntryID) { state.withLock { $0.entries[entry] = nil } }

    func remove(_ scope: ScopeID) {
        state.withLock { state in
            state.scopes[scope] = nil
            state.risks[scope] = nil
        }
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
