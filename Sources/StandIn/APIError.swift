package import JSON

/// An error in the form in which OpenAI sends it.
package struct APIError: Error, Equatable, Sendable {
    package var status: Int
    package var message: String
    package var type: String
    package var param: String?
    package var code: String?

    package init(_ status: Int, _ message: String, type: String? = nil, param: String? = nil, code: String? = nil) {
        self.status = status
        self.message = message
        self.type = type ?? Self.type(of: status)
        self.param = param
        self.code = code
    }

    package var json: JSONValue {
        [
            "error": [
                "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null,
            ]
        ]
    }

    /// What OpenAI's `type` says for a status.
    private static func type(of status: Int) -> String {
        switch status {
        case 429: "rate_limit_exceeded"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    package static func notJSON(_ reason: String) -> APIError {
        APIError(400, "We could not parse the JSON body of your request. (\(reason))")
    }

    package static func missing(_ parameter: String) -> APIError {
        APIError(
            400, "Missing required parameter: '\(parameter)'.", param: parameter, code: "missing_required_parameter")
    }
}
