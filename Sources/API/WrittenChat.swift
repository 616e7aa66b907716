import JSON
import Support

/// A whole chat reply as it is sent, but for its head, which is new each time.
struct WrittenChat: Sendable {
    private let rest: [UInt8]

    /// - Parameter rest: the members after the head, at least one.
    init(rest: JSONObject) {
        self.rest = Array(JSONValue.object(rest).bytes.dropFirst())
    }

    /// The reply with an id of its own, which needs no escaping; its head is that of `ChatRequest.head`.
    func bytes(now: Timestamp) -> [UInt8] {
        let id = ChatRequest.newIdentifier()
        let created = String(now.seconds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rest.count + 128)
        bytes += Self.start
        bytes += id.utf8
        bytes += Self.middle
        bytes += created.utf8
        bytes.append(UInt8(ascii: ","))
        bytes += rest
        return bytes
    }

    private static let start = Array(#"{"id":""#.utf8)
    private static let middle = Array(#"","object":"chat.completion","created":"#.utf8)
}
