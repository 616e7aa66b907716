import Glibc
import HTTP

/// A request's head that was read and found good.
///
/// On a kept connection clients send the same head again and again. What is read from a head follows from what
/// `ReceivedHead` holds, from the connection and from the server's limits, of which the latter two stay: where all of the
/// first is the same, so is the request, but for its body. The bytes alone would not do, for a NUL that a client sends looks
/// like a line end that libmicrohttpd has overwritten.
final class ReadHead: Sendable {
    let request: Request.Head
    let length: RequestHead.BodyLength
    /// Whether the response goes out without its body.
    let isHead: Bool
    private let target: [UInt8]
    private let bytes: [UInt8]
    private let places: ReceivedHead.Places

    init(
        _ received: ReceivedHead, _ request: Request.Head, _ length: RequestHead.BodyLength, isHead: Bool
    ) {
        self.request = request
        self.length = length
        self.isHead = isHead
        target = unsafe received.target
        bytes = unsafe Array(received.bytes)
        places = unsafe received.places
    }

    func isSame(as received: ReceivedHead) -> Bool {
        unsafe target == received.target && places == received.places && ReadHead.areSame(bytes, received.bytes)
    }

    /// The target, where the bytes are the same: a copy less for each request.
    func target(of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        unsafe ReadHead.areSame(target, bytes) ? target : nil
    }

    private static func areSame(_ bytes: [UInt8], _ others: UnsafeRawBufferPointer) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            guard bytes.count == others.count else { return false }
            guard let start = bytes.baseAddress, let other = others.baseAddress else {
                return unsafe bytes.isEmpty
            }
            return unsafe memcmp(start, other, bytes.count) == 0
        }
    }
}
