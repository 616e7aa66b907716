import Glibc
import Support

/// A file mapped into memory for reading, unmapped when the last user is gone.
///
/// Whoever replaces such a file renames another one over it: the system kills a process (SIGBUS) that reads where a
/// mapped file was cut off.
@safe final class MappedFile: Sendable {
    let path: String
    /// Seconds and nanoseconds of the last change when the file was opened.
    let modified: (seconds: Int, nanoseconds: Int)
    // Read-only memory that lives as long as this object.
    private nonisolated(unsafe) let memory: UnsafeRawBufferPointer

    init(path: String) throws(EmbeddingError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .missing(path, MappedFile.systemMessage()) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .missing(path, MappedFile.systemMessage()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .missing(path, "not a regular file") }
        self.path = path
        modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        let size = Int(status.st_size)
        if size == 0 {
            // The system maps no empty range.
            unsafe memory = UnsafeRawBufferPointer(start: nil, count: 0)
        } else {
            let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
            guard let address = unsafe address, unsafe address != MAP_FAILED else {
                throw .missing(path, MappedFile.systemMessage())
            }
            unsafe memory = UnsafeRawBufferPointer(start: address, count: size)
        }
    }

    deinit {
        if let address = unsafe memory.baseAddress {
            unsafe munmap(UnsafeMutableRawPointer(mutating: address), memory.count)
        }
    }

    var count: Int { unsafe memory.count }

    /// A copy of the whole file.
    var bytes: [UInt8] { bytes(0..<count) }

    /// - Precondition: the range lies within the file.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range within the file")
        return unsafe Array(memory[range])
    }

    /// - Precondition: the range lies within the file, at a float's alignment.
    func withFloats<Result>(_ range: Range<Int>, _ body: (Span<Float>) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "a range within the file")
        precondition(range.lowerBound % 4 == 0 && range.count % 4 == 0, "aligned floats")
        return unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[range])))
    }

    /// Frees the memory that reading took; what is read again comes from the system's file cache.
    func release() {
        guard let address = unsafe memory.baseAddress else { return }
        unsafe madvise(UnsafeMutableRawPointer(mutating: address), memory.count, MADV_DONTNEED)
    }

    var digest: Digest {
        var hasher = Digest.Hasher()
        unsafe hasher.update(memory)
        return hasher.finish()
    }

    private static func systemMessage() -> String { unsafe String(cString: strerror(errno)) }
}
