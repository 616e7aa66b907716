import COpenBLAS

/// The vectors of one scope, searched exactly: every row at or above a threshold is found.
///
/// It knows rows of floats and their ids, nothing of texts. Any thread may call it; searches run side by side, a change
/// waits for the searches under way and is seen by every search that begins after it returned.
package final class VectorIndex: Sendable {
    package let dimension: Int
    private let rows: ReadWriteLock<Rows>

    package init(dimension: Int) {
        self.dimension = dimension
        rows = ReadWriteLock(Rows(dimension: dimension))
    }

    package var count: Int { rows.read { $0.count } }

    /// Adds a row or replaces the one of that id.
    ///
    /// - Parameter vector: of length 1 (L2), `dimension` floats.
    package func add(_ id: Int64, _ vector: Span<Float>) {
        precondition(vector.count == dimension, "a vector of \(vector.count) in an index of \(dimension) dimensions")
        rows.write { $0.set(id, vector) }
    }

    /// - Returns: whether there was such a row.
    @discardableResult
    package func remove(_ id: Int64) -> Bool {
        rows.write { $0.remove(id) }
    }

    /// The rows whose cosine similarity with the query is at least `floor`, best first, `limit` at most.
    ///
    /// - Parameter query: of length 1 (L2), `dimension` floats.
    package func search(_ query: Span<Float>, floor: Float, limit: Int) -> [Match] {
        precondition(query.count == dimension, "a query of \(query.count) in an index of \(dimension) dimensions")
        precondition(limit > 0, "a search returns at least one row")
        var best = BestMatches(floor: floor, limit: limit)
        rows.read { rows in
            var scores = [Float](repeating: 0, count: Rows.rowsPerBlock)
            rows.forEachBlock { first, block in
                let count = block.count / dimension
                unsafe block.withUnsafeBufferPointer { block in
                    unsafe query.withUnsafeBufferPointer { query in
                        unsafe cblas_sgemv(
                            CblasRowMajor, CblasNoTrans, blasint(count), blasint(dimension), 1, block.baseAddress,
                            blasint(dimension), query.baseAddress, 1, 0, &scores, 1)
                    }
                }
                for row in 0..<count where scores[row] >= best.threshold {
                    best.offer(Match(id: rows.ids[first + row], similarity: scores[row]))
                }
            }
        }
        return best.matches
    }

    /// What must hold between any two operations; for tests.
    package func checkInvariants() {
        rows.read { $0.checkInvariants() }
    }
}
