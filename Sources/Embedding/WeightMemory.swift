import Glibc

/// Hands out memory for packed weights, which are written once and then read from end to end at every pass.
///
/// It lies on the system's large pages where it has them: a pass over a short text waits for memory more than for
/// arithmetic, and fetching ahead stops at a page's end (docs/decisions/embedding-products.md).
struct WeightMemory {
    /// A part of a mapping, which lives as long as a part of it is held.
    @safe struct Part: Sendable {
        private let mapping: Mapping
        /// Valid as long as the part; other threads may read once the weights are written.
        private nonisolated(unsafe) let start: UnsafeMutableRawPointer

        fileprivate init(_ mapping: Mapping, offset: Int) {
            self.mapping = mapping
            unsafe start = mapping.start.advanced(by: offset)
        }

        /// The part as floats; one part is used as one kind only.
        var floats: UnsafeMutablePointer<Float> { unsafe start.assumingMemoryBound(to: Float.self) }

        /// The part as numbers in bfloat16.
        var halves: UnsafeMutablePointer<UInt16> { unsafe start.assumingMemoryBound(to: UInt16.self) }
    }

    /// Parts start where a cache line does, so that no register of weights lies in two.
    private static let alignment = 64

    private var mapping: Mapping?
    private var used = 0

    /// A new part, filled with zeros.
    mutating func take(bytes: Int) -> Part {
        let bytes = WeightMemory.roundUp(bytes, to: WeightMemory.alignment)
        if let mapping, mapping.bytes - used >= bytes {
            defer { used += bytes }
            return Part(mapping, offset: used)
        }
        let mapping = Mapping(bytesMin: bytes)
        self.mapping = mapping
        used = bytes
        return Part(mapping, offset: 0)
    }

    private static func roundUp(_ count: Int, to multiple: Int) -> Int { (count + multiple - 1) / multiple * multiple }
}

extension WeightMemory {
    @safe fileprivate final class Mapping: Sendable {
        /// A large page of x86-64, and of ARM with small pages of 4 KB.
        private static let pageBytes = 2 << 20
        /// Room for MiniLM's 42 MB and more; what is not written takes no memory.
        private static let bytesUsual = 64 << 20

        /// From `start` on.
        let bytes: Int
        nonisolated(unsafe) let start: UnsafeMutableRawPointer
        private nonisolated(unsafe) let address: UnsafeMutableRawPointer

        init(bytesMin: Int) {
            bytes = max(bytesMin, Mapping.bytesUsual)
            // A page more, so that one begins at `start`.
            let address = unsafe mmap(
                nil, bytes + Mapping.pageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1, 0)
            guard let address = unsafe address, unsafe address != MAP_FAILED else {
                preconditionFailure("out of memory")
            }
            unsafe self.address = address
            unsafe start = address.alignedUp(toMultipleOf: Mapping.pageBytes)
            // Advice only: a system without large pages refuses it and gives small ones.
            unsafe madvise(start, bytes, MADV_HUGEPAGE)
        }

        deinit {
            unsafe munmap(address, bytes + Mapping.pageBytes)
        }
    }
}
