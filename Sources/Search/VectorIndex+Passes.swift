import Glibc
import Support
import Synchronization

/// Searches that wait for a pass over the rows of an index.
struct PassQueue {
    struct Search: Sendable {
        let query: [Float]
        let floor: Float
        let limit: Int
        let answer: CheckedContinuation<[Match], Never>
    }

    private var waiting: [Search] = []
    private var passes = 0
    /// One a processor: more would only wait for each other.
    private static let passesMax = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    /// With more the first of them wait longer than they gain: measured (docs/decisions/search-sieve.md).
    private static let searchesPerPassMax = 4

    /// - Returns: whether another pass is to begin.
    mutating func add(_ search: Search) -> Bool {
        waiting.append(search)
        guard passes < PassQueue.passesMax else { return false }
        passes += 1
        return true
    }

    /// What the next pass answers, in the order in which it came, a fair share of what waits; none ends the pass.
    mutating func take() -> [Search] {
        let share = (waiting.count + PassQueue.passesMax - 1) / PassQueue.passesMax
        let taken = Array(waiting.prefix(min(share, PassQueue.searchesPerPassMax)))
        waiting.removeFirst(taken.count)
        if taken.isEmpty { passes -= 1 }
        return taken
    }
}

extension VectorIndex {
    /// The same, on another thread, and in one pass over the rows with other searches that wait at that time.
    ///
    /// For an index that is larger than the caches: a pass reads a block from memory once for all its searches.
    package func searchInPass(_ query: [Float], floor: Float, limit: Int) async -> [Match] {
        precondition(query.count == dimension, "a query of \(query.count) in an index of \(dimension) dimensions")
        return await withCheckedContinuation { answer in
            let search = PassQueue.Search(query: query, floor: floor, limit: limit, answer: answer)
            guard passQueue.withLock({ $0.add(search) }) else { return }
            // Where there is no thread to be had, this one must do.
            if BackgroundThread.start({ [self] in pass() }) != 0 { pass() }
        }
    }

    /// Passes over the rows until no search waits.
    private func pass() {
        while true {
            let searches = passQueue.withLock { $0.take() }
            if searches.isEmpty { return }
            var scans = searches.map { newScan(floor: $0.floor, limit: $0.limit) }
            visitBlocks { rows in
                for (index, search) in searches.enumerated() {
                    let query = search.query
                    scans[index].visit(rows, query: query.span)
                }
            }
            for (search, scan) in zip(searches, scans) { search.answer.resume(returning: scan.best.matches) }
        }
    }
}
