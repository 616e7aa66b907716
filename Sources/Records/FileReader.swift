import Glibc
import Support

/// A file read from its beginning in pieces; `-` is standard input.
package struct FileReader: ~Copyable {
    private let descriptor: Int32
    private let path: String
    /// The file's size; nil for a pipe.
    package let bytes: Int?

    package init(_ path: String) throws(FileError) {
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        let openError = errno
        self.descriptor = descriptor
        self.path = path
        var status = stat()
        let isKnown = unsafe descriptor >= 0 && fstat(descriptor, &status) == 0
        let kind = status.st_mode & S_IFMT
        bytes = isKnown && kind == S_IFREG ? Int(status.st_size) : nil
        guard descriptor >= 0 else { throw FileError("cannot open \(path)", openError) }
        guard kind != S_IFDIR else { throw FileError("cannot read \(path)", EISDIR) }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// The next piece, empty at the end.
    package func read(upTo count: Int = 1 << 18) throws(FileError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result: Int
            repeat {
                result = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
            } while result < 0 && errno == EINTR
            if result < 0 { failure = errno }
            filled = max(0, result)
        }
        guard failure == 0 else { throw FileError("cannot read \(path)", failure) }
        return bytes
    }
}

/// A file that cannot be opened or read.
package struct FileError: ExplainedError, Equatable {
    package let what: String
    package let why: String?

    init(_ what: String, _ number: Int32) {
        self.what = what
        why = unsafe String(cString: strerror(number))
    }
}
