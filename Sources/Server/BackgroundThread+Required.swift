import Support

extension BackgroundThread {
    /// Runs the body on a new thread; a service that gets none cannot go on.
    static func startRequired(_ body: @escaping @Sendable () -> Void) {
        let result = start(body)
        guard result == 0 else { fatalError("cannot start a thread: \(systemMessage(result))") }
    }
}
