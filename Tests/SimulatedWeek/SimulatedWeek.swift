package import Ledger
import Store
package import Support
import Synchronization

/// A week of made-up traffic put through the ledger, with a count of its own of all that a report says.
///
/// The clock is the traffic's. Seeded, so that a run can be repeated.
package final class SimulatedWeek: Sendable {
    /// A Monday, 00:00 UTC.
    package static let start = Timestamp(milliseconds: 1_800_230_400_000)
    package static let groupings: [Grouping] = [
        .model, .role, .purpose, .plan, .variant, .scope, .tenant, .day, .label("ticket"),
    ]

    private let requests: Int
    private let time = Mutex(SimulatedWeek.start)

    package init(requests: Int) {
        self.requests = requests
    }

    package var clock: WallClock { WallClock { self.time.withLock { $0 } } }

    /// - Parameter batch: requests between two writes; with more of them than `Limits.ledgerRowsPendingMax` rows are
    ///   dropped.
    /// - Returns: what a report by each grouping has to say, by its groups; under "" and no grouping the total.
    package func run(_ ledger: Ledger, seed: UInt64, batch: Int) async throws -> Truth {
        var truth = Truth()
        var generator = SplitMix64(seed: seed)
        // So many that an hour's labels stay below `Limits.ledgerLabelsPerHourMax`.
        let tickets = min(requests / 10, 5_000)
        for number in 0..<requests {
            let now = SimulatedWeek.start + Int64(number) * 7 * 86_400 / Int64(requests)
            time.withLock { $0 = now }
            let event = SimulatedRequest(
                number: number, ticket: number * tickets / requests, time: now, &generator)
            for call in event.calls { ledger.record(call, from: event.origin) }
            ledger.record(event.row)
            if let audit = event.audit { ledger.record(audit) }
            truth.count(event)
            if (number + 1).isMultiple(of: batch) { await ledger.flush() }
            for rating in event.ratings { try await ledger.store.add(rating) }
        }
        await ledger.flush()
        return truth
    }

    /// The groups of all reports that are not as they have to be, in words; none when all is right.
    package func differences(_ ledger: Ledger, _ truth: Truth) async throws -> [String] {
        var differences: [String] = []
        for grouping in SimulatedWeek.groupings {
            let report = try await ledger.report(since: SimulatedWeek.start, by: grouping, tenant: nil)
            let found = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.group, Tally($0)) })
            let expected = truth.groups[grouping] ?? [:]
            for group in Set(found.keys).union(expected.keys).sorted() where found[group] != expected[group] {
                differences.append("\(grouping.text) \(group): \(found[group] as Any) is not \(expected[group] as Any)")
            }
            if Tally(report.total) != truth.total { differences.append("\(grouping.text): the total is wrong") }
        }
        return differences
    }
}
