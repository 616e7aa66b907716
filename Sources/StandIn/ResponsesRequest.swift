package import JSON

/// What the stand-in reads from the body of a request to `/v1/responses`: the chat that asks the same.
package struct ResponsesRequest: Sendable {
    package let chat: ChatRequest
    /// The request's settings, which the reply repeats.
    package let settings: JSONObject

    package init(_ body: JSONValue) throws(APIError) {
        guard let settings = body.object else { throw APIError(400, "the body is no object") }
        var messages: [JSONValue] = []
        if let instructions = settings["instructions"]?.string {
            messages.append(["role": "system", "content": .string(instructions)])
        }
        switch settings["input"] {
        case .string(let text)?: messages.append(["role": "user", "content": .string(text)])
        case .array(let items)?: messages += items.filter { $0["role"] != nil }
        default: throw .missing("input")
        }
        var chat: JSONObject = ["messages": .array(messages)]
        for (name, value) in [
            ("model", settings["model"]), ("stream", settings["stream"]), ("temperature", settings["temperature"]),
            ("reasoning_effort", settings["reasoning"]?["effort"]),
            ("max_completion_tokens", settings["max_output_tokens"]),
        ] {
            if let value, !value.isNull { chat[name] = value }
        }
        self.chat = try ChatRequest(.object(chat))
        self.settings = settings
    }
}
