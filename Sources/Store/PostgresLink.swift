import CPostgres
import Glibc
import Support

/// An open connection of libpq's in pipeline mode, and how to wait on it without waiting for ever.
@safe final class PostgresLink {
    private let libpq: UnsafePointer<refrain_libpq>
    private let handle: OpaquePointer
    private let url: String
    /// How long the server may be silent.
    private let silenceMillisecondsMax: Int
    /// Whether the server was waited for in vain.
    private(set) var isSilent = false

    /// Connects.
    ///
    /// Throws `.libraryMissing` where libpq is not installed, `.unavailable` where there is no way in.
    init(url: String, silenceMillisecondsMax: Int) throws(StoreError) {
        let libpq = try unsafe Self.library(for: url)
        let connection = unsafe Self.withParameters(url) { keys, values in
            unsafe libpq.pointee.PQconnectdbParams(keys, values, 1)
        }
        guard let handle = unsafe connection else { fatalError("out of memory") }
        unsafe self.libpq = libpq
        unsafe self.handle = handle
        self.url = url
        self.silenceMillisecondsMax = silenceMillisecondsMax
        guard unsafe libpq.pointee.PQstatus(handle) == CONNECTION_OK else {
            throw failure("reach the store")
        }
        // Notices would go to stderr.
        _ = unsafe libpq.pointee.PQsetNoticeProcessor(handle, { _, _ in }, nil)
        _ = unsafe libpq.pointee.PQsetnonblocking(handle, 1)
        _ = unsafe libpq.pointee.PQenterPipelineMode(handle)
    }

    deinit {
        unsafe libpq.pointee.PQfinish(handle)
    }

    /// Whether a server takes connections, though perhaps not one more of this process.
    static func isServing(_ url: String) -> Bool {
        guard let libpq = try? unsafe library(for: url) else { return false }
        return unsafe withParameters(url) { keys, values in
            unsafe libpq.pointee.PQpingParams(keys, values, 1) == PQPING_OK
        }
    }

    private static func withParameters<T>(
        _ url: String, _ body: ([UnsafePointer<CChar>?], [UnsafePointer<CChar>?]) -> T
    ) -> T {
        // The URL comes last but one: what it says counts, save that bytes have to be what they are taken for.
        let parameters = [
            ("application_name", "refrain"), ("connect_timeout", String(Limits.storeConnectSecondsMax)),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            // A replica may not have what was forgotten a moment ago.
            ("target_session_attrs", "primary"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let texts = unsafe parameters.map { unsafe (key: strdup($0.0)!, value: strdup($0.1)!) }
        defer {
            for index in unsafe texts.indices {
                unsafe free(texts[index].key)
                unsafe free(texts[index].value)
            }
        }
        let keys = unsafe texts.map { unsafe UnsafePointer($0.key) } + [nil]
        let values = unsafe texts.map { unsafe UnsafePointer($0.value) } + [nil]
        return unsafe body(keys, values)
    }

    /// Throws `.libraryMissing` where libpq is not installed.
    static func library(for url: String) throws(StoreError) -> UnsafePointer<refrain_libpq> {
        var reason: UnsafePointer<CChar>?
        if let libpq = unsafe refrain_libpq_load(&reason) { return unsafe libpq }
        let message = unsafe reason.map { unsafe String(cString: $0) } ?? "libpq cannot be loaded"
        throw StoreError(.libraryMissing, message, context: "open the store", path: url)
    }

    /// Whether a transaction is open, a failed one included.
    var inTransaction: Bool {
        let status = unsafe libpq.pointee.PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Sends a statement to be kept under a name.
    func prepare(_ sql: String, as name: String) throws(StoreError) {
        if unsafe libpq.pointee.PQsendPrepare(handle, name, Dialect.numbered(sql), 0, nil) != 1 {
            throw failure("prepare \(sql)")
        }
    }

    /// Sends the order to run a statement.
    func run(_ name: String, _ values: [Value]) throws(StoreError) {
        let isSent = unsafe PostgresParameters(values).withPointers { count, values, lengths, formats in
            unsafe libpq.pointee.PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
        }
        if isSent != 1 { throw failure("run a statement") }
    }

    /// Asks for the next statement's rows one by one.
    func readSingleRows() throws(StoreError) {
        if unsafe libpq.pointee.PQsetSingleRowMode(handle) != 1 { throw failure("read rows") }
    }

    /// Has the server answer all that was sent, and sends what is not yet out.
    func synchronize() throws(StoreError) {
        if unsafe libpq.pointee.PQpipelineSync(handle) != 1 { throw failure("send statements") }
        while true {
            switch unsafe libpq.pointee.PQflush(handle) {
            case 0: return
            case 1: try wait(for: POLLIN | POLLOUT)
            default: throw failure("send statements")
            }
        }
    }

    /// The next result; nil at the end of a statement's results.
    func next() throws(StoreError) -> PostgresResult? {
        while unsafe libpq.pointee.PQisBusy(handle) == 1 { try wait(for: POLLIN) }
        return unsafe libpq.pointee.PQgetResult(handle).map { unsafe PostgresResult($0, libpq) }
    }

    /// Waits until the socket is ready, and reads what has come.
    private func wait(for events: Int32) throws(StoreError) {
        var socket = pollfd(fd: unsafe libpq.pointee.PQsocket(handle), events: Int16(events), revents: 0)
        var ready: Int32
        repeat {
            ready = unsafe poll(&socket, 1, Int32(silenceMillisecondsMax))
        } while ready < 0 && errno == EINTR
        if ready == 0 {
            isSilent = true
            let reason = "its server has said nothing for \(silenceMillisecondsMax) ms"
            throw StoreError(.unavailable, reason, context: "use the store", path: url)
        }
        if unsafe libpq.pointee.PQconsumeInput(handle) != 1 { throw failure("use the store") }
    }

    /// Waits for a notification, or until another descriptor can be read.
    ///
    /// - Returns: whether one has come.
    func waitForNotification(milliseconds: Int, or other: Int32) throws(StoreError) -> Bool {
        if hasNotifications() { return true }
        var descriptors = [
            pollfd(fd: unsafe libpq.pointee.PQsocket(handle), events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        let ready = unsafe poll(&descriptors, 2, Int32(milliseconds))
        guard ready > 0, descriptors[0].revents != 0 else { return false }
        if unsafe libpq.pointee.PQconsumeInput(handle) != 1 { throw failure("wait for the other nodes") }
        return hasNotifications()
    }

    private func hasNotifications() -> Bool {
        var isAny = false
        while let notification = unsafe libpq.pointee.PQnotifies(handle) {
            unsafe libpq.pointee.PQfreemem(notification)
            isAny = true
        }
        return isAny
    }

    /// What libpq says of the connection, which cannot be used any more.
    func failure(_ doing: String) -> StoreError {
        let message = unsafe String(cString: libpq.pointee.PQerrorMessage(handle)!)
        let lines = message.split(whereSeparator: \.isNewline)
        let reason = lines.isEmpty ? "the connection to its server is lost" : lines.joined(separator: "; ")
        return StoreError(.unavailable, reason, context: doing, path: url)
    }
}
