import Glibc

/// A value that many threads may read at once and one may change (pthread_rwlock).
@safe
final class ReadWriteLock<Value: ~Copyable>: @unchecked Sendable {
    // Sendable by construction: the value is only reached through the lock.
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>
    private var value: Value

    init(_ value: consuming sending Value) {
        unsafe lock = .allocate(capacity: 1)
        let result = unsafe pthread_rwlock_init(lock, nil)
        precondition(result == 0, "pthread_rwlock_init failed: \(result)")
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
