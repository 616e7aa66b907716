import JSON
import Support

/// A chat completion request, split into the question and everything else that changes the answer.
struct ChatRequest: Sendable {
    /// The request as it came.
    let body: JSONObject
    /// The model asked for; `refrain` lets the server choose.
    let model: String
    /// Whether the answer is to come as a stream of events.
    let isStreamed: Bool
    /// Whether such a stream is to end with the usage.
    let includesUsage: Bool
    let kind: Kind

    enum Kind: Equatable, Sendable {
        /// The last user text, and the digest of the rest: the scope in which it may be answered.
        case question(String, context: Digest)
        /// Not for the cache, and why.
        case bypass(String)
    }

    /// The model name that leaves the choice to the server.
    static let anyModel = "refrain"

    init(_ value: JSONValue) throws(APIError) {
        guard let body = value.object else {
            throw APIError(400, "the body must be a JSON object, not \(value.kind)", code: "invalid_type")
        }
        guard let model = body["model"]?.string, !model.isEmpty else {
            throw APIError(
                400, "you must provide a model parameter", param: "model", code: "missing_required_parameter")
        }
        guard let messages = body["messages"]?.array, !messages.isEmpty else {
            throw APIError(
                400, "\"messages\" must be an array with at least one message", param: "messages",
                code: "missing_required_parameter")
        }
        self.body = body
        self.model = model
        isStreamed = body["stream"]?.bool == true
        includesUsage = body["stream_options"]?["include_usage"]?.bool == true
        kind = Self.kind(body, messages)
    }

    static func kind(_ body: JSONObject, _ messages: [JSONValue]) -> Kind {
        if let reason = bypassReason(body, messages) { return .bypass(reason) }
        guard let last = messages.last, last["role"]?.string == "user", let text = text(of: last["content"]) else {
            return .bypass("the last message is no text of a user")
        }
        guard text.utf8.count <= Limits.questionBytesMax else {
            return .bypass("the question is longer than \(Limits.questionBytesMax) bytes")
        }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            return .bypass("the question is empty")
        }
        return .question(text, context: context(body, earlier: messages.dropLast(), last))
    }

    /// Members that do not change what is answered; a request is the same with and without them.
    private static let ignored: Set<String> = [
        "metadata", "user", "safety_identifier", "service_tier", "stream", "stream_options", "store", "messages",
    ]

    /// The digest of everything but the question. Members of a default value count as absent, and the order of members
    /// does not count; neither does it count in which of its ways a message says the same.
    static func context(_ body: JSONObject, earlier: ArraySlice<JSONValue>, _ last: JSONValue) -> Digest {
        var context = JSONObject()
        for member in body.members {
            let isIgnored = ignored.contains(member.name) || member.name.hasPrefix("prompt_cache_")
            let isDefault =
                member.value.isNull || (member.name == "n" && member.value.int == 1)
                || (member.name == "model" && member.value.string == anyModel)
                || (member.name == "logprobs" && member.value.bool == false)
            if !isIgnored && !isDefault { context[member.name] = member.value }
        }
        if !earlier.isEmpty { context["messages"] = .array(earlier.map(plainMessage)) }
        if let name = last["name"] { context["last_name"] = name }
        return Digest(of: JSONValue.object(context).sorted.bytes)
    }

    /// A message with its text in one piece; a developer's is a system's by its newer name.
    private static func plainMessage(_ message: JSONValue) -> JSONValue {
        guard let object = message.object else { return message }
        var plain = JSONObject(object.members.filter { !$0.value.isNull && $0.value != [] })
        if plain["role"] == "developer" { plain["role"] = "system" }
        let hasPlainParts = plain["content"]?.array?.allSatisfy { $0.object?.members.count == 2 } ?? false
        if hasPlainParts, let text = text(of: plain["content"]) { plain["content"] = .string(text) }
        return .object(plain)
    }

    /// The context of a question that comes with nothing else: asked of `/cache/ask`, or imported.
    static let plainContext = Digest(of: JSONValue.object(JSONObject()).bytes)

    /// What the cache cannot answer faithfully, or what must be fresh.
    private static func bypassReason(_ body: JSONObject, _ messages: [JSONValue]) -> String? {
        if let n = body["n"], !n.isNull, n.int != 1 { return "n is \(n.text)" }
        // By its parts: the search for a text in a text takes longer than all else here.
        let parts = body["model"]?.string?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        if parts.dropFirst().contains(where: { $0.hasPrefix("search") }) { return "the model searches the web" }
        if body["logprobs"]?.bool == true || body["top_logprobs"]?.int != nil { return "logprobs are asked for" }
        if let modalities = body["modalities"]?.array, modalities != ["text"] { return "another modality than text" }
        for name in ["audio", "web_search_options", "previous_response_id", "background", "prediction"] {
            if let value = body[name], !value.isNull, value.bool != false { return "\(name) is used" }
        }
        for message in messages {
            if let role = message["role"]?.string, role == "tool" || role == "function" { return "a tool's message" }
            if let calls = message["tool_calls"], !calls.isNull { return "a tool was called" }
            if let parts = message["content"]?.array, parts.contains(where: { $0["type"]?.string != "text" }) {
                return "a content part that is no text"
            }
        }
        return nil
    }

    /// The text of a message's content: a string, or parts that are all text.
    static func text(of content: JSONValue?) -> String? {
        if let text = content?.string { return text }
        guard let parts = content?.array, !parts.isEmpty else { return nil }
        let texts = parts.compactMap { $0["text"]?.string }
        return texts.count == parts.count ? texts.joined(separator: "\n") : nil
    }
}

extension JSONValue {
    /// The value with every object's members in the order of their names.
    var sorted: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { JSONObject.Member(name: $0.name, value: $0.value.sorted) }
                        .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }))
        default: self
        }
    }
}
