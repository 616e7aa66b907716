import Dispatch
import Synchronization

/// Threads for tasks that wait for a server's reply where they read: the cooperative pool has one thread a core, and
/// whoever waits on it holds up everybody.
package final class WaitingExecutor: TaskExecutor {
    /// The process's own, made with its threads when first asked for.
    package static let shared = WaitingExecutor(threads: Limits.storeServerReaders)

    /// What the current task runs on, and tasks that it starts are to run on as well; nil: the cooperative pool.
    @TaskLocal package static var current: WaitingExecutor?

    private let jobs = Mutex<[UnownedJob]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    /// - Parameter threads: as many tasks may wait at once. They last as long as the process.
    private init(threads: Int) {
        let results = (0..<threads).map { _ in BackgroundThread.start { self.work() } }
        // With fewer it is slower, with none every task would wait for ever.
        guard results.contains(0) else { fatalError("cannot start a thread: error \(results[0])") }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        arrivals.signal()
    }

    /// Runs a body on these threads, or, where there is no executor, where it is.
    package static func run<T: Sendable>(
        on executor: WaitingExecutor?, _ body: @Sendable () async throws -> T
    ) async rethrows -> T {
        guard let executor else { return try await body() }
        return try await $current.withValue(executor) {
            try await withTaskExecutorPreference(executor) { try await body() }
        }
    }

    private func work() {
        while true {
            arrivals.wait()
            let job = jobs.withLock { $0.removeFirst() }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
