import Support
import Synchronization

/// Counts and times of the cache's work, as /metrics and the statistics show them.
package final class CacheMetrics: Sendable {
    package struct Snapshot: Sendable {
        package var requests: [Receipt.Outcome: Int] = [:]
        package var verdicts: [Verdict.Reason: Int] = [:]
        package var collapsed = 0
        package var embedderErrors = 0
        /// Requests that ended without an answer, for the model gave none.
        package var upstreamErrors = 0
        package var storeErrors = 0
        /// Entries that made room for others.
        package var evicted = 0
        /// Expired answers made anew: those that said the same, and the others.
        package var renewedSame = 0
        package var renewedOther = 0
        /// Requests that waited for one close to them.
        package var waited = 0
        /// Wrong answers to be expected among those served by likeness: the sum of what their probabilities leave.
        package var expectedWrong = 0.0
        package var savedNanodollars: Int64 = 0
        package var latency: [Stage: Histogram] = Dictionary(
            uniqueKeysWithValues: Stage.allCases.map { ($0, Histogram()) })
    }

    package enum Stage: String, Sendable, CaseIterable {
        case embed, search, confirm, upstream, total
    }

    /// Counts by upper bound, as Prometheus has them.
    package struct Histogram: Sendable {
        /// Seconds; from the 20 µs of an exact hit to the minutes of a slow model.
        package static let bounds: [Double] = [
            0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2,
            5, 10, 30, 60, 300,
        ]
        /// Observations in each bucket, not cumulative; the last is everything above the bounds.
        package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
        package private(set) var sumSeconds = 0.0

        package mutating func observe(milliseconds: Double) {
            let seconds = milliseconds / 1_000
            counts[Histogram.bounds.firstIndex { seconds <= $0 } ?? Histogram.bounds.count] += 1
            sumSeconds += seconds
        }

        package var count: Int { counts.reduce(0, +) }
    }

    private let snapshotLock = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { snapshotLock.withLock { $0 } }

    func record(_ receipt: Receipt) {
        snapshotLock.withLock { snapshot in
            snapshot.requests[receipt.outcome, default: 0] += 1
            snapshot.expectedWrong += receipt.risk
            if receipt.isCollapsed { snapshot.collapsed += 1 }
            if receipt.latency.wait != nil { snapshot.waited += 1 }
            if let saved = receipt.saved { snapshot.savedNanodollars += saved.nanodollars }
            let latency = receipt.latency
            snapshot.latency[.total]?.observe(milliseconds: latency.total)
            // Who waited for another's call did none of the work.
            guard !receipt.isCollapsed else { return }
            if let verdict = receipt.verdict { snapshot.verdicts[verdict.reason, default: 0] += 1 }
            if let time = latency.embed { snapshot.latency[.embed]?.observe(milliseconds: time) }
            if let time = latency.search { snapshot.latency[.search]?.observe(milliseconds: time) }
            if let time = latency.confirm { snapshot.latency[.confirm]?.observe(milliseconds: time) }
            if let time = latency.upstream { snapshot.latency[.upstream]?.observe(milliseconds: time) }
        }
    }

    func countUpstreamError() { snapshotLock.withLock { $0.upstreamErrors += 1 } }
    func countEmbedderError() { snapshotLock.withLock { $0.embedderErrors += 1 } }
    func countRenewal(isSame: Bool) {
        snapshotLock.withLock { if isSame { $0.renewedSame += 1 } else { $0.renewedOther += 1 } }
    }
    func countEvicted(_ entries: Int) { snapshotLock.withLock { $0.evicted += entries } }
    func countStoreError() { snapshotLock.withLock { $0.storeErrors += 1 } }
}
