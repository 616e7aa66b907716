import Glibc

/// A thread of the operating system, for work that would block the cooperative pool.
package enum BackgroundThread {
    /// Runs the body on a new thread, which ends with it.
    ///
    /// - Returns: 0, or the error number when the system gives no more threads; the body is then not run.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
        let context = unsafe Unmanaged.passRetained(Context(body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                unsafe Unmanaged<Context>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, context.toOpaque())
        if result == 0 { pthread_detach(thread) } else { unsafe context.release() }
        return result
    }

    private final class Context: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
