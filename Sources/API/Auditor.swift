package import Cache
import Experiments
import JSON
package import Ledger
package import Models
import Store
package import Support
import Synchronization

/// Asks *full* anew, in the background, what was answered from the cache on likeness, and has mini compare the answers.
///
/// So the share of wrong answers is measured, mini's own mistakes included, and where it is above the error target the
/// cache is made more careful. A reply never waits for an audit: one that finds no room or no budget is left out.
package final class Auditor: Sendable {
    package struct Settings: Sendable, Equatable {
        /// Of the answers served on likeness, the share that is audited.
        package var share: Double
        package var perHourMax: Int

        package init(share: Double, perHourMax: Int) {
            self.share = share
            self.perHourMax = perHourMax
        }
    }

    private struct State {
        var policy: AuditPolicy
        var audited = 0
        var wrong = 0
        var running: [Int: Task<Void, Never>] = [:]
        var lastNumber = 0
        var hour: Int64 = 0
        var begunThisHour = 0
        /// What the cache had counted when the policy last looked.
        var seen = (requests: 0, served: 0)
        var isClosed = false
    }

    private let settings: Settings
    private let cache: SemanticCache
    private let models: ModelClient
    private let comparer: AnswerComparer
    private let ledger: Ledger
    private let clock: WallClock
    private let log: Log
    private let random: @Sendable () -> Double
    private let state: Mutex<State>
    private let judgements = CounterTable<AnswerComparer.Judgement>()
    private let skipped = Counter()

    /// - Parameter random: a number from 0 to below 1.
    package init(
        _ settings: Settings, _ cache: SemanticCache, _ models: ModelClient, _ ledger: Ledger,
        comparer: AnswerComparer? = nil, clock: WallClock = .system, log: Log = .none,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.settings = settings
        self.cache = cache
        self.models = models
        self.ledger = ledger
        self.comparer = comparer ?? AnswerComparer(models)
        self.clock = clock
        self.log = log
        self.random = random
        var begin = State(policy: AuditPolicy(errorTarget: cache.parts.judge.errorTarget))
        begin.seen = Self.counted(cache)
        state = Mutex(begin)
    }

    /// What the cache has counted since its start, in shadow mode too: it is the same decision that is audited.
    private static func counted(_ cache: SemanticCache) -> (requests: Int, served: Int) {
        let counted = cache.metrics.snapshot
        let served = [counted.requests, counted.shadow].joined().filter { outcomes.contains($0.key) }
        return (counted.requests.values.reduce(0, +), served.reduce(0) { $0 + $1.value })
    }

    /// Answers that stand in the cache for another wording: these can be wrong.
    static let outcomes: Set<Receipt.Outcome> = [.alias, .judged, .confirmed]

    /// Takes up what past audits found, as the ledger has it.
    package func restore() async throws {
        let since = clock.now + -86_400 * Int64(Limits.auditDaysRemembered)
        let (extract, _) = try await ledger.extract(since: since, tenant: nil)
        let names = Set(Self.outcomes.flatMap { [$0.rawValue, ReportRow.shadowPrefix + $0.rawValue] })
        let hours = Dictionary(grouping: extract.requests, by: \.key.hour).sorted { $0.key < $1.key }
        let level = state.withLock { state in
            for (_, kinds) in hours {
                let served = kinds.filter { names.contains($0.key.dimensions.outcome) }
                func sum(
                    _ rows: [(key: HourKey<RequestDimensions>, value: RequestSums)], _ path: (RequestSums) -> Int64
                ) -> Int {
                    Int(rows.reduce(0) { $0 + path($1.value) })
                }
                let (audited, wrong) = (sum(served, \.audited), sum(served, \.falseAccepts))
                state.audited += audited
                state.wrong += wrong
                _ = state.policy.note(
                    requests: sum(kinds, \.requests), served: sum(served, \.requests), audited: audited, wrong: wrong)
            }
            return state.policy.level
        }
        if level > 0 { log.warning("audits had found the error target broken; \(inForce)") }
    }

    /// Audits a reply, if it is one that can be wrong and chance picks it.
    ///
    /// - Parameters:
    ///   - chat: asks *full* the same; nil where nothing does. In shadow mode the answer is there already.
    ///   - model: the one that the client named; nil: *full*.
    func consider(_ reply: Reply, _ query: Query?, chat: () -> JSONObject?, model: String?) {
        guard let entry = reply.auditedEntry, Self.outcomes.contains(reply.receipt.decision),
            !reply.receipt.isCollapsed, settings.share > 0, random() < settings.share, let query,
            let reference = Reference(reply, chat, model), var row = RequestAccount.current?.row
        else { return }
        guard entry.answer.utf8.count <= Limits.auditAnswerBytesMax else { return skipped.add(1) }
        // A stream's answer has ended before its request is counted.
        row.dimensions.outcome = reply.receipt.ledgerOutcome
        let hour = clock.now.hour
        state.withLock { state in
            if state.hour != hour { (state.hour, state.begunThisHour) = (hour, 0) }
            guard !state.isClosed, state.running.count < Limits.auditsInFlightMax,
                state.begunThisHour < settings.perHourMax
            else { return skipped.add(1) }
            state.begunThisHour += 1
            state.lastNumber += 1
            let number = state.lastNumber
            let (receipt, row) = (reply.receipt, row)
            state.running[number] = Task(executorPreference: WaitingExecutor.current, priority: .background) {
                await self.audit(entry, query, receipt, reference, row)
                _ = self.state.withLock { $0.running.removeValue(forKey: number) }
            }
        }
    }

    private func audit(
        _ entry: Entry, _ query: Query, _ receipt: Receipt, _ reference: Reference, _ row: RequestRow
    ) async {
        // Its calls are the request's in every report, and no part of what the request itself took.
        let account = RequestAccount(ledger, row)
        let judgement = await RequestAccount.$current.withValue(account) {
            await RequestTrace.$current.withValue(nil) {
                await ModelClient.$caller.withValue(Caller()) { () async -> AnswerComparer.Judgement in
                    guard let fresh = await answer(reference) else { return .unclear }
                    return await comparer.compare(query.question, served: entry.answer, fresh: fresh)
                }
            }
        }
        judgements.count(judgement)
        guard judgement != .unclear else { return }
        let isWrong = judgement == .different
        ledger.record(Audit(of: row.dimensions, labels: row.labels, time: clock.now, isFalseAccept: isWrong))
        await cache.learnAudit(
            of: query, entry.id, probability: receipt.probability, isRight: !isWrong, propensity: settings.share,
            isFirst: receipt.decision != .alias)
        note(isWrong: isWrong)
    }

    private func answer(_ reference: Reference) async -> String? {
        let completion =
            switch reference {
            case .given(let completion): completion
            case .asked(let chat, let model?): try? await models.chat(chat, model: model, purpose: .audit)
            case .asked(let chat, nil): try? await models.chat(chat, role: .full, purpose: .audit)
            }
        guard let completion, completion.finishReason == "stop", completion.refusal == nil, let text = completion.text,
            !text.isEmpty, text.utf8.count <= Limits.auditAnswerBytesMax
        else { return nil }
        return text
    }

    private func note(isWrong: Bool) {
        let counted = Self.counted(cache)
        let change = state.withLock { state in
            state.audited += 1
            if isWrong { state.wrong += 1 }
            let before = state.seen
            state.seen = counted
            return state.policy.note(
                requests: counted.requests - before.requests, served: counted.served - before.served, audited: 1,
                wrong: isWrong ? 1 : 0)
        }
        switch change {
        case .tightened: log.warning("audits find more wrong answers than the error target allows; \(inForce)")
        case .relaxed: log.info("audits find the error target well kept; \(inForce)")
        case nil: break
        }
    }

    private var inForce: String {
        let policy = state.withLock { $0.policy }
        return "in force is \(policy.errorTargetInForce), configured \(policy.errorTarget)"
    }

    /// What the cache is to stay below now.
    package var errorTargetInForce: Double { state.withLock { $0.policy.errorTargetInForce } }

    /// Waits for the audits under way.
    package func finish() async {
        for task in state.withLock({ Array($0.running.values) }) { await task.value }
    }

    /// Calls off the audits under way; none is begun any more.
    package func close() async {
        let tasks = state.withLock { state in
            state.isClosed = true
            return Array(state.running.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

extension Auditor {
    /// Where the share of wrong answers lies; nil before the first audit.
    var interval: Interval? { state.withLock { Interval(Int64($0.wrong), of: Int64($0.audited)) } }

    /// What audits have found in the last days.
    struct Findings: Sendable, Equatable {
        var audited: Int
        var wrong: Int
        var errorTarget: Double
        var errorTargetInForce: Double
        /// Since the start: what mini could not judge, and what found no room, no budget or was too long.
        var unclear: Int
        var skipped: Int

        var interval: Interval? { Interval(Int64(wrong), of: Int64(audited)) }
    }

    var findings: Findings {
        let unclear = judgements.values[.unclear] ?? 0
        return state.withLock { state in
            Findings(
                audited: state.audited, wrong: state.wrong, errorTarget: state.policy.errorTarget,
                errorTargetInForce: state.policy.errorTargetInForce, unclear: unclear, skipped: skipped.value)
        }
    }
}
