import Cache
package import HTTP
package import JSON
import Models
import Support

/// An error as the OpenAI API sends it: `{"error": {message, type, param, code}}`.
package struct APIError: Error, Sendable {
    package var status: Int
    package var message: String
    package var type: String
    package var param: String?
    package var code: String?
    package var headers = Headers()

    package init(_ status: Int, _ message: String, type: String? = nil, param: String? = nil, code: String? = nil) {
        self.status = status
        self.message = message
        self.type = type ?? (status < 500 ? "invalid_request_error" : "server_error")
        self.param = param
        self.code = code
    }

    static let notCached = APIError(
        504, "the answer is not in the cache and only-if-cached forbids asking a model", code: "not_cached")

    static func tooOften(retryAfterSeconds seconds: Int) -> APIError {
        var error = APIError(
            429, "this tenant has used up its requests a minute; the next one is due in \(seconds) s",
            type: "requests", code: "rate_limit_exceeded")
        error.headers["Retry-After"] = String(seconds)
        return error
    }

    /// Of an entry that must not be stored.
    init(_ refusal: PersonalDataRefusal) {
        self.init(400, refusal.description, param: refusal.place.rawValue, code: "personal_data")
    }

    package var response: Response {
        let body: JSONValue = [
            "error": [
                "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null,
            ]
        ]
        var response = Response.json(status, body)
        for field in headers.fields { response.headers.add(field.name, field.value) }
        return response
    }
}

extension Response {
    /// A response of JSON text.
    package static func json(_ status: Int, _ body: JSONValue) -> Response { json(status, body.bytes) }

    static func json(_ status: Int, _ body: [UInt8]) -> Response {
        Response(status, headers: ["Content-Type": "application/json"], body: .bytes(body))
    }

    /// The response to a model call that failed: the upstream's own error as it came, or ours in its form.
    static func failure(_ error: ModelError) -> Response {
        switch error.kind {
        case .noUpstream:
            return APIError(503, error.description, code: "no_upstream").response
        case .unreachable:
            return APIError(502, error.description, code: "upstream_unreachable").response
        case .suspended(let seconds):
            var suspended = APIError(503, error.description, code: "upstream_suspended")
            suspended.headers["Retry-After"] = String(seconds)
            return suspended.response
        case .timedOut:
            return APIError(504, error.description, code: "upstream_timeout").response
        case .cancelled:
            return APIError(499, error.description, code: "client_closed_request").response
        case .invalidReply:
            return APIError(502, error.description, code: "invalid_upstream_reply").response
        case .planFailed:
            return APIError(502, error.description, code: "plan_failed").response
        case .rejected(let status, let headers, let body):
            return Response(status, headers: headers.passedOn, body: .bytes(body))
        }
    }
}

extension Headers {
    /// The fields of an upstream's response that are the client's business: what it is, when to retry, its limits, its
    /// id. Everything else belongs to the connection with the upstream.
    var passedOn: Headers {
        var passed = Headers()
        for field in fields where Headers.isPassedOn(field.name.lowercased()) { passed.add(field.name, field.value) }
        return passed
    }

    /// Adds those fields of an upstream's response to one whose body is of our own making.
    mutating func pass(on upstream: Headers) {
        for field in upstream.passedOn.fields where !Headers.same(field.name, "content-type") {
            add(field.name, field.value)
        }
    }

    private static func isPassedOn(_ name: String) -> Bool {
        [
            "content-type", "retry-after", "retry-after-ms", "x-should-retry", "x-request-id", "set-cookie",
            "refrain-rule",
        ].contains(name)
            || name.hasPrefix("x-ratelimit-") || name.hasPrefix("openai-")
    }
}
