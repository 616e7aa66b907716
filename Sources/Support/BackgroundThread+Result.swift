extension BackgroundThread {
    /// What the work returns, done on a thread of its own: it takes too long for one that requests are served on.
    ///
    /// Where the system gives no thread, it is done on the caller's all the same.
    package static func result<T: Sendable, Failure: Error>(
        of work: @escaping @Sendable () throws(Failure) -> T
    ) async throws(Failure) -> T {
        let result: Result<T, Failure> = await withCheckedContinuation { continuation in
            let body: @Sendable () -> Void = {
                continuation.resume(returning: Result { () throws(Failure) in try work() })
            }
            if start(body) != 0 { body() }
        }
        return try result.get()
    }
}
