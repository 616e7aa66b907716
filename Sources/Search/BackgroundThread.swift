import Glibc

/// A thread of the operating system, for work that would block the cooperative pool.
enum BackgroundThread {
    /// Runs the body on a new thread, which ends with it.
    ///
    /// - Returns: false when the system gives no more threads; the body is then not run.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let context = unsafe Unmanaged.passRetained(Context(body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                unsafe Unmanaged<Context>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, context.toOpaque())
        guard result == 0 else {
            unsafe context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private final class Context: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
