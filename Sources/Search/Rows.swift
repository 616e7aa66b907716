/// Row-major vectors `[count × dimension]` with their ids, in blocks that never move.
@safe
struct Rows: ~Copyable {
    /// Rows of a block: at 384 dimensions 1.5 MB, enough for BLAS to run at full speed and little to waste.
    static let rowsPerBlock = 1_024

    let dimension: Int
    private(set) var ids: [Int64] = []
    private var blocks: [UnsafeMutableBufferPointer<Float>] = unsafe []
    private var rowOfID: [Int64: Int] = [:]

    init(dimension: Int) {
        precondition(dimension > 0, "a vector has at least one dimension")
        self.dimension = dimension
    }

    deinit {
        for index in unsafe blocks.indices { unsafe blocks[index].deallocate() }
    }

    var count: Int { ids.count }

    /// The vectors of a block and the row its first one is: `[rows × dimension]`.
    func forEachBlock(_ body: (_ firstRow: Int, _ rows: Span<Float>) -> Void) {
        for index in unsafe blocks.indices {
            let first = index * Rows.rowsPerBlock
            let rows = min(Rows.rowsPerBlock, count - first)
            if rows > 0 {
                body(first, unsafe UnsafeBufferPointer(rebasing: blocks[index][..<(rows * dimension)]).span)
            }
        }
    }

    /// Adds a row, or replaces the one of that id.
    mutating func set(_ id: Int64, _ vector: Span<Float>) {
        let row = rowOfID[id] ?? append(id)
        let target = unsafe pointer(to: row)
        for index in vector.indices { unsafe target[index] = vector[index] }
    }

    /// Removes a row; the last one takes its place.
    mutating func remove(_ id: Int64) -> Bool {
        guard let row = rowOfID.removeValue(forKey: id) else { return false }
        let last = count - 1
        if row != last {
            unsafe pointer(to: row).update(from: pointer(to: last), count: dimension)
            ids[row] = ids[last]
            rowOfID[ids[row]] = row
        }
        ids.removeLast()
        // One empty block stays, so that a row that comes and goes does not allocate each time.
        if unsafe blocks.count * Rows.rowsPerBlock >= count + 2 * Rows.rowsPerBlock {
            unsafe blocks.removeLast().deallocate()
        }
        return true
    }

    private mutating func append(_ id: Int64) -> Int {
        let row = count
        if unsafe row == blocks.count * Rows.rowsPerBlock {
            unsafe blocks.append(.allocate(capacity: Rows.rowsPerBlock * dimension))
        }
        ids.append(id)
        rowOfID[id] = row
        return row
    }

    private func pointer(to row: Int) -> UnsafeMutablePointer<Float> {
        let block = unsafe blocks[row / Rows.rowsPerBlock]
        return unsafe block.baseAddress! + row % Rows.rowsPerBlock * dimension
    }

    /// What must hold between any two operations; for tests.
    func checkInvariants() {
        precondition(rowOfID.count == ids.count)
        for (row, id) in ids.enumerated() { precondition(rowOfID[id] == row) }
        precondition(unsafe blocks.count * Rows.rowsPerBlock >= count)
    }
}
