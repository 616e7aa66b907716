import CMicroHTTPD
import Glibc
import Support
import Synchronization

/// One of libmicrohttpd's event loops, a thread; it serves the connections that it is given.
@safe final class EventLoop: Sendable {
    nonisolated(unsafe) private let daemon: OpaquePointer
    private let isStopped = Atomic<Bool>(false)
    /// The callbacks' closure, which must outlive them.
    private let context: ServerContext
    /// Its open connections.
    let openCount = Atomic<Int>(0)

    init(_ context: ServerContext) throws(ServerError) {
        let configuration = context.configuration
        var settings = mhd_settings(
            idle_seconds_max: UInt32(configuration.connectionIdleSecondsMax),
            // Headers up to our own limit, with libmicrohttpd's tables of them, so that the refusal is ours.
            connection_memory_bytes: 2 * configuration.requestHeaderBytesMax)
        var callbacks = unsafe mhd_callbacks(
            closure: Unmanaged.passUnretained(context).toOpaque(),
            access: access, request_line: requestLine, unescape: keepEscaped, completed: completed,
            connection: connectionChanged)
        guard let daemon = unsafe mhd_start(&settings, &callbacks) else {
            throw ServerError(
                .library, "cannot serve connections", why: "libmicrohttpd did not start: \(systemMessage(errno))")
        }
        unsafe self.daemon = unsafe daemon
        self.context = context
    }

    deinit {
        stop()
    }

    /// Serves a connection, which is in the table, from now on; its descriptor is libmicrohttpd's.
    ///
    /// - Returns: false when there is no memory for it; it is closed then.
    func serve(_ connection: Connection) -> Bool {
        unsafe mhd_add_connection(daemon, connection.descriptor) == .YES
    }

    /// Closes every connection and ends the thread, which it waits for. None may be suspended (see
    /// `ConnectionTable.stop`) and none may be added any more. A second call does nothing.
    func stop() {
        if isStopped.exchange(true, ordering: .acquiringAndReleasing) { return }
        unsafe MHD_stop_daemon(daemon)
    }
}

// MARK: The callbacks, all on libmicrohttpd's threads

/// A connection begins to be served or is about to be closed.
private let connectionChanged: MHD_NotifyConnectionCallback = { closure, handle, slot, event in
    guard let closure = unsafe closure, let handle = unsafe handle, let slot = unsafe slot else { return }
    let context = unsafe Unmanaged<ServerContext>.fromOpaque(closure).takeUnretainedValue()
    switch event {
    case .CONNECTION_NOTIFY_STARTED:
        guard let connection = context.connections[unsafe mhd_connection_descriptor(handle)] else { return }
        unsafe slot.pointee = Unmanaged.passRetained(connection).toOpaque()
    default:
        guard let pointer = unsafe slot.pointee else { return }
        context.remove(unsafe Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue())
        unsafe slot.pointee = nil
    }
}

/// A request's first line has come. What is returned is the request's context in the other callbacks.
private let requestLine: mhd_request_line_callback = { closure, target, handle in
    guard let closure = unsafe closure, let handle = unsafe handle,
        let connection = unsafe mhd_connection_context(handle)
    else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: target, count: target.map { unsafe strlen($0) } ?? 0)
    let exchange = unsafe Exchange(
        context: Unmanaged<ServerContext>.fromOpaque(closure).takeUnretainedValue(),
        connection: Unmanaged<Connection>.fromOpaque(connection).takeUnretainedValue(), handle: handle,
        target: bytes)
    return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// Leaves the target as it is: it is decoded, more strictly, by `RequestTarget`.
private let keepEscaped: mhd_unescape_callback = { _, _, text in
    unsafe text.map { unsafe strlen($0) } ?? 0
}

/// The next part of a request.
private let access: MHD_AccessHandlerCallback = { _, _, target, method, version, upload, uploadSize, slot in
    guard let pointer = unsafe slot?.pointee, let method = unsafe method, let target = unsafe target,
        let version = unsafe version, let uploadSize = unsafe uploadSize
    else { return .NO }
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    let piece = unsafe UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : uploadSize.pointee)
    let goesOn = unsafe exchange.proceed(
        method: method, target: target, version: version, upload: piece)
    unsafe uploadSize.pointee = 0
    return goesOn ? .YES : .NO
}

/// A request is over, one way or the other.
private let completed: MHD_RequestCompletedCallback = { _, _, slot, _ in
    guard let pointer = unsafe slot?.pointee else { return }
    unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().complete()
    unsafe slot?.pointee = nil
}
