package import JSON

/// What the stand-in reads from the body of a chat completion request.
package struct ChatRequest: Sendable {
    /// The model as the request names it.
    package let name: String
    package let model: ModelCatalogue.Model
    /// The text of the last user message; the text parts of a message in parts, joined.
    package let lastUserText: String
    /// The texts of all messages with their roles, hashed: another system message gives another hash.
    package let conversation: UInt64
    package let promptTokens: Int
    package let isStreamed: Bool
    package let includesUsage: Bool
    /// How many answers are asked for: `n`.
    package let choices: Int
    package let completionTokensMax: Int?
    /// What a request to confirm a match asks; nil for any other.
    package let confirmation: Confirmation?
    /// What the answer has to fit; nil: it is a text.
    package let schema: JSONValue?

    package init(_ body: JSONValue) throws(APIError) {
        guard let name = body["model"]?.string else { throw APIError(400, "you must provide a model parameter") }
        self.name = name
        model = try ModelCatalogue.model(name)
        guard let messages = body["messages"]?.array else { throw .missing("messages") }
        guard !messages.isEmpty else {
            throw APIError(
                400, "Invalid 'messages': empty array. Expected an array with minimum length 1.", param: "messages",
                code: "empty_array")
        }
        try Self.check(body, for: model)

        var hash = StableHash()
        var bytes = 0
        var last = ""
        for message in messages {
            let role = message["role"]?.string ?? ""
            let text = Self.text(of: message)
            hash.add(role)
            hash.add(text)
            bytes += text.utf8.count
            if role == "user" { last = text }
        }
        lastUserText = last
        conversation = hash.value
        promptTokens = (bytes + 3) / 4
        isStreamed = body["stream"]?.bool ?? false
        includesUsage = body["stream_options"]?["include_usage"]?.bool ?? false
        choices = min(max(body["n"]?.int ?? 1, 1), 16)
        completionTokensMax = body["max_completion_tokens"]?.int ?? body["max_tokens"]?.int
        confirmation = Self.isConfirmation(body) ? Confirmation(last) : nil
        schema = body["response_format"]?["json_schema"]?["schema"]
    }

    /// A confirmation is known by its reply's schema: `response_format.json_schema.name` is `same_question`.
    private static func isConfirmation(_ body: JSONValue) -> Bool {
        let format = body["response_format"]
        return format?["type"]?.string == "json_schema"
            && format?["json_schema"]?["name"]?.string == "same_question"
    }

    private static func text(of message: JSONValue) -> String {
        if let text = message["content"]?.string { return text }
        return (message["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    /// Refuses what the real models refuse, in their words.
    private static func check(_ body: JSONValue, for model: ModelCatalogue.Model) throws(APIError) {
        guard case .reasoning(let efforts) = model.kind else {
            guard model.kind == .chat else {
                throw APIError(
                    403, "You are not allowed to sample from this model", code: "model_not_supported")
            }
            return
        }
        let effort = body["reasoning_effort"]?.string ?? efforts[0]
        guard efforts.contains(effort) else {
            let known = efforts.map { "'\($0)'" }.joined(separator: ", ")
            throw APIError(
                400,
                "Unsupported value: 'reasoning_effort' does not support '\(effort)' with this model. "
                    + "Supported values are: \(known).", param: "reasoning_effort", code: "unsupported_value")
        }
        if case .number(let temperature)? = body["temperature"], temperature.double != 1, effort != "none" {
            throw APIError(
                400,
                "Unsupported value: 'temperature' does not support \(temperature.text) with this model. "
                    + "Only the default (1) value is supported.", param: "temperature", code: "unsupported_value")
        }
        guard body["max_tokens"] == nil else {
            throw APIError(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                    + "Use 'max_completion_tokens' instead.", param: "max_tokens", code: "unsupported_parameter")
        }
    }
}

/// The question that a confirmation is about: which candidate, if any, asks the same.
package struct Confirmation: Sendable, Equatable {
    package var question: String
    package var candidates: [String]

    package init(question: String, candidates: [String]) {
        self.question = question
        self.candidates = candidates
    }

    /// Reads the last user message, `{"question": …, "candidates": […]}`; a text that is not that has no candidates,
    /// and so gets the verdict "different".
    package init(_ text: String) {
        let json = try? JSONValue.parse(text)
        question = json?["question"]?.string ?? ""
        candidates = (json?["candidates"]?.array ?? []).map { $0.string ?? "" }
    }
}
