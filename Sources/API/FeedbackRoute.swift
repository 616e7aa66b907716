import Cache
import HTTP
import JSON
import Store
import Support

/// `POST /cache/feedback`: what a person says of an answer that was served.
struct FeedbackRoute: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("POST", "/cache/feedback") { try await record($0.request) }
    }

    private static let commentBytesMax = 4_096

    private func record(_ request: Request) async throws -> Response {
        let body = try RequestBody(request, members: ["entry", "verdict", "comment"])
        guard let number = try body.optionalInt("entry", in: 1...Int.max) else {
            throw APIError(400, "\"entry\" is missing", param: "entry", code: "missing_required_parameter")
        }
        let verdict: Feedback.Verdict
        switch try body.string("verdict", bytesMax: 16) {
        case "good": verdict = .good
        case "bad": verdict = .bad
        case let other:
            throw APIError(
                400, "\"verdict\" must be good or bad, not \"\(other)\"", param: "verdict", code: "invalid_value")
        }
        let id = EntryID(rawValue: Int64(number))
        let store = parts.cache.parts.store
        guard let entry = try store.entry(id),
            try store.scopeKey(entry.scope)?.tenant == parts.access.tenant(of: request)
        else { throw APIError(404, "there is no entry \(number)", param: "entry", code: "not_found") }
        let feedback = Feedback(
            entry: id, verdict: verdict,
            comment: try body.optionalString("comment", bytesMax: Self.commentBytesMax), time: parts.clock.now)
        guard try await parts.cache.feedback(feedback) else {
            throw APIError(404, "there is no entry \(number)", param: "entry", code: "not_found")
        }
        return .json(200, ["entry": .number(number), "verdict": .string("\(verdict)")])
    }
}
