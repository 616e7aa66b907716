import CMicroHTTPD
import HTTP
import Support

/// A response in libmicrohttpd's hands.
@safe struct OutgoingResponse: ~Copyable {
    private let response: OpaquePointer

    /// A whole body, which is copied.
    init(_ body: [UInt8]) {
        let made = unsafe body.withUnsafeBytes { bytes in
            // The pointer is only read from in this mode, whatever its type says.
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made = unsafe made else { fatalError("out of memory") }
        unsafe response = made
    }

    /// A body in pieces, read until its end; the stream is cancelled when libmicrohttpd needs it no more.
    ///
    /// - Parameter isChunked: false for HEAD: libmicrohttpd would send the last chunk after the headers. The body that
    ///   is not sent then ends with the connection.
    init(_ stream: ResponseStream, isChunked: Bool) {
        let made = unsafe mhd_stream_response(
            { closure, _, buffer, size in
                guard let closure = unsafe closure, let buffer = unsafe buffer else { return mhd_end_with_error() }
                return unsafe Unmanaged<ResponseStream>.fromOpaque(closure).takeUnretainedValue()
                    .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            },
            unsafe Unmanaged.passRetained(stream).toOpaque(),
            { closure in
                guard let closure = unsafe closure else { return }
                unsafe Unmanaged<ResponseStream>.fromOpaque(closure).takeRetainedValue().cancel()
            })
        guard let made = unsafe made else { fatalError("out of memory") }
        if !isChunked { unsafe mhd_end_with_connection(made) }
        unsafe response = made
    }

    deinit {
        // The queue holds a reference of its own.
        unsafe MHD_destroy_response(response)
    }

    /// Adds the headers; one that would break the response apart is left out and logged.
    func add(_ headers: Headers, log: Log) {
        for field in headers.fields {
            guard RequestHead.isToken(field.name), !RequestHead.hasControlCharacter(field.value),
                !OutgoingResponse.delimitsBody(field.name), add(field)
            else {
                log.warning("response header \(field.name) left out: it would break the response")
                continue
            }
        }
    }

    private func add(_ field: Headers.Field) -> Bool {
        // Passed as they are, both strings would be copied first.
        unsafe field.name.withCString { name in
            unsafe field.value.withCString { unsafe MHD_add_response_header(response, name, $0) == .YES }
        }
    }

    /// Such headers are libmicrohttpd's.
    private static func delimitsBody(_ name: String) -> Bool {
        Headers.same(name, "Content-Length") || Headers.same(name, "Transfer-Encoding")
    }

    /// Queues the response; only within the access handler.
    ///
    /// - Returns: false when libmicrohttpd does not take it: the connection must be cut.
    func queue(status: Int, on connection: OpaquePointer, log: Log) -> Bool {
        let isFinal = (200...599).contains(status)
        if !isFinal { log.error("response status \(status) is none that ends a request: sent as 500") }
        return unsafe MHD_queue_response(connection, UInt32(isFinal ? status : 500), response) == .YES
    }
}
