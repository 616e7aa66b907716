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
