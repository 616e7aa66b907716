import Synchronization

/// Counts of times by upper bound, as Prometheus has them, kept without a lock.
package final class Histogram: Sendable {
    package struct Snapshot: Sendable, Equatable {
        /// Observations in each bucket, not cumulative; the last is everything above the bounds.
        package let counts: [Int]
        package let sumSeconds: Double

        package var count: Int { counts.reduce(0, +) }
    }

    /// Seconds; from the 20 µs of an exact hit to the minutes of a slow model.
    package static let bounds: [Double] = [
        0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2,
        5, 10, 30, 60, 300,
    ]

    private let counts = bounds.indices.map { _ in Counter() } + [Counter()]
    private let sumNanoseconds = Counter()

    package init() {}

    package func observe(milliseconds: Double) {
        let seconds = milliseconds / 1_000
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count].add(1)
        sumNanoseconds.add(Int(milliseconds * 1e6))
    }

    package var snapshot: Snapshot {
        Snapshot(counts: counts.map(\.value), sumSeconds: Double(sumNanoseconds.value) / 1e9)
    }
}
