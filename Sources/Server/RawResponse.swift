import CLinux
import Glibc
import HTTP

/// A refusal written to the socket past libmicrohttpd, where that takes no response.
struct RawResponse {
    private let bytes: [UInt8]

    init(_ refusal: Refusal) {
        let response = refusal.response
        guard let body = response.body.bytes else { preconditionFailure("a refusal has a whole body") }
        var head = "HTTP/1.1 \(response.status) \(RawResponse.reason(response.status))\r\n"
        for field in response.headers.fields { head += "\(field.name): \(field.value)\r\n" }
        head += "Content-Length: \(body.count)\r\n\r\n"
        bytes = Array(head.utf8) + body
    }

    /// Writes what the socket takes at once; the connection is cut after it in any case.
    func send(to descriptor: Int32) {
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
    }

    private static func reason(_ status: Int) -> String {
        status == 413 ? "Content Too Large" : "Refused"
    }
}
