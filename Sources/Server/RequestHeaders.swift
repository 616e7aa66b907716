import CMicroHTTPD
import HTTP

/// Reads a request's headers out of libmicrohttpd.
enum RequestHeaders {
    /// - Parameter handle: a connection within a callback for it.
    static func read(_ handle: OpaquePointer) -> Headers {
        var headers = Headers()
        unsafe withUnsafeMutablePointer(to: &headers) { pointer in
            _ = unsafe MHD_get_connection_values_n(
                handle, .HEADER_KIND,
                { closure, _, name, nameSize, value, valueSize in
                    guard let headers = unsafe closure?.assumingMemoryBound(to: Headers.self) else { return .NO }
                    unsafe headers.pointee.add(
                        RequestHeaders.text(name, nameSize), RequestHeaders.text(value, valueSize))
                    return .YES
                }, pointer)
        }
        return headers
    }

    /// Bytes that are no UTF-8 become replacement characters; no header that is understood has any.
    private static func text(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : size), as: UTF8.self)
    }
}
