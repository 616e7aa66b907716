/// Up to 1,024 rows: their vectors, row-major, their ids, and once the index has a sieve, their heads.
///
/// A block's lock is held for one block's part of a search, some 10 µs, or for one change.
typealias Block = ReadWriteLock<BlockRows>

/// What a block holds; see `Block`.
@safe
struct BlockRows: ~Copyable {
    /// At 384 dimensions 1.5 MB: enough for BLAS to run at full speed, and little to waste.
    static let rowsMax = 1_024

    let dimension: Int
    private(set) var count = 0
    private(set) var heads: Heads?
    private var capacity: Int
    /// Room for ids `[capacity]`, then for vectors `[capacity × dimension]`.
    private var memory: Memory
    /// While heads of the next generation are made: the slots whose heads are missing from them or no longer true.
    private var staleSlots: [Int]?

    /// - Parameters:
    ///   - sieve: the index's, if it has one.
    ///   - pages: for the heads, if the index is large.
    init(dimension: Int, capacity: Int, sieve: Sieve?, pages: LargePages?) {
        self.dimension = dimension
        self.capacity = capacity
        memory = BlockRows.memory(dimension: dimension, capacity: capacity)
        heads = sieve.map { Heads(sieve: $0, rows: BlockRows.rowsMax, pages: pages) }
    }

    private static func memory(dimension: Int, capacity: Int) -> Memory {
        let memory = Memory(bytes: capacity * (MemoryLayout<Int64>.size + dimension * MemoryLayout<Float>.size))
        unsafe memory.start.bindMemory(to: Int64.self, capacity: capacity)
        unsafe (memory.start + capacity * MemoryLayout<Int64>.size).bindMemory(
            to: Float.self, capacity: capacity * dimension)
        return memory
    }

    private var idStorage: UnsafeMutablePointer<Int64> {
        unsafe memory.start.assumingMemoryBound(to: Int64.self)
    }

    private var vectorStorage: UnsafeMutablePointer<Float> {
        unsafe (memory.start + capacity * MemoryLayout<Int64>.size).assumingMemoryBound(to: Float.self)
    }

    func id(_ slot: Int) -> Int64 {
        precondition(slot < count, "no row in slot \(slot)")
        return unsafe idStorage[slot]
    }

    /// All vectors: `[count × dimension]`.
    var vectors: UnsafeBufferPointer<Float> {
        unsafe UnsafeBufferPointer(start: vectorStorage, count: count * dimension)
    }

    func withVector<Result>(_ slot: Int, _ body: (Span<Float>) -> Result) -> Result {
        precondition(slot < count, "no row in slot \(slot)")
        return unsafe body(UnsafeBufferPointer(start: vectorStorage + slot * dimension, count: dimension).span)
    }

    // MARK: Changes

    mutating func append(_ id: Int64, _ vector: Span<Float>) {
        precondition(count < BlockRows.rowsMax, "the block is full")
        if count == capacity { grow() }
        count += 1
        set(count - 1, id, vector)
    }

    mutating func set(_ slot: Int, _ id: Int64, _ vector: Span<Float>) {
        precondition(slot < count && vector.count == dimension, "no such row: \(slot)")
        unsafe idStorage[slot] = id
        unsafe vector.withUnsafeBufferPointer { vector in
            unsafe (vectorStorage + slot * dimension).update(from: vector.baseAddress!, count: dimension)
        }
        if let heads {
            let slots: InlineArray<1, Int> = [slot]
            heads.sieve.encode(vector, into: heads, slots: slots.span)
        }
        staleSlots?.append(slot)
    }

    /// Copies the last row over another one.
    mutating func moveLast(to slot: Int) {
        let last = count - 1
        let vector = unsafe UnsafeBufferPointer(start: vectorStorage + last * dimension, count: dimension)
        unsafe set(slot, idStorage[last], vector.span)
    }

    mutating func removeLast() {
        precondition(count > 0, "no row to remove")
        count -= 1
    }

    private mutating func grow() {
        let larger = min(2 * capacity, BlockRows.rowsMax)
        let next = BlockRows.memory(dimension: dimension, capacity: larger)
        let idBytes = MemoryLayout<Int64>.size
        unsafe next.start.copyMemory(from: idStorage, byteCount: count * idBytes)
        unsafe (next.start + larger * idBytes).copyMemory(
            from: vectorStorage, byteCount: count * dimension * MemoryLayout<Float>.size)
        memory = next
        capacity = larger
    }

    // MARK: The next generation

    /// From now on remembers which rows change, beginning with all.
    mutating func beginGeneration() {
        staleSlots = Array(0..<count)
    }

    /// Some of the slots to encode next.
    mutating func takeStaleSlots(_ limit: Int) -> [Int] {
        let slots = Array(staleSlots!.suffix(limit))
        staleSlots!.removeLast(slots.count)
        return slots
    }

    /// Installs the next generation's heads, unless more rows changed meanwhile than may be encoded under the lock.
    mutating func endGeneration(_ next: Heads, staleMax: Int) -> Bool {
        let stale = staleSlots!
        guard stale.count <= staleMax else { return false }
        for slot in stale where slot < count {
            let slots: InlineArray<1, Int> = [slot]
            withVector(slot) { next.sieve.encode($0, into: next, slots: slots.span) }
        }
        heads = next
        staleSlots = nil
        return true
    }
}
