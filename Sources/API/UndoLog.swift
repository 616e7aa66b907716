import Store
import Support
import Synchronization

/// Entries as they were before changes by hand, so that these can be taken back: in memory, for some minutes.
final class UndoLog: Sendable {
    fileprivate struct Step {
        let id: String
        let tenant: String
        let record: EntryRecord
        let time: Timestamp
    }

    private let steps = Mutex<[Step]>([])

    /// - Returns: what the step is asked for by.
    func keep(_ record: EntryRecord, tenant: String, now: Timestamp) -> String {
        let id = Identifier.random(after: "undo_")
        steps.withLock { steps in
            steps.removeAll { $0.isOver(now) }
            steps.append(Step(id: id, tenant: tenant, record: record, time: now))
            var bytes = steps.reduce(0) { $0 + $1.record.byteCount }
            while steps.count > Limits.undosMax || bytes > Limits.undoBytesMax {
                bytes -= steps.removeFirst().record.byteCount
            }
        }
        return id
    }

    /// Hands a step out, once.
    func take(_ id: String, tenant: String, now: Timestamp) -> EntryRecord? {
        steps.withLock { steps in
            steps.removeAll { $0.isOver(now) }
            guard let index = steps.firstIndex(where: { $0.id == id && $0.tenant == tenant }) else { return nil }
            return steps.remove(at: index).record
        }
    }
}

extension UndoLog.Step {
    fileprivate func isOver(_ now: Timestamp) -> Bool { time + Int64(Limits.undoSecondsMax) < now }
}
