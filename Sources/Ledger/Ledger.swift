package import Store
package import Support
import Synchronization

/// Keeps account of every request and every upstream call: sums by hour for good, rows for some days.
///
/// Recording adds to memory and returns; a second later all of it is written at once. Nothing waits for the disk, and
/// what cannot be written is kept: sums until they can be, rows not at all.
package final class Ledger: Sendable {
    package struct Retention: Sendable, Equatable {
        /// How long rows are kept.
        package var rowsDays: Int
        /// How long labels are told apart.
        package var labelsDays: Int

        package init(rowsDays: Int = 30, labelsDays: Int = 90) {
            self.rowsDays = rowsDays
            self.labelsDays = labelsDays
        }
    }

    private struct State {
        var pending = PendingLedger()
        var isFlushDue = false
    }

    package let store: Store
    private let retention: Retention
    private let clock: WallClock
    private let log: Log
    private let state = Mutex(State())

    package init(
        _ store: Store, retention: Retention = Retention(), clock: WallClock = .system, log: Log = .none
    ) {
        self.store = store
        self.retention = retention
        self.clock = clock
        self.log = log
    }

    package func record(_ row: RequestRow) { change { $0.add(row) } }

    package func record(_ call: Call, from origin: CallOrigin) { change { $0.add(call, from: origin) } }

    package func record(_ audit: Audit) { change { $0.add(audit) } }

    /// Rows that were dropped since the start; their amounts are in the sums.
    package var droppedRows: Int { state.withLock { $0.pending.droppedRows } }

    private func change(_ body: (inout PendingLedger) -> Void) {
        let mustSchedule = state.withLock { state in
            body(&state.pending)
            if state.isFlushDue { return false }
            state.isFlushDue = true
            return true
        }
        guard mustSchedule else { return }
        Task { [weak self] in
            try? await Task.sleep(for: .milliseconds(Limits.ledgerFlushMillisecondsMax))
            await self?.flush()
        }
    }

    /// Writes what there is; returns after the commit.
    package func flush() async {
        let batch = state.withLock { state in
            state.isFlushDue = false
            return state.pending.take()
        }
        if batch.isEmpty { return }
        do throws(StoreError) {
            try await store.add(batch)
        } catch {
            state.withLock { $0.pending.giveBack(batch) }
            log.warning("the ledger is not written, its sums are kept until they can be: \(error)")
        }
    }

    /// Removes what was kept long enough; called now and then.
    package func prune() async throws {
        let now = clock.now
        try await store.removeLedgerRows(before: now + -86_400 * Int64(retention.rowsDays))
        try await store.foldLabels(beforeHour: now.hour - 24 * Int64(retention.labelsDays))
    }

    /// The report on the hours from `since` until now.
    ///
    /// - Parameter tenant: whose; nil: everybody's.
    package func report(since: Timestamp, by grouping: Grouping, tenant: String?) async throws -> Report {
        let (extract, hours) = try await extract(since: since, tenant: tenant, label: grouping.label)
        return Report(extract, by: grouping, hours: hours)
    }

    /// The sums of the hours from `since` until now.
    ///
    /// - Parameters:
    ///   - tenant: whose; nil: everybody's.
    ///   - label: the key of the labels wanted; nil: none.
    package func extract(
        since: Timestamp, tenant: String?, label: String? = nil
    ) async throws -> (LedgerExtract, hours: Range<Int64>) {
        await flush()
        let hours = since.hour..<(clock.now.hour + 1)
        // A year's sums take some hundred milliseconds.
        let extract = try await BackgroundThread.result { [store] () throws(StoreError) in
            try store.ledger(hours: hours, tenant: tenant, label: label)
        }
        return (extract, hours)
    }
}
