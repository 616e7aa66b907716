import Glibc
import Support

/// Vectors kept on disk by the digest of their text, so that a stream is embedded once and replayed often.
///
/// A file holds one embedder's: rows of 32 bytes of SHA-256 and the vector's floats in this machine's order, nothing
/// else. Writers append whole rows under a lock; what a crash leaves of a row is cut off by the next.
package struct VectorFile: Sendable {
    let path: String
    let dimension: Int

    private var rowBytes: Int { 32 + 4 * dimension }

    /// - Parameter directory: created, with its parents, if missing.
    package init(directory: String, embedder: String, dimension: Int) throws(FileProblem) {
        try VectorFile.create(directory)
        let name = embedder.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "_" }
        path = "\(directory)/\(String(name)).vectors"
        self.dimension = dimension
    }

    /// The stored vectors of those texts; a row that is no unit vector is passed over.
    func load(_ wanted: Set<Digest>) throws(FileProblem) -> [Digest: [Float]] {
        let file = try LockedFile(path, rowBytes: rowBytes)
        var found: [Digest: [Float]] = [:]
        let rowsPerRead = 256
        for first in stride(from: 0, to: file.rows, by: rowsPerRead) {
            let bytes = try file.read(rows: first..<min(first + rowsPerRead, file.rows))
            for start in stride(from: 0, to: bytes.count, by: rowBytes) {
                let digest = Digest(bytes: Array(bytes[start..<(start + 32)]))
                guard wanted.contains(digest) else { continue }
                let vector = VectorFile.floats(bytes[(start + 32)..<(start + rowBytes)])
                if VectorFile.isUnit(vector) { found[digest] = vector }
            }
        }
        return found
    }

    func append(_ rows: [(digest: Digest, vector: [Float])]) throws(FileProblem) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * rowBytes)
        for row in rows {
            precondition(row.vector.count == dimension, "a vector of \(row.vector.count) among those of \(dimension)")
            bytes += row.digest.bytes
            unsafe row.vector.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        try LockedFile(path, rowBytes: rowBytes).append(bytes)
    }

    private static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
        unsafe bytes.withUnsafeBytes { bytes in
            (0..<(bytes.count / 4)).map { unsafe bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }

    private static func isUnit(_ vector: [Float]) -> Bool {
        abs(vector.reduce(0) { $0 + $1 * $1 }.squareRoot() - 1) <= 1e-3
    }

    private static func create(_ directory: String) throws(FileProblem) {
        if unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
        let reason = errno
        guard reason == ENOENT, let slash = directory.lastIndex(of: "/"), slash != directory.startIndex else {
            throw FileProblem("create", directory, reason)
        }
        try create(String(directory[..<slash]))
        guard unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw FileProblem("create", directory, errno)
        }
    }
}
