import Dispatch
import Support
import Synchronization

/// What a served entry earned since its counters were last written.
struct HitNote: Sendable {
    var hits: Int64 = 0
    var lastHit = Timestamp(milliseconds: 0)
    var saved = Money.zero

    static func += (left: inout HitNote, right: HitNote) {
        left.hits += right.hits
        left.lastHit = max(left.lastHit, right.lastHit)
        left.saved += right.saved
    }
}

/// Hands writes from any thread to the one writer, in order, and keeps hit counts together until they are written.
final class WriteQueue: Sendable {
    struct Batch {
        /// At most `Limits.writesPerCommitMax`.
        var writes: ArraySlice<Write>
        var hits: [EntryID: HitNote]
    }

    private struct State {
        var writes: [Write] = []
        var hits: [EntryID: HitNote] = [:]
        var hitsDue: DispatchTime?
        var isClosed = false
        /// Whether the writer waits for a signal.
        var isWaiting = false
    }

    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Writes that wait for their turn.
    var count: Int { state.withLock { $0.writes.count } }

    /// Puts a write at the end, or says why not: `.queueFull` or `.closed`.
    func add(_ write: Write) -> StoreError.Code? {
        change { state -> StoreError.Code? in
            if state.isClosed { return .closed }
            if state.writes.count >= Limits.writeQueueMax { return .queueFull }
            state.writes.append(write)
            return nil
        }
    }

    func noteHit(_ entry: EntryID, saved: Money, at now: Timestamp) {
        change { state in
            if state.isClosed { return }
            let note = HitNote(hits: 1, lastHit: now, saved: saved)
            if let index = state.hits.index(forKey: entry) {
                state.hits.values[index] += note
            } else if state.hits.count < Limits.hitEntriesPendingMax {
                state.hits[entry] = note
            } else {
                return
            }
            if state.hitsDue == nil { state.hitsDue = .now() + .milliseconds(Limits.hitFlushMillisecondsMax) }
        }
    }

    /// Takes back what could not be written, to be tried again.
    func giveBack(_ hits: [EntryID: HitNote]) {
        change { state in
            if state.isClosed { return }
            for (entry, note) in hits where state.hits[entry] != nil || state.hits.count < Limits.hitEntriesPendingMax {
                state.hits[entry, default: HitNote()] += note
            }
            if state.hitsDue == nil { state.hitsDue = .now() + .milliseconds(Limits.hitFlushMillisecondsMax) }
        }
    }

    /// Takes no more; what is waiting is still handed out.
    func close() {
        change { $0.isClosed = true }
    }

    /// Waits for work, on the writer's own thread.
    ///
    /// - Parameter milliseconds: after which there is an empty batch; nil: never.
    /// - Returns: nil once the queue is closed and empty.
    func next(within milliseconds: Int? = nil) -> Batch? {
        let end = milliseconds.map { DispatchTime.now() + .milliseconds($0) }
        while true {
            let (batch, due, isOver) = state.withLock { state -> (Batch?, DispatchTime?, Bool) in
                let isDue = state.hitsDue.map { $0 <= .now() } ?? false
                if state.writes.isEmpty && !isDue && !(state.isClosed && !state.hits.isEmpty) {
                    state.isWaiting = !state.isClosed
                    return (nil, state.hitsDue, state.isClosed)
                }
                let batch = Batch(writes: state.writes.prefix(Limits.writesPerCommitMax), hits: state.hits)
                state.writes.removeFirst(batch.writes.count)
                state.hits = [:]
                state.hitsDue = nil
                return (batch, nil, false)
            }
            if let batch { return batch }
            if isOver { return nil }
            if let end, end <= .now() { return Batch(writes: [], hits: [:]) }
            _ = wakeUp.wait(timeout: min(due ?? .distantFuture, end ?? .distantFuture))
        }
    }

    private func change<T: Sendable>(_ body: (inout sending State) -> T) -> T {
        let (result, mustWake) = state.withLock { state -> (T, Bool) in
            let wasDue = state.hitsDue != nil
            let result = body(&state)
            // Hits that join others which are waiting make no work earlier: a wake-up costs more than they do.
            let isNews = !state.writes.isEmpty || state.isClosed || (state.hitsDue != nil && !wasDue)
            let mustWake = state.isWaiting && isNews
            if mustWake { state.isWaiting = false }
            return (result, mustWake)
        }
        if mustWake { wakeUp.signal() }
        return result
    }
}
