import Glibc

/// A value that many threads may read at once and one may change (pthread_rwlock).
///
/// A waiting writer goes before readers who come later, so that searches without a pause cannot keep a change out. A
/// reader must therefore not take the same lock again.
@safe
final class ReadWriteLock<Value: ~Copyable>: @unchecked Sendable {
    // Sendable by construction: the value is only reached through the lock.
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>
    private var value: Value

    init(_ value: consuming sending Value) {
        unsafe lock = .allocate(capacity: 1)
        var attributes = pthread_rwlockattr_t()
        unsafe pthread_rwlockattr_init(&attributes)
        unsafe pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        let result = unsafe pthread_rwlock_init(lock, &attributes)
        precondition(result == 0, "pthread_rwlock_init failed: \(result)")
        unsafe pthread_rwlockattr_destroy(&attributes)
        self.value = value
    }

    deinit {
        unsafe pthread_rwlock_destroy(lock)
        unsafe lock.deallocate()
    }

    func read<Result>(_ body: (borrowing Value) throws -> Result) rethrows -> Result {
        let result = unsafe pthread_rwlock_rdlock(lock)
        precondition(result == 0, "pthread_rwlock_rdlock failed: \(result)")
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body(value)
    }

    func write<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        let result = unsafe pthread_rwlock_wrlock(lock)
        precondition(result == 0, "pthread_rwlock_wrlock failed: \(result)")
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body(&value)
    }
}
