import JSON
import Support

/// A whole chat reply as it is sent, but for its head, which is new each time.
struct WrittenChat: Sendable {
    private let rest: [UInt8]

    /// - Parameter rest: the members after the head, at least one.
    init(rest: JSONObject) {
        self.rest = Array(JSONValue.object(rest).bytes.dropFirst())
    }

    /// The reply with an id of its own.
    func bytes(now: Timestamp) -> [UInt8] {
        var bytes = JSONValue.object(ChatRequest.head(now: now)).bytes
        bytes.reserveCapacity(bytes.count + rest.count)
        bytes[bytes.count - 1] = UInt8(ascii: ",")
        bytes += rest
        return bytes
    }
}
