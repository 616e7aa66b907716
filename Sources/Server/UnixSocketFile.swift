import CLinux
import Glibc

/// The file of a Unix socket: who has it, and whether it may be replaced or removed.
struct UnixSocketFile: Sendable {
    let path: String
    /// The file that we made, so that no other one of the same name is removed.
    private var identity: Identity?

    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    /// The path's size in the kernel's address, its final NUL aside.
    static let pathBytesMax = 107

    init(path: String) throws(ServerError) {
        guard (1...UnixSocketFile.pathBytesMax).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw ServerError(
                .pathTooLong, "cannot listen on the socket \(path)",
                why: "a socket's path has 1 to \(UnixSocketFile.pathBytesMax) bytes and this one \(path.utf8.count)",
                remedy: "choose a shorter path")
        }
        self.path = path
    }

    /// Removes the socket of a process that is gone; leaves anything else alone.
    ///
    /// Two servers that start at the same moment are not told apart here: the store's lock does that.
    func makeRoom() throws(ServerError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ServerError(
                .notASocket, "cannot listen on the socket \(path)", why: "a file that is no socket has this name",
                remedy: "move it away or choose another path")
        }
        let probe = OpenDescriptor(
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0))
        let result = unsafe withSocketAddress { unsafe connect(probe.descriptor, $0, $1) }
        let code = errno
        switch (result, code) {
        case (0, _):
            var peer = linux_peer()
            let isKnown = unsafe linux_peer_credentials(probe.descriptor, &peer) == 0
            throw inUse(by: isKnown ? peer.pid : nil)
        case (_, EAGAIN):
            // Its queue is full: somebody listens.
            throw inUse(by: nil)
        case (_, ECONNREFUSED):
            guard unsafe unlink(path) == 0 else {
                throw ServerError(
                    .system(errno), "cannot replace the stale socket \(path)", why: systemMessage(errno),
                    remedy: "remove it")
            }
        default:
            throw ServerError(
                .system(code), "cannot tell whether the socket \(path) is in use", why: systemMessage(code),
                remedy: "remove it if no server runs there, or choose another path")
        }
    }

    private func inUse(by pid: Int32?) -> ServerError {
        ServerError(
            .socketInUse(pid: pid), "cannot listen on the socket \(path)",
            why: pid.map { "process \($0) listens there" } ?? "another process listens there",
            remedy: "stop it or choose another path")
    }

    /// The same file, known from now on by what it is and not by its name.
    consuming func recordingIdentity() -> UnixSocketFile {
        identity = currentIdentity()
        return self
    }

    /// Removes the file that we made, if it is still there.
    func remove() {
        guard let identity, currentIdentity() == identity else { return }
        unsafe unlink(path)
    }

    private func currentIdentity() -> Identity? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Identity(device: status.st_dev, inode: status.st_ino)
    }

    /// Calls the body with the path as the socket functions want it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_un()
        storage.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &storage.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafeBytes(of: &storage) { unsafe body($0.asSocketAddress, socklen_t($0.count)) }
    }
}
