import Search
import Store
import Support
import Synchronization

/// Keeping memory for the scopes that are asked for.
extension ScopeLoader {
    /// Drops the scopes that nobody has asked for in a while, and while too much memory is taken the coldest of the others;
    /// called now and then.
    ///
    /// - Returns: how many went.
    func dropCold() -> Int {
        catchUp()
        let now = clock.now
        indexes.removeRefusals(before: now + -Int64(Limits.scopeIdleSecondsMax))
        let dropped = drop(lastUsedBefore: now + -Int64(Limits.scopeIdleSecondsMax), bytes: .max)
        guard let bound = budget.withLock({ $0.tightest }) else { return dropped }
        // An eighth is left to what comes until the next time, but not at the cost of what is in use.
        let wanted = bound.used + bound.reserve - bound.limit / 8 * 7
        let idle = drop(lastUsedBefore: now + -Int64(Limits.scopeBusySeconds), bytes: wanted)
        if idle > 0 { return dropped + idle }
        // Where other things take the memory, dropping scopes would not help.
        let needed = -bound.room
        guard indexes.count * bytesPerRow > needed else { return dropped }
        return dropped + drop(lastUsedBefore: now + 1, bytes: needed)
    }

    /// Whether there is memory for more rows, if need be that of scopes which nobody has asked for just now.
    func makesRoom() -> Bool {
        let budget = budget.withLock { $0 }
        guard let bound = budget.tightest, bound.room <= 0 else { return true }
        _ = drop(
            lastUsedBefore: clock.now + -Int64(Limits.scopeBusySeconds),
            bytes: Limits.vectorsPerMemoryCheck * bytesPerRow - bound.room)
        return budget.tightest.map { $0.room > 0 } ?? true
    }

    private var bytesPerRow: Int { Limits.indexBytesPerRow(dimension: embedder.dimension) }

    /// Drops scopes, the coldest first, until so many bytes are free by their rows.
    private func drop(lastUsedBefore time: Timestamp, bytes: Int) -> Int {
        var freed = 0
        var dropped = 0
        if bytes <= 0 { return 0 }
        for place in indexes.coldest {
            guard freed < bytes, place.lastUse < time else { break }
            freed += place.index.count * bytesPerRow
            drop(place.scope, place.index)
            dropped += 1
        }
        metrics.countScopesDropped(dropped)
        return dropped
    }
}
