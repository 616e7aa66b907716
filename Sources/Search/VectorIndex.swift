import COpenBLAS
import CSieve
import Synchronization

/// The vectors of one scope, searched exactly: every row at or above a threshold is found.
///
/// It knows rows of floats and their ids, nothing of texts. Any thread may call it. A search that begins after a change
/// returned sees it; a search under way sees it or not, and never waits for longer than one row's change.
///
/// Rows stand densely in blocks, and a row only ever moves down, from the end into the place of a removed one. A search
/// walks the blocks from the last to the first with one block locked at a time, so that it cannot miss a row that moves;
/// it may meet it twice. A large index discards most rows by their heads (`Sieve`); a small one is scored whole.
package final class VectorIndex: Sendable {
    package let dimension: Int
    /// Held by whoever changes rows, and before any other lock of the index.
    let directory: Mutex<Directory>
    /// For the searches, which must not wait for the directory.
    let blocks = Mutex<[Block]>([])
    let passQueue = Mutex(PassQueue())
    private let headPages: LargePages
    private let largePagesFrom: Int
    private let kernel: csieve_kernel

    package convenience init(dimension: Int) {
        self.init(dimension: dimension, fitting: .inBackground)
    }

    /// - Parameter largePagesFrom: an index of so many blocks has its heads on large pages.
    init(
        dimension: Int, fitting: Fitting, kernel: csieve_kernel = SieveKernel.fastest,
        largePagesFrom: Int = LargePages.blocksMin
    ) {
        precondition(dimension > 0, "a vector has at least one dimension")
        VectorIndex.productsStayOnTheirThread
        self.dimension = dimension
        self.kernel = kernel
        self.largePagesFrom = largePagesFrom
        headPages = LargePages(
            pieceBytes: Heads.bytes(rows: BlockRows.rowsMax, HeadWidths(dimension: dimension)))
        directory = Mutex(Directory(fitting: fitting, dimension: dimension))
    }

    /// The callers' threads are the parallelism; OpenBLAS's own would only compete with them.
    private static let productsStayOnTheirThread: Void = openblas_set_num_threads(1)

    package var count: Int { directory.withLock { $0.count } }

    package func contains(_ id: Int64) -> Bool { directory.withLock { $0.rowOfID[id] != nil } }

    /// Adds a row or replaces the one of that id.
    ///
    /// - Parameter vector: of length 1 (L2), `dimension` floats.
    package func add(_ id: Int64, _ vector: Span<Float>) {
        precondition(vector.count == dimension, "a vector of \(vector.count) in an index of \(dimension) dimensions")
        let fitIsDue = directory.withLock { directory in
            if let row = directory.rowOfID[id] {
                block(of: Int(row)).write { $0.set(Int(row) % BlockRows.rowsMax, id, vector) }
            } else {
                let row = directory.count
                let target = row % BlockRows.rowsMax == 0 ? openBlock(row, directory.sieve) : block(of: row)
                target.write { $0.append(id, vector) }
                directory.rowOfID[id] = Int32(row)
            }
            return directory.noteChange()
        }
        if fitIsDue { fitInBackground() }
    }

    /// Adds rows as a start reads them: no generation is fitted before `endLoading`, so that each row is encoded once.
    ///
    /// - Parameters:
    ///   - ids: none of which it has.
    ///   - vectors: of length 1 (L2), `[ids × dimension]`.
    package func load(_ ids: [Int64], _ vectors: Span<Float>) {
        precondition(vectors.count == ids.count * dimension, "a vector for each row")
        directory.withLock { directory in
            directory.isLoading = true
            var loaded = 0
            while loaded < ids.count {
                let row = directory.count
                let slot = row % BlockRows.rowsMax
                let part = min(ids.count - loaded, BlockRows.rowsMax - slot)
                let target = slot == 0 ? openBlock(row, directory.sieve) : block(of: row)
                target.write { block in
                    for index in loaded..<loaded + part {
                        block.append(ids[index], vectors.extracting(index * dimension..<(index + 1) * dimension))
                    }
                }
                for index in loaded..<loaded + part {
                    let old = directory.rowOfID.updateValue(Int32(row + index - loaded), forKey: ids[index])
                    precondition(old == nil, "row \(ids[index]) is loaded twice")
                }
                loaded += part
            }
            _ = directory.noteChanges(ids.count)
        }
    }

    /// Fits a generation to the rows that were loaded, behind the searches.
    package func endLoading() {
        let fitIsDue = directory.withLock { directory in
            directory.isLoading = false
            return directory.noteChanges(0)
        }
        if fitIsDue { fitInBackground() }
    }

    /// - Returns: whether there was such a row.
    @discardableResult
    package func remove(_ id: Int64) -> Bool {
        directory.withLock { directory in
            guard let row = directory.rowOfID.removeValue(forKey: id).map(Int.init) else { return false }
            let last = directory.count
            let (hole, end) = (block(of: row), block(of: last))
            let slot = row % BlockRows.rowsMax
            if hole === end {
                end.write { if row != last { $0.moveLast(to: slot) } }
            } else {
                end.read { end in
                    let lastSlot = last % BlockRows.rowsMax
                    end.withVector(lastSlot) { vector in hole.write { $0.set(slot, end.id(lastSlot), vector) } }
                }
            }
            if row != last { directory.rowOfID[end.read { $0.id(last % BlockRows.rowsMax) }] = Int32(row) }
            end.write { $0.removeLast() }
            closeEmptyBlocks(count: last)
            return true
        }
    }

    /// The rows whose cosine similarity with the query is at least `floor`, best first, `limit` at most.
    ///
    /// - Parameter query: of length 1 (L2), `dimension` floats.
    package func search(_ query: Span<Float>, floor: Float, limit: Int) -> [Match] {
        precondition(query.count == dimension, "a query of \(query.count) in an index of \(dimension) dimensions")
        var scan = newScan(floor: floor, limit: limit)
        visitBlocks { scan.visit($0, query: query) }
        return scan.best.matches
    }

    /// One block locked at a time, from the last to the first.
    func visitBlocks(_ visit: (borrowing BlockRows) -> Void) {
        for block in blocks.withLock({ $0 }).reversed() { block.read(visit) }
    }

    /// So many blocks' heads, 36 MB at 384 dimensions, are in no cache when the next search comes to them.
    private static let blocksFarAwayMin = 256

    func newScan(floor: Float, limit: Int) -> Scan {
        precondition(limit > 0, "a search returns at least one row")
        let isFarAway = blocks.withLock { $0.count } >= VectorIndex.blocksFarAwayMin
        return Scan(floor: floor, limit: limit, kernel: kernel, isFarAway: isFarAway)
    }

    // MARK: Blocks

    private func block(of row: Int) -> Block {
        blocks.withLock { $0[row / BlockRows.rowsMax] }
    }

    /// The block for the row after the last one: a new one, or one kept when it became empty.
    private func openBlock(_ row: Int, _ sieve: Sieve?) -> Block {
        blocks.withLock { blocks in
            let index = row / BlockRows.rowsMax
            if index == blocks.count {
                // Most scopes are small: their one block grows from two rows. Once it is full there will be more.
                let capacity = index == 0 ? 2 : BlockRows.rowsMax
                let pages = headPages(blocks: index + 1)
                blocks.append(Block(BlockRows(dimension: dimension, capacity: capacity, sieve: sieve, pages: pages)))
            }
            return blocks[index]
        }
    }

    func headPages(blocks: Int) -> LargePages? { blocks < largePagesFrom ? nil : headPages }

    /// One empty block stays, so that a row that comes and goes does not allocate each time.
    private func closeEmptyBlocks(count: Int) {
        blocks.withLock { blocks in
            if blocks.count * BlockRows.rowsMax >= count + 2 * BlockRows.rowsMax { blocks.removeLast() }
        }
    }

    /// What must hold between any two operations; for tests.
    package func checkInvariants() {
        directory.withLock { directory in
            let blocks = blocks.withLock { $0 }
            precondition(blocks.map { $0.read { $0.count } }.reduce(0, +) == directory.count)
            for (id, row) in directory.rowOfID {
                let block = blocks[Int(row) / BlockRows.rowsMax]
                precondition(block.read { $0.id(Int(row) % BlockRows.rowsMax) } == id)
                precondition(block.read { $0.heads?.sieve } === directory.sieve)
            }
        }
    }
}
