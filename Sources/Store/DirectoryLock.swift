import Glibc
import Support
import Synchronization

/// The right to use a data directory: one opener at a time, named by its process in `refrain.lock`.
///
/// The lock ends with the process, however it ends; the file stays, because removing it would let two openers lock
/// two files of the same name.
final class DirectoryLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Creates the directory (0700) and its parents where they are missing, then locks it.
    init(directory: String) throws(StoreError) {
        try DirectoryLock.create(directory)
        let path = directory + "/refrain.lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw StoreError(errno: errno, context: "open the lock", path: path) }
        let reason = DirectoryLock.lock(descriptor)
        guard reason == 0 else {
            let holder = DirectoryLock.readProcessID(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw StoreError(errno: reason, context: "lock", path: path) }
            let name = holder.map { "process \($0)" } ?? "another process"
            throw StoreError(
                .inUse(processID: holder), "\(name) has it open", context: "open the store", path: directory)
        }
        self.descriptor = Mutex(descriptor)
        let text = Array("\(getpid())\n".utf8)
        // A message for whoever comes second; the lock holds without it.
        ftruncate(descriptor, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { release() }

    /// Waits a little for a process that is about to end: one that stops, or a child that was not yet replaced by
    /// its program and so holds what its parent let go of.
    ///
    /// - Returns: 0, or why it cannot be had.
    private static func lock(_ descriptor: Int32) -> Int32 {
        for _ in 0..<Limits.lockTries {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return 0 }
            guard errno == EWOULDBLOCK || errno == EINTR else { return errno }
            usleep(useconds_t(Limits.lockPauseMilliseconds * 1_000))
        }
        return EWOULDBLOCK
    }

    func release() {
        descriptor.withLock {
            guard let descriptor = $0 else { return }
            ftruncate(descriptor, 0)
            close(descriptor)
            $0 = nil
        }
    }

    private static func readProcessID(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    private static func create(_ directory: String) throws(StoreError) {
        if unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
        let reason = errno
        guard reason == ENOENT, let slash = directory.lastIndex(of: "/"), slash != directory.startIndex else {
            throw StoreError(errno: reason, context: "create the data directory", path: directory)
        }
        try create(String(directory[..<slash]))
        guard unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw StoreError(errno: errno, context: "create the data directory", path: directory)
        }
    }
}
