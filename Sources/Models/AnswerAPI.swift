import JSON

/// The two forms in which OpenAI's API takes a question and gives its answer.
package enum AnswerAPI: Sendable {
    /// `POST /chat/completions`: messages in, choices out.
    case chat
    /// `POST /responses`: input items in, output items out.
    case responses

    /// Under the upstream's base URL.
    var path: String {
        switch self {
        case .chat: "/chat/completions"
        case .responses: "/responses"
        }
    }

    /// The request with the role's reasoning effort, unless it brings its own.
    func body(_ body: JSONObject, reasoningEffort effort: String?) -> JSONObject {
        guard let effort else { return body }
        var body = body
        switch self {
        case .chat:
            if body["reasoning_effort"] == nil { body["reasoning_effort"] = .string(effort) }
        case .responses:
            guard var reasoning = body["reasoning"].map({ $0.isNull ? JSONObject() : $0.object }) ?? JSONObject()
            else { return body }
            if reasoning["effort"] == nil { reasoning["effort"] = .string(effort) }
            body["reasoning"] = .object(reasoning)
        }
        return body
    }
}
