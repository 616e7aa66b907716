import Glibc

/// Memory of a block, given back when it is gone.
///
/// Large pieces come straight from the system: they come and go with generations and on different threads, and the heap
/// would keep what is freed, for each thread. Small ones do not: there may be as many as scopes, and the system bounds
/// the number of mappings. Those of a large index come from its `LargePages`.
@safe
struct Memory: ~Copyable {
    private enum Source {
        case heap
        case mapped(bytes: Int)
        case slab(Slab, LargePages)
    }

    let start: UnsafeMutableRawPointer
    private let source: Source

    private static let mappedBytesMin = 128 << 10

    /// - Parameter bytes: whatever is in them.
    init(bytes: Int) {
        guard bytes >= Memory.mappedBytesMin else {
            source = .heap
            unsafe start = .allocate(byteCount: bytes, alignment: 64)
            return
        }
        source = .mapped(bytes: bytes)
        unsafe start = Memory.map(bytes)
    }

    /// A piece of the slab, which is told when it is gone.
    init(_ slab: Slab, of pages: LargePages, at start: UnsafeMutableRawPointer) {
        source = .slab(slab, pages)
        unsafe self.start = unsafe start
    }

    deinit {
        switch source {
        case .heap: unsafe start.deallocate()
        case .mapped(let bytes): unsafe munmap(start, bytes)
        case .slab(let slab, let pages): unsafe pages.takeBack(start, of: slab)
        }
    }

    /// Fresh memory of the system.
    static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
        let mapped = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            fatalError("the system has no \(bytes) bytes of memory left")
        }
        return unsafe mapped
    }
}
