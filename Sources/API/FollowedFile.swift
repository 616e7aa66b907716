import Glibc
import Support

/// A growing file, such as a log, read piece by piece from where the last reader stopped.
///
/// A file that was moved aside to `PATH.1`, as log rotation does, is read to its end before the new one; one that was
/// cut short is read from its start.
struct FollowedFile {
    /// How far a reader has come.
    struct Position: Equatable {
        /// The file's number in its file system; 0: none was read yet.
        var inode: Int64 = 0
        /// Bytes of it that were read.
        var offset: Int64 = 0
    }

    /// Whole lines, and where they end.
    struct Piece: Equatable {
        var bytes: [UInt8]
        var end: Position

        /// The lines, each with the position behind it.
        var lines: [(text: String, end: Position)] {
            var offset = end.offset - Int64(bytes.count)
            // What follows the last end of a line is no line.
            let isWhole = bytes.last == UInt8(ascii: "\n")
            let texts = (isWhole ? bytes.dropLast() : bytes[...]).split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            return texts.map { line in
                offset = min(offset + Int64(line.count) + 1, end.offset)
                return (String(decoding: line, as: UTF8.self), Position(inode: end.inode, offset: offset))
            }
        }
    }

    let path: String

    /// Where a reader begins that wants only what is written from now on.
    ///
    /// - Throws: `FileFailure` for a file that cannot be opened.
    func end() throws(FileFailure) -> Position {
        let file = try Opened(path)
        return Position(inode: file.inode, offset: file.size)
    }

    /// The next whole lines; nil: there are none yet.
    ///
    /// - Parameter bytesMax: a line that is longer is cut into pieces.
    /// - Throws: `FileFailure` for a file that cannot be opened or read.
    func next(after position: Position, bytesMax: Int) throws(FileFailure) -> Piece? {
        let file = try Opened(path)
        if file.inode == position.inode {
            let isCut = file.size < position.offset
            return try file.lines(at: isCut ? 0 : position.offset, bytesMax: bytesMax, isOver: false)
        }
        if position.inode != 0, let aside = try? Opened(path + ".1"), aside.inode == position.inode,
            let rest = try aside.lines(at: position.offset, bytesMax: bytesMax, isOver: true)
        {
            return rest
        }
        return try file.lines(at: 0, bytesMax: bytesMax, isOver: false)
    }
}

/// One file while it is read.
private struct Opened: ~Copyable {
    private let descriptor: Int32
    let inode: Int64
    let size: Int64

    init(_ path: String) throws(FileFailure) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let openError = errno
        var status = stat()
        let isKnown = unsafe descriptor >= 0 && fstat(descriptor, &status) == 0
        self.descriptor = descriptor
        inode = Int64(bitPattern: UInt64(status.st_ino))
        size = Int64(status.st_size)
        guard isKnown else {
            throw FileFailure("cannot open \(path)", errno: openError)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(reason: "\(path) is no file") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// - Parameter isOver: whether nobody writes to it any more, so that a last line without an end is whole.
    func lines(at offset: Int64, bytesMax: Int, isOver: Bool) throws(FileFailure) -> FollowedFile.Piece? {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        guard count >= 0 else { throw FileFailure("cannot read it", errno: errno) }
        bytes.removeSubrange(count...)
        if let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            bytes.removeSubrange((newline + 1)...)
        } else if count < bytesMax, !isOver {
            return nil
        }
        guard !bytes.isEmpty else { return nil }
        return FollowedFile.Piece(
            bytes: bytes, end: FollowedFile.Position(inode: inode, offset: offset + Int64(bytes.count)))
    }
}
