import Glibc

/// Why a file cannot be used.
package struct FileFailure: Error, Equatable {
    package let reason: String
    package let isMissing: Bool

    package init(reason: String, isMissing: Bool = false) {
        self.reason = reason
        self.isMissing = isMissing
    }

    package init(_ context: String, errno number: Int32) {
        self.init(reason: "\(context): \(unsafe String(cString: strerror(number)))", isMissing: number == ENOENT)
    }
}

/// Small text files, read whole.
package enum TextFile {
    /// - Parameter isPrivate: whether to refuse a file that others than its owner may read.
    package static func read(_ path: String, bytesMax: Int, isPrivate: Bool = false) throws(FileFailure) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FileFailure("cannot open it", errno: errno)
        }
        defer { close(descriptor) }
        // Of the open file, not of its name, which may be another file's by now.
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileFailure("cannot look at it", errno: errno) }
        if isPrivate, status.st_mode & 0o077 != 0 {
            throw FileFailure(reason: "others than its owner may read it; run: chmod 600 \(path)")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= bytesMax {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("cannot read it", errno: errno) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= bytesMax else { throw FileFailure(reason: "larger than \(bytesMax) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileFailure(reason: "not UTF-8")
        }
        return text
    }
}
