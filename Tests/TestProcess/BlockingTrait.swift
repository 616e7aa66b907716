import Dispatch
package import Testing

/// Runs tests that block, waiting for a program or a socket, on threads that are not the pool's: the pool has one a core,
/// and a test that holds one of them keeps the tasks of the others from running.
package struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(QueueExecutor()) { try await function() }
    }
}

extension Trait where Self == BlockingTrait {
    package static var blocking: Self { Self() }
}

/// One thread of the system's own pool at a time, which grows where threads wait.
private final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "a blocking test")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
