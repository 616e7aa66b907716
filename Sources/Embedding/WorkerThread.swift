import Glibc

/// A thread of the operating system, for work that would block the cooperative pool.
enum WorkerThread {
    /// Runs the body on a new thread, which ends with it.
    ///
    /// - Throws: when the system gives no more threads.
    static func start(_ body: @escaping @Sendable () -> Void) throws(EmbeddingError) {
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
            throw EmbeddingError(
                .noThread, "cannot start a thread for embedding", why: unsafe String(cString: strerror(result)),
                remedy: "raise the process's limit of threads")
        }
        pthread_detach(thread)
    }

    private final class Context: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
