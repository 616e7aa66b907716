package import Support

/// Counts and times of the cache's work, as /metrics and the statistics show them.
///
/// Counting takes a few relaxed additions and no lock. A snapshot is not of one moment: what is counted while it is taken
/// may be half in it, and is whole in the next.
package final class CacheMetrics: Sendable {
    package struct Snapshot: Sendable {
        package var requests: [Receipt.Outcome: Int] = [:]
        package var verdicts: [Verdict.Reason: Int] = [:]
        /// Requests in shadow mode by what was decided; they are among `requests` by what was served.
        package var shadow: [Receipt.Outcome: Int] = [:]
        /// Of what would have been served by likeness, wrong answers to be expected, and what all of it would have saved.
        package var shadowExpectedWrong = 0.0
        package var shadowWouldSaveNanodollars: Int64 = 0
        package var collapsed = 0
        package var embedderErrors = 0
        /// Requests that ended without an answer, for the model gave none.
        package var upstreamErrors = 0
        package var storeErrors = 0
        /// Times that entries were not stored for want of memory.
        package var memoryRefusals = 0
        /// Scopes that were brought into memory, and those that were dropped from it again.
        package var scopeLoads = 0
        package var scopesDropped = 0
        /// Questions that became misses because their scope was not in memory in time.
        package var scopeWaits = 0
        /// Entries that made room for others.
        package var evicted = 0
        /// Expired answers made anew: those that said the same, and the others.
        package var renewedSame = 0
        package var renewedOther = 0
        /// Questions and answers in which personal data was found.
        package var personalQuestions = 0
        package var personalAnswers = 0
        /// Requests that waited for one close to them.
        package var waited = 0
        /// Wrong answers to be expected among those served by likeness: the sum of what their probabilities leave.
        package var expectedWrong = 0.0
        package var savedNanodollars: Int64 = 0
        package var latency: [Stage: Histogram.Snapshot] = [:]
    }

    package enum Stage: String, Sendable, CaseIterable {
        case embed, search, confirm, upstream, total
    }

    private let requests = CounterTable<Receipt.Outcome>()
    private let verdicts = CounterTable<Verdict.Reason>()
    private let shadow = CounterTable<Receipt.Outcome>()
    private let shadowExpectedWrong = Counter()
    private let shadowWouldSave = Counter()
    private let embed = Histogram()
    private let search = Histogram()
    private let confirm = Histogram()
    private let upstream = Histogram()
    private let total = Histogram()
    private let collapsed = Counter()
    private let embedderErrors = Counter()
    private let upstreamErrors = Counter()
    private let storeErrors = Counter()
    private let memoryRefusals = Counter()
    private let scopeLoads = Counter()
    private let scopesDropped = Counter()
    private let scopeWaits = Counter()
    private let evicted = Counter()
    private let renewedSame = Counter()
    private let renewedOther = Counter()
    private let personalQuestions = Counter()
    private let personalAnswers = Counter()
    private let waited = Counter()
    /// In billionths: a counter holds whole numbers.
    private let expectedWrong = Counter()
    private let savedNanodollars = Counter()

    package init() {}

    package var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.requests = requests.values
        snapshot.verdicts = verdicts.values
        snapshot.shadow = shadow.values
        snapshot.shadowExpectedWrong = Double(shadowExpectedWrong.value) * 1e-9
        snapshot.shadowWouldSaveNanodollars = Int64(shadowWouldSave.value)
        snapshot.collapsed = collapsed.value
        snapshot.embedderErrors = embedderErrors.value
        snapshot.upstreamErrors = upstreamErrors.value
        snapshot.storeErrors = storeErrors.value
        snapshot.memoryRefusals = memoryRefusals.value
        snapshot.scopeLoads = scopeLoads.value
        snapshot.scopesDropped = scopesDropped.value
        snapshot.scopeWaits = scopeWaits.value
        snapshot.evicted = evicted.value
        snapshot.renewedSame = renewedSame.value
        snapshot.renewedOther = renewedOther.value
        snapshot.personalQuestions = personalQuestions.value
        snapshot.personalAnswers = personalAnswers.value
        snapshot.waited = waited.value
        snapshot.expectedWrong = Double(expectedWrong.value) * 1e-9
        snapshot.savedNanodollars = Int64(savedNanodollars.value)
        snapshot.latency = Dictionary(uniqueKeysWithValues: Stage.allCases.map { ($0, histogram($0).snapshot) })
        return snapshot
    }

    /// Nil before the first confirmation.
    var meanConfirmSeconds: Double? {
        let confirm = confirm.snapshot
        guard confirm.count > 0 else { return nil }
        return confirm.sumSeconds / Double(confirm.count)
    }

    /// - Parameter totalMilliseconds: what the request took; nil: what the receipt says.
    func record(_ receipt: Receipt, totalMilliseconds: Double? = nil) {
        requests.count(receipt.outcome)
        if receipt.risk > 0 { expectedWrong.add(Int(receipt.risk * 1e9)) }
        if let decided = receipt.shadow {
            shadow.count(decided.outcome)
            shadowExpectedWrong.add(Int(receipt.risk(of: decided.outcome) * 1e9))
            if let amount = decided.wouldSave { shadowWouldSave.add(Int(amount.nanodollars)) }
        }
        if receipt.isCollapsed { collapsed.add(1) }
        if receipt.latency.wait != nil { waited.add(1) }
        if let saved = receipt.saved { savedNanodollars.add(Int(saved.nanodollars)) }
        observe(totalMilliseconds ?? receipt.latency.total, in: .total)
        // Who waited for another's call did none of the work.
        guard !receipt.isCollapsed else { return }
        if let verdict = receipt.verdict { verdicts.count(verdict.reason) }
        observe(receipt.latency.embed, in: .embed)
        observe(receipt.latency.search, in: .search)
        observe(receipt.latency.confirm, in: .confirm)
        observe(receipt.latency.upstream, in: .upstream)
    }

    private func observe(_ milliseconds: Double?, in stage: Stage) {
        if let milliseconds { histogram(stage).observe(milliseconds: milliseconds) }
    }

    private func histogram(_ stage: Stage) -> Histogram {
        switch stage {
        case .embed: embed
        case .search: search
        case .confirm: confirm
        case .upstream: upstream
        case .total: total
        }
    }

    func countUpstreamError() { upstreamErrors.add(1) }
    func countEmbedderError() { embedderErrors.add(1) }
    func countRenewal(isSame: Bool) { (isSame ? renewedSame : renewedOther).add(1) }
    func countScopeLoad() { scopeLoads.add(1) }
    func countScopesDropped(_ scopes: Int) { scopesDropped.add(scopes) }
    func countScopeWait() { scopeWaits.add(1) }
    func countEvicted(_ entries: Int) { evicted.add(entries) }
    func countPersonalQuestion() { personalQuestions.add(1) }
    func countPersonalAnswer() { personalAnswers.add(1) }
    func countMemoryRefusal() { memoryRefusals.add(1) }
    func countStoreError() { storeErrors.add(1) }
}
