import Cache
import HTTP
import JSON
import Support

/// `GET /cache/answers`: the latest questions, and why each was answered as it was.
struct RecentAnswersRoute: Sendable {
    private let parts: API.Parts
    private let answers: RecentAnswers

    init(_ parts: API.Parts, _ answers: RecentAnswers) {
        self.parts = parts
        self.answers = answers
    }

    func register(in router: inout Router) {
        router.add("GET", "/cache/answers") { try list($0.request) }
    }

    private func list(_ request: Request) throws -> Response {
        try request.allow(parameters: ["limit", "before", "outcome"])
        let limit = Int(try request.number("limit", in: 1...Int64(Limits.recentAnswersMax)) ?? 50)
        let before = try request.number("before", in: 1...Int64.max).map { Int($0) }
        let outcome = try outcome(request)
        let found = answers.list(tenant: try parts.access.tenant(of: request), before: before, limit: limit) {
            outcome == nil || $0?.outcome == outcome
        }
        let next = found.count == limit ? found.last.map { JSONValue.number($0.number) } : nil
        return .json(200, ["answers": .array(found.map(json)), "next_before": next ?? .null])
    }

    private func outcome(_ request: Request) throws(APIError) -> Receipt.Outcome? {
        guard let text = request.query("outcome") else { return nil }
        guard let outcome = Receipt.Outcome(rawValue: text) else {
            let choices = Receipt.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(
                400, "outcome must be one of \(choices), not \"\(text)\"", param: "outcome", code: "invalid_value")
        }
        return outcome
    }

    private func json(_ answer: RecentAnswers.Answer) -> JSONValue {
        let content = answer.note.content
        return [
            "number": .number(answer.number), "request": .string(answer.request),
            "time": .string(answer.note.time.rfc3339), "route": .string(answer.note.route),
            "scope": .string(content.scope), "question": content.question.map { .string($0) } ?? .null,
            "receipt": content.receipt?.json() ?? .null,
        ]
    }
}
