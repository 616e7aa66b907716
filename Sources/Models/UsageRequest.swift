import JSON

/// Has a stream say what it cost, also when its client did not ask, and keeps that from such a client.
///
/// OpenAI sends a last chunk with the usage and no choice, and `"usage": null` in every chunk before it, exactly when
/// `stream_options.include_usage` is set.
struct UsageRequest: Sendable {
    /// The chat request to be sent.
    let body: JSONObject
    private let clientAsked: Bool

    /// - Parameter body: the client's request; options that are no object stay, for the upstream to refuse.
    init(_ body: JSONObject) {
        var body = body
        body["stream"] = true
        var options = body["stream_options"].map { $0.isNull ? JSONObject() : $0.object } ?? JSONObject()
        clientAsked = options?["include_usage"]?.bool == true
        options?["include_usage"] = true
        if let options { body["stream_options"] = .object(options) }
        self.body = body
    }

    /// The event as the client would have got it; nil when it would not have got it at all.
    func shown(_ event: ServerSentEvent, chunk: JSONObject) -> ServerSentEvent? {
        guard !clientAsked, let usage = chunk["usage"] else { return event }
        if usage.isNull {
            var chunk = chunk
            chunk["usage"] = nil
            return ServerSentEvent(type: event.type, id: event.id, data: JSONValue.object(chunk).bytes)
        }
        // A server that sends the usage with a choice does so for everybody.
        return chunk["choices"]?.array?.isEmpty == true ? nil : event
    }
}
