extension BackgroundThread {
    /// What the work returns, done on a thread of its own: it takes too long for one that requests are served on.
    ///
    /// Where the system gives no thread, it is done on the caller's all the same.
    package static func result<T: Sendable>(of work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            let isRefused = start { continuation.resume(returning: work()) } != 0
            if isRefused { continuation.resume(returning: work()) }
        }
    }
}
