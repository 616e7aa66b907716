import CLinux
import Support
import Synchronization

extension VectorIndex {
    private static let turn = Mutex(())

    /// Fits the sieve to the rows as they are now, and returns when all blocks have it.
    ///
    /// Rows may be added, removed and searched meanwhile: each block keeps its heads until the new ones are complete.
    package func fit() {
        // One index at a time in the process: each fit takes memory of its own.
        VectorIndex.turn.withLock { _ in
            defer { directory.withLock { $0.fitEnded() } }
            // The heap would keep what the sample and its axes took, some tens of megabytes.
            defer { malloc_trim(0) }
            guard let sieve = Sieve(sample: sample(), dimension: dimension) else { return }
            let current = directory.withLock { directory in
                directory.begin(sieve)
                return blocks.withLock { $0 }
            }
            let pages = headPages(blocks: current.count)
            for block in current { spread(sieve, to: block, pages) }
        }
    }

    func fitInBackground() {
        if BackgroundThread.start({ [self] in fit() }) != 0 {
            // No thread to be had: the next row asks again once the due changes have come.
            directory.withLock { $0.fitEnded() }
        }
    }

    /// Rows from all over the index: `[rows × dimension]`.
    private func sample() -> [Float] {
        let blocks = blocks.withLock { $0 }
        let step = max(1, (blocks.count * BlockRows.rowsMax + Fitting.sampleRowsMax - 1) / Fitting.sampleRowsMax)
        var sample: [Float] = []
        sample.reserveCapacity((blocks.count * BlockRows.rowsMax / step + blocks.count) * dimension)
        for block in blocks {
            block.read { rows in
                for slot in stride(from: 0, to: rows.count, by: step) {
                    rows.withVector(slot) { vector in
                        unsafe vector.withUnsafeBufferPointer { unsafe sample.append(contentsOf: $0) }
                    }
                }
            }
        }
        return sample
    }

    private func spread(_ sieve: Sieve, to block: Block, _ pages: LargePages?) {
        let heads = Heads(sieve: sieve, rows: BlockRows.rowsMax, pages: pages)
        block.write { $0.beginGeneration() }
        while !block.write({ $0.endGeneration(heads, staleMax: Fitting.rowsPerLastStep) }) {
            var slots = block.write { $0.takeStaleSlots(Fitting.rowsPerStep) }
            // A row that changes from here on is stale again.
            var vectors: [Float] = []
            block.read { rows in
                slots.removeAll { $0 >= rows.count }
                for slot in slots {
                    rows.withVector(slot) { vector in
                        unsafe vector.withUnsafeBufferPointer { unsafe vectors.append(contentsOf: $0) }
                    }
                }
            }
            if !slots.isEmpty { sieve.encode(vectors.span, into: heads, slots: slots.span) }
        }
    }
}
