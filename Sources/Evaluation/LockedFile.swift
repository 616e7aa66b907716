import Glibc
import Support

/// A file of rows of equal size, locked against other processes while it is open; a last row that was cut off is gone.
struct LockedFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let rowBytes: Int
    let rows: Int

    /// Opens or creates it, and waits for whoever has it locked.
    init(_ path: String, rowBytes: Int) throws(FileProblem) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let openError = errno
        self.descriptor = descriptor
        self.path = path
        self.rowBytes = rowBytes
        var status = stat()
        let isOpen = descriptor >= 0 && flock(descriptor, LOCK_EX) == 0
        let isKnown = unsafe isOpen && fstat(descriptor, &status) == 0
        let statusError = errno
        rows = isKnown ? Int(status.st_size) / rowBytes : 0
        guard descriptor >= 0 else { throw FileProblem("open", path, openError) }
        guard isKnown else { throw FileProblem("lock", path, statusError) }
        if Int(status.st_size) % rowBytes != 0, ftruncate(descriptor, off_t(rows * rowBytes)) != 0 {
            throw FileProblem("mend", path, errno)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func read(rows range: Range<Int>) throws(FileProblem) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count * rowBytes)
        var done = 0
        while done < bytes.count {
            let offset = off_t(range.lowerBound * rowBytes + done)
            let count = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe pread(descriptor, bytes.baseAddress! + done, bytes.count - done, offset)
            }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw FileProblem("read", path, count == 0 ? EIO : errno)
            }
        }
        return bytes
    }

    func append(_ bytes: [UInt8]) throws(FileProblem) { try write(all: bytes, to: descriptor, path) }
}

/// Writes all bytes, however many calls that takes.
func write(all bytes: [UInt8], to descriptor: Int32, _ path: String) throws(FileProblem) {
    var done = 0
    while done < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        }
        if count >= 0 {
            done += count
        } else if errno != EINTR {
            throw FileProblem("write", path, errno)
        }
    }
}

/// A file that cannot be used.
package struct FileProblem: ExplainedError, Equatable {
    package let what: String
    package let why: String?

    init(_ action: String, _ path: String, _ number: Int32) {
        what = "cannot \(action) \(path)"
        why = unsafe String(cString: strerror(number))
    }
}
