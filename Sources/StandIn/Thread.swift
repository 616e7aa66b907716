import Glibc

/// Runs the body on a new thread of its own, so that blocking in it blocks nothing else.
///
/// - Throws: the error number, when the system has no more threads.
func startThread(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = unsafe Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let result = unsafe pthread_create(
        &thread, nil,
        { argument in
            unsafe Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    if result != 0 {
        unsafe box.release()
        throw SystemError(call: "pthread_create", number: result)
    }
    pthread_detach(thread)
}
