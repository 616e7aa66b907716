import API
import Cache
import Ledger
import Store
import Support
import Terminal

/// What the daemon does beside answering: embeds what has no vector yet, removes what has expired or is old, and makes
/// room.
enum Upkeep {
    /// Expired entries are not served in any case; what is above the capacity stays above it for no longer.
    private static let period = Duration.seconds(10)

    static func start(_ service: Service, damaged: [EntryID], log: Log) -> Task<Void, Never> {
        Task(executorPreference: WaitingExecutor.current) {
            let store = service.cache.parts.store
            if (try? store.leads()) == true { await embedMissing(service.cache, damaged, log) }
            while !Task.isCancelled {
                let cache = service.cache
                if cache.needsEmbedding { await embedMissing(cache, [], log) }
                let dropped = cache.dropColdScopes()
                if dropped > 0 { log.debug("dropped \(dropped) scopes from memory, which nobody asks for just now") }
                if (try? store.leads()) == true { await tidy(service, log) }
                try? await Task.sleep(for: period)
            }
        }
    }

    /// What one of the daemons that share a store does for all.
    private static func tidy(_ service: Service, _ log: Log) async {
        let cache = service.cache
        await attempt("no room could be made", log) {
            let evicted = try await cache.evict()
            if evicted > 0 { log.info("removed \(evicted) entries to keep within the capacity") }
        }
        await attempt("what has expired could not be removed", log) {
            let removed = try await cache.removeExpired()
            if !removed.isEmpty { log.info("removed \(removed.count) expired entries") }
            let runs = try await service.api.planRuns.removeOld()
            if runs > 0 { log.info("removed \(runs) runs of plans, kept long enough or too many") }
        }
        await attempt("old decisions could not be removed", log) { try await service.removeOldDecisions() }
        await attempt("old rows of the ledger could not be removed", log) { try await service.ledger?.prune() }
        guard cache.parts.store.isShared else { return }
        await attempt("what nodes have told each other could not be removed", log) {
            try await service.api.planRuns.noteInterrupted()
            try await cache.parts.store.removeOldChanges()
        }
    }

    private static func attempt(_ failure: String, _ log: Log, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            log.error("\(failure), the next try is in \(period): \(error)")
        }
    }

    private static func embedMissing(_ cache: SemanticCache, _ damaged: [EntryID], _ log: Log) async {
        if !damaged.isEmpty { log.error("\(damaged.count) stored vectors are damaged and are made anew") }
        do {
            let stored = try? cache.parts.store.statistics()
            let isShared = cache.parts.store.isShared
            let lacking = stored.map { $0.entries - (isShared ? $0.vectors : cache.indexes.count) } ?? 0
            // A daemon's messages are its log, whatever reads it: a line now and then instead of a bar.
            var progress = ProgressBar(
                "embedding entries that have no vector", total: max(0, lacking), unit: .items,
                presentation: .plain
            ) { line in log.info(line.split(separator: "\n").joined(separator: " ")) }
            let done = try await cache.embedMissing(damaged: damaged) { progress.update(to: $0) }
            if done > 0 { log.info("embedded \(done) entries that had no vector of this embedder") }
        } catch is CancellationError {
            return
        } catch {
            log.error("entries without a vector are found by their exact wording only: \(error)")
        }
    }
}
