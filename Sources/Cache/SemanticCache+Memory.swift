import Store
import Support
import Synchronization

/// Keeping within the memory that there is.
extension SemanticCache {
    /// Why nothing can be put in just now; nil while there is room.
    func noMemory() -> StoreError? {
        // What is stored for all nodes is not refused for want of this one's memory: scopes make room (`dropColdScopes`).
        guard memory.loader == nil, let bound = parts.memoryBudget.tightest else { return nil }
        if parts.memoryBudget.isConfigured, bound.used > bound.limit / 16 * 15 { makeRoomBehind() }
        if bound.room > 0 { return nil }
        let error = StoreError.noMemory(
            "\(bound.used >> 20) of \(bound.limit >> 20) MB are taken of \(bound.name)", path: parts.store.path)
        metrics.countMemoryRefusal()
        let line = memory.memoryErrors.line("\(error); lookups go on", now: parts.clock.now)
        if let line { parts.log.error(line) }
        return error
    }

    /// Drops from memory the scopes that nobody has asked for in a while, and the coldest of the others while memory is
    /// tight; called now and then. Nothing is removed from the store.
    ///
    /// - Returns: how many went; none where all scopes are in memory from the start on.
    package func dropColdScopes() -> Int { memory.loader?.dropCold() ?? 0 }

    /// Removes entries behind the reply, by one task at a time.
    private func makeRoomBehind() {
        guard !memory.makesRoom.exchange(true, ordering: .relaxed) else { return }
        Task.detached(priority: .utility) { [self] in
            do {
                let gone = try await evictForMemory()
                if gone > 0 { parts.log.info("removed \(gone) entries to keep within the memory") }
            } catch {
                parts.log.error("no room could be made in memory: \(error)")
            }
            memory.makesRoom.store(false, ordering: .relaxed)
        }
    }

    /// Removes the entries worth least while more memory is taken than the settings allow.
    ///
    /// Not more at once than a twentieth, and none where the entries are not what takes it: what is freed serves what
    /// comes next, but the system does not get all of it back.
    ///
    /// - Returns: how many went.
    func evictForMemory() async throws -> Int {
        guard memory.loader == nil, parts.memoryBudget.isConfigured, let bound = parts.memoryBudget.tightest else {
            return 0
        }
        let excess = bound.used - bound.limit / 8 * 7
        let entries = indexes.count
        guard excess > 0, entries * Limits.indexBytesPerRow(dimension: indexes.dimension) > excess else { return 0 }
        let wanted = excess / Limits.indexBytesPerRow(dimension: indexes.dimension) + 1
        return try await evict(min(wanted, entries / 20 + 1), of: nil)
    }
}
