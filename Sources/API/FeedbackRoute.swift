import Cache
import HTTP
import JSON
import Ledger
import Store
import Support

/// `POST /cache/feedback`: what a person says of an answer that was served.
struct FeedbackRoute: Sendable {
    private let parts: API.Parts
    private let undo: UndoLog

    init(_ parts: API.Parts, _ undo: UndoLog) {
        self.parts = parts
        self.undo = undo
    }

    func register(in router: inout Router) {
        router.add("POST", "/cache/feedback") { try await record($0.request) }
    }

    private static let subjects = ["entry", "request", "label"]

    private func record(_ request: Request) async throws -> Response {
        let body = try RequestBody(
            request, members: Set(Self.subjects).union(["verdict", "score", "succeeded", "comment"]))
        let tenant = try parts.access.tenant(of: request)
        let said = try Said(body, parts.cache.parts.personalData)
        if let number = try body.optionalInt("entry", in: 1...Int.max) {
            return try await record(said, EntryID(rawValue: Int64(number)), tenant, request)
        }
        if let id = try body.optionalString("request", bytesMax: Limits.ledgerNameBytesMax) {
            return try await record(said, request: id, tenant, try parts.access.reportedTenant(of: request))
        }
        guard let label = try body.optionalString("label", bytesMax: Limits.requestHeaderBytesMax) else {
            throw APIError(
                400, "\"entry\", \"request\" or \"label\" is missing", param: "entry",
                code: "missing_required_parameter")
        }
        return try await record(said, label: label, tenant)
    }

    /// What is said, whatever about.
    private struct Said {
        var isGood: Bool?
        var score: Int?
        var hasSucceeded: Bool?
        var comment: String?

        init(_ body: RequestBody, _ policy: PersonalDataPolicy) throws(APIError) {
            switch try body.optionalString("verdict", bytesMax: 16) {
            case nil: break
            case "good": isGood = true
            case "bad": isGood = false
            case let other?:
                throw APIError(
                    400, "\"verdict\" must be good or bad, not \"\(other)\"", param: "verdict", code: "invalid_value")
            }
            score = try body.optionalInt("score", in: 1...5)
            hasSucceeded = try body.optionalBool("succeeded")
            comment = try body.optionalString("comment", bytesMax: Limits.ratingCommentBytesMax).map(policy.shown)
            if isGood == nil, score == nil, hasSucceeded == nil {
                throw APIError(
                    400, "\"verdict\", \"score\" or \"succeeded\" is missing", param: "verdict",
                    code: "missing_required_parameter")
            }
        }

        func write(to rating: inout Rating) {
            rating.isGood = isGood
            rating.score = score
            rating.hasSucceeded = hasSucceeded
            rating.comment = comment
        }

        var json: JSONObject {
            var object = JSONObject()
            if let isGood { object["verdict"] = isGood ? "good" : "bad" }
            if let score { object["score"] = .number(score) }
            if let hasSucceeded { object["succeeded"] = .bool(hasSucceeded) }
            return object
        }
    }

    // MARK: Subjects

    private func record(
        _ said: Said, _ id: EntryID, _ tenant: String, _ request: Request
    ) async throws -> Response {
        let store = parts.cache.parts.store
        guard let entry = try store.entry(id), let scope = try store.scopeKey(entry.scope), scope.tenant == tenant
        else { throw APIError.noEntry(id, param: "entry") }
        let step = try undo.step(before: entry.id, request, parts)
        guard try await judge(entry.id, said) else { throw APIError.noEntry(id, param: "entry") }
        var rating = Rating(tenant: tenant, kind: .entry, subject: String(id.rawValue), time: parts.clock.now)
        rating.scope = scope.name
        rating.model = entry.model ?? ""
        return try await keep(rating, said, ("entry", .number(Int(id.rawValue))), undo: step)
    }

    /// - Parameter visible: whose requests may be spoken of; nil: anybody's.
    private func record(
        _ said: Said, request id: String, _ tenant: String, _ visible: String?
    ) async throws -> Response {
        await parts.ledger?.flush()
        guard let row = try parts.cache.parts.store.requestRow(id, tenant: visible) else {
            throw APIError(
                404, "the ledger knows of no request \"\(id)\"", param: "request", code: "not_found")
        }
        // An answer that somebody found bad is not to be served to others either.
        if let entry = row.entry { _ = try await judge(entry, said) }
        var rating = Rating(tenant: row.dimensions.tenant, kind: .request, subject: id, time: row.time)
        rating.scope = row.dimensions.scope
        rating.model = row.dimensions.model
        rating.plan = row.dimensions.plan
        rating.variant = row.dimensions.variant
        rating.labels = row.labels
        return try await keep(rating, said, ("request", .string(id)))
    }

    private func record(_ said: Said, label text: String, _ tenant: String) async throws -> Response {
        let known = Labels.parse(text).map { LedgerLabels.kept($0, parts.cache.parts.personalData) }
        guard let labels = known, labels.count == 1, Labels.problem(labels[0]) == nil else {
            throw APIError(
                400, "\"label\" must be one key=value, not \"\(text)\"", param: "label", code: "invalid_value")
        }
        let subject = "\(labels[0].key)=\(labels[0].value)"
        var rating = Rating(tenant: tenant, kind: .label, subject: subject, time: parts.clock.now)
        rating.labels = labels
        rating.variant = parts.trials.variant(tenant: tenant, scope: "", labels: labels) ?? ""
        return try await keep(rating, said, ("label", .string(subject)))
    }

    /// Moves the entry's boundary, where the word is on its answer.
    ///
    /// - Returns: whether there is such an entry.
    private func judge(_ entry: EntryID, _ said: Said) async throws -> Bool {
        guard let isGood = said.isGood else { return true }
        return try await parts.cache.feedback(
            Feedback(
                entry: entry, verdict: isGood ? .good : .bad, comment: said.comment, time: parts.clock.now))
    }

    private func keep(
        _ rating: Rating, _ said: Said, _ subject: (name: String, value: JSONValue), undo step: JSONValue? = nil
    ) async throws -> Response {
        var rating = rating
        said.write(to: &rating)
        try await parts.cache.parts.store.add(rating)
        var body = JSONObject()
        body[subject.name] = subject.value
        for member in said.json.members { body[member.name] = member.value }
        body["undo"] = step
        return .json(200, .object(body))
    }
}
