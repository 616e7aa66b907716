import Glibc

extension TextFile {
    /// Replaces a file's text: whoever reads it, also after a crash, sees the old text or the new one.
    ///
    /// Owner and permissions stay; of a symbolic link it is the file behind it.
    package static func replace(_ path: String, with text: String) throws(FileFailure) {
        guard let resolved = unsafe realpath(path, nil) else { throw FileFailure("cannot find it", errno: errno) }
        let target = unsafe String(cString: resolved)
        unsafe free(resolved)
        var status = stat()
        guard unsafe stat(target, &status) == 0 else { throw FileFailure("cannot find it", errno: errno) }
        let temporary = "\(target).\(getpid()).new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
        guard descriptor >= 0 else { throw FileFailure("cannot write beside it", errno: errno) }
        do throws(FileFailure) {
            defer { close(descriptor) }
            guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
                throw FileFailure("cannot keep its owner", errno: errno)
            }
            guard fchmod(descriptor, status.st_mode & 0o777) == 0 else {
                throw FileFailure("cannot keep its permissions", errno: errno)
            }
            try write(Array(text.utf8)[...], to: descriptor)
            guard fsync(descriptor) == 0 else { throw FileFailure("cannot write it", errno: errno) }
            guard unsafe rename(temporary, target) == 0 else { throw FileFailure("cannot replace it", errno: errno) }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        synchronizeFolder(of: target)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(FileFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure("cannot write it", errno: errno) }
            rest.removeFirst(count)
        }
    }

    /// The new name is on the disk, too, where the file system lets one ask for that.
    private static func synchronizeFolder(of path: String) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
