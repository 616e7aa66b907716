import COpenBLAS

/// Scratch memory of OpenBLAS, had before it is needed.
package enum ScratchMemory {
    /// The addresses of one call's, as OpenBLAS is built for x86-64.
    package static let bytesPerCall = 129 << 20

    /// Has OpenBLAS get as much as so many calls at once take, while there is room.
    ///
    /// A product that finds no memory tries for ever; with this done before, it need not ask.
    ///
    /// - Returns: for how many calls there was room.
    @discardableResult
    package static func reserve(calls: Int, hasRoom: () -> Bool) -> Int {
        var pieces: [UnsafeMutableRawPointer] = unsafe []
        while unsafe pieces.count < calls, hasRoom() {
            guard let piece = unsafe blas_memory_alloc(0) else { break }
            unsafe pieces.append(piece)
        }
        let count = unsafe pieces.count
        while let piece = unsafe pieces.popLast() { unsafe blas_memory_free(piece) }
        return count
    }
}
