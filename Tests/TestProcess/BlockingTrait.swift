import Dispatch
import Support
import Synchronization
package import Testing

/// Runs tests that block, waiting for a program or a socket, on threads of their own: the pool has one a core, and a test
/// that holds one of them keeps the tasks of the others from running.
package struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let executor = ThreadExecutor()
        defer { executor.end() }
        try await withTaskExecutorPreference(executor) { try await function() }
    }
}

extension Trait where Self == BlockingTrait {
    package static var blocking: Self { Self() }
}

/// One thread of the operating system. A queue of Dispatch's would take one of the threads that the pool shares with it,
/// of which a new one comes only after a second.
private final class ThreadExecutor: TaskExecutor {
    /// Nil ends the thread.
    private let jobs = Mutex<[UnownedJob?]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    init() {
        let result = BackgroundThread.start { self.work() }
        precondition(result == 0, "no thread for a test: error \(result)")
    }

    func enqueue(_ job: consuming ExecutorJob) { add(UnownedJob(job)) }

    func end() { add(nil) }

    private func add(_ job: UnownedJob?) {
        jobs.withLock { $0.append(job) }
        arrivals.signal()
    }

    private func work() {
        while true {
            arrivals.wait()
            guard let job = jobs.withLock({ $0.removeFirst() }) else { return }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
