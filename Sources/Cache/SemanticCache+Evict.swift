import Store
import Support

/// Keeping within the capacity.
extension SemanticCache {
    /// Removes the entries worth least while there are more than the capacity allows; called now and then.
    ///
    /// - Returns: how many went.
    package func evict() async throws -> Int {
        let capacity = parts.capacity
        var evicted = 0
        if capacity.entriesMax != nil || capacity.bytesMax != nil {
            let extent = try parts.store.extent()
            evicted += try await evict(capacity.surplus(entries: extent.entries, bytes: extent.bytes), of: nil)
        }
        evicted += try await evictForMemory()
        if let limit = capacity.tenantEntriesMax {
            for (tenant, entries) in try parts.store.tenants(withMoreThan: limit) {
                evicted += try await evict(Capacity.surplus(entries, above: limit), of: tenant)
            }
        }
        return evicted
    }

    func evict(_ count: Int, of tenant: String?) async throws -> Int {
        guard count > 0 else { return 0 }
        let ids = try parts.store.leastValuable(count, of: tenant, now: parts.clock.now)
        let gone = try await forget(ids).count
        metrics.countEvicted(gone)
        return gone
    }
}
