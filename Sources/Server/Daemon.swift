import CMicroHTTPD
import Glibc
import HTTP
import Support
import Synchronization

/// A libmicrohttpd daemon: the event loops of one listening socket.
///
@safe final class Daemon: Sendable {
    let socket: ListeningSocket
    nonisolated(unsafe) private let daemon: OpaquePointer
    private let isStopped = Atomic<Bool>(false)
    /// The callbacks' closure, which must outlive them.
    private let context: ServerContext

    init(_ socket: ListeningSocket, context: ServerContext) throws(ServerError) {
        let configuration = context.configuration
        var settings = mhd_settings(
            listening_socket: socket.descriptor,
            threads: UInt32(configuration.threads),
            connections_max: UInt32(configuration.connectionsMax),
            idle_seconds_max: UInt32(configuration.connectionIdleSecondsMax),
            // Headers up to our own limit, with libmicrohttpd's tables of them, so that the refusal is ours.
            connection_memory_bytes: 2 * configuration.requestHeaderBytesMax)
        var callbacks = unsafe mhd_callbacks(
            closure: Unmanaged.passUnretained(context).toOpaque(),
            access: access, request_line: requestLine, unescape: keepEscaped, completed: completed,
            connection: connectionChanged)
        guard let daemon = unsafe mhd_start(&settings, &callbacks) else {
            throw ServerError(
                .library, "cannot serve on \(socket.address)",
                why: "libmicrohttpd did not start: \(systemMessage(errno))")
        }
        unsafe self.daemon = unsafe daemon
        self.socket = socket
        self.context = context
    }

    deinit {
        stop()
    }

    /// Accepts no further connection; those that are open go on. A second call does nothing.
    func stopListening() {
        // libmicrohttpd lets go of the socket, which is then ours to close.
        _ = unsafe MHD_quiesce_daemon(daemon)
        socket.close()
    }

    /// Closes every connection and ends the threads, which it waits for; no connection may be suspended: see
    /// `ConnectionTable.stop`. A second call does nothing.
    func stop() {
        if isStopped.exchange(true, ordering: .acquiringAndReleasing) { return }
        stopListening()
        unsafe MHD_stop_daemon(daemon)
    }
}

// MARK: The callbacks, all on libmicrohttpd's threads

/// A connection was accepted or is about to be closed.
private let connectionChanged: MHD_NotifyConnectionCallback = { closure, handle, slot, event in
    guard let closure = unsafe closure, let handle = unsafe handle, let slot = unsafe slot else { return }
    let context = unsafe Unmanaged<ServerContext>.fromOpaque(closure).takeUnretainedValue()
    switch event {
    case .CONNECTION_NOTIFY_STARTED:
        let descriptor = unsafe mhd_connection_descriptor(handle)
        // A client that has left already has no name any more: it will not get an answer, whoever it was.
        let peer = SocketName.peer(of: descriptor) ?? .tcp(address: "")
        let connection = Connection(descriptor: descriptor, peer: peer)
        context.connections.add(connection)
        unsafe slot.pointee = Unmanaged.passRetained(connection).toOpaque()
    default:
        guard let pointer = unsafe slot.pointee else { return }
        context.connections.remove(unsafe Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue())
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
        target: Array(bytes))
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
