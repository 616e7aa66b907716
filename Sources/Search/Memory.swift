import Glibc

/// Memory of a block, given back when it is gone.
///
/// Large pieces come straight from the system: they come and go with generations and on different threads, and the heap
/// would keep what is freed, for each thread. Small ones do not: there may be as many as scopes, and the system bounds
/// the number of mappings.
@safe
struct Memory: ~Copyable {
    let start: UnsafeMutableRawPointer
    private let mappedBytes: Int?

    private static let mappedBytesMin = 128 << 10

    /// - Parameter bytes: not initialised if few, zero if many.
    init(bytes: Int) {
        guard bytes >= Memory.mappedBytesMin else {
            mappedBytes = nil
            unsafe start = .allocate(byteCount: bytes, alignment: 64)
            return
        }
        mappedBytes = bytes
        let mapped = unsafe mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            fatalError("the system has no \(bytes) bytes of memory left")
        }
        unsafe start = mapped
    }

    deinit {
        if let mappedBytes {
            unsafe munmap(start, mappedBytes)
        } else {
            unsafe start.deallocate()
        }
    }
}
