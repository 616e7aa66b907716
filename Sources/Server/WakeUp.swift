import CLinux
import Glibc

/// Ends another thread's `poll`; one that comes while nobody polls is kept until it is cleared.
struct WakeUp: ~Copyable, Sendable {
    private let event: OpenDescriptor

    init() throws(ServerError) {
        event = OpenDescriptor(eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)))
        guard event.isValid else {
            throw ServerError(.system(errno), "cannot serve connections", why: systemMessage(errno))
        }
    }

    /// What to poll for reading.
    var descriptor: Int32 { event.descriptor }

    func signal() {
        eventfd_write(descriptor, 1)
    }

    func clear() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
