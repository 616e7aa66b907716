import Support
import Synchronization

/// A few connections that only read, each used by one thread at a time.
final class Readers: Sendable {
    private final class Reader: Sendable {
        /// Nil once the store is closed.
        let connection: Mutex<Connection?>

        init(_ connection: consuming sending Connection) {
            self.connection = Mutex(connection)
        }
    }

    private let readers: [Reader]
    private let turn = Atomic<Int>(0)
    private let source: ConnectionSource
    private let damage: DamageReport

    init(_ source: ConnectionSource, damage: DamageReport) throws(StoreError) {
        self.source = source
        self.damage = damage
        var readers: [Reader] = []
        for _ in 0..<source.readers { readers.append(Reader(try source.reader(damage: damage))) }
        self.readers = readers
    }

    /// Reads on the calling thread: on a free connection, or, when all are at work, on one after its reader.
    ///
    /// Where a server takes no further connection, those that stand do the work.
    func read<T: Sendable>(
        _ body: @Sendable (inout Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let first = Int(bitPattern: UInt(bitPattern: turn.add(1, ordering: .relaxed).newValue)) & .max
        var busy: [Reader] = []
        var refusal: StoreError?
        for offset in readers.indices {
            let reader = readers[(first &+ offset) % readers.count]
            guard let result = reader.connection.withLockIfAvailable({ read(on: &$0, body) }) else {
                busy.append(reader)
                continue
            }
            if let value = try value(of: result, or: &refusal) { return value }
        }
        for reader in busy {
            let result = reader.connection.withLock { read(on: &$0, body) }
            if let value = try value(of: result, or: &refusal) { return value }
        }
        throw refusal!
    }

    /// - Parameter refusal: why there was no connection, where another reader may have one.
    /// - Returns: nil in that case.
    private func value<T>(of result: Result<T, StoreError>, or refusal: inout StoreError?) throws(StoreError) -> T? {
        if case .failure(let error) = result, error.code == .unavailable, !source.isDown {
            refusal = error
            return nil
        }
        return try result.get()
    }

    /// A connection apart, for a read that takes seconds: it would keep others waiting.
    func open() throws(StoreError) -> Connection {
        // Also the check that the store is still open.
        try read { _ in }
        return try source.scanner(damage: damage)
    }

    /// Waits for the reads under way; those that come later fail.
    func close() {
        for reader in readers { reader.connection.withLock { $0 = nil } }
    }

    private func read<T>(
        on slot: inout Connection?, _ body: @Sendable (inout Connection) throws(StoreError) -> T
    ) -> Result<T, StoreError> {
        if slot == nil {
            return .failure(StoreError(.closed, "the store is closed", context: "read", path: source.path))
        }
        do throws(StoreError) { return .success(try body(&slot!)) } catch {
            return slot!.isLost(by: error) ? again(on: &slot!, body) : .failure(error)
        }
    }

    /// The server was restarted since the last read: a new connection may well be had.
    private func again<T>(
        on connection: inout Connection, _ body: @Sendable (inout Connection) throws(StoreError) -> T
    ) -> Result<T, StoreError> {
        do throws(StoreError) { return .success(try body(&connection)) } catch { return .failure(error) }
    }
}
