import JSON

/// Reads the event stream of `POST /responses`.
///
/// Each event names its type in its data, and the last one of a stream, `response.completed` or `response.incomplete`,
/// carries the whole response.
struct ResponsesStreamReader: AnswerStreamReader {
    var parser = ServerSentEventParser()
    var end: StreamEnd?
    private(set) var body: JSONValue = .null
    private(set) var lastEvent: [UInt8] = []

    var isFinished: Bool { false }

    mutating func read(_ event: ServerSentEvent) -> [UInt8] {
        // Some servers send chat's end mark too; the stream has ended before it, or has not.
        if event.data.elementsEqual("[DONE]".utf8) { return [] }
        do throws(InvalidReply) {
            let data = try InvalidReply.parse(event.data)
            switch data["type"]?.string ?? event.type {
            case "error": end = .refused(Self.described(data).bytes)
            case "response.failed": end = .refused(event.data)
            case "response.completed", "response.incomplete":
                guard let response = data["response"], response.object != nil else {
                    throw InvalidReply("its last event has no response")
                }
                body = response
                lastEvent = event.bytes
                end = .done
            default: return event.bytes
            }
        } catch {
            end = .invalid(error.reason)
        }
        return []
    }

    /// The error event with the member `error` that clients look for; the reference shows its parts one level higher.
    private static func described(_ data: JSONValue) -> JSONValue {
        guard var event = data.object, event["error"]?.object == nil else { return data }
        event["error"] = [
            "message": event["message"] ?? .null, "type": "server_error", "param": event["param"] ?? .null,
            "code": event["code"] ?? .null,
        ]
        return .object(event)
    }
}
