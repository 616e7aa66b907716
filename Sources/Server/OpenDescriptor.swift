import CLinux
import Glibc

/// A file descriptor that is closed with its owner.
struct OpenDescriptor: ~Copyable {
    let descriptor: Int32

    /// - Parameter descriptor: as the system returned it; negative when it could not open one.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        if isValid { close(descriptor) }
    }

    var isValid: Bool { descriptor >= 0 }

    /// Whether it is a stream socket that accepts connections.
    var isListening: Bool {
        integer(SOL_SOCKET, SO_ACCEPTCONN) == 1 && integer(SOL_SOCKET, SO_TYPE) == Int32(SOCK_STREAM.rawValue)
    }

    /// A socket's option of type int; nil when it is no socket.
    private func integer(_ level: Int32, _ option: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, level, option, &value, &length) == 0 ? value : nil
    }

    /// Gives up the descriptor without closing it.
    consuming func take() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }

    /// Sets a socket's option of type int.
    func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        let result = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        precondition(result == 0, "the option is one of every socket of this kind")
    }
}
