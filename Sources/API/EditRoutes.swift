import Cache
import HTTP
import JSON
import Store
import Support

/// `PATCH /cache/entries/{id}` and `POST /cache/undo`: what people change by hand, and take back.
struct EditRoutes: Sendable {
    private let parts: API.Parts
    private let undo: UndoLog

    init(_ parts: API.Parts, _ undo: UndoLog) {
        self.parts = parts
        self.undo = undo
    }

    func register(in router: inout Router) {
        router.add("PATCH", "/cache/entries/{id}") { try await edit($0) }
        router.add("POST", "/cache/undo") { try await takeBack($0.request) }
    }

    private func edit(_ call: Router.Call) async throws -> Response {
        let body = try RequestBody(call.request, members: ["answer", "tags", "ttl_seconds"])
        var change = EntryChange()
        if body.has("answer") { change.answer = try body.string("answer", bytesMax: Limits.answerBytesMax) }
        if let kinds = change.answer.map(parts.cache.parts.personalData.kinds), !kinds.isEmpty {
            throw APIError(PersonalDataRefusal(kinds: kinds, place: .answer))
        }
        if body.has("tags") { change.tags = try body.tags() }
        if body.has("ttl_seconds") {
            let seconds = try body.optionalInt("ttl_seconds", in: 1...(1 << 31))
            change.expiry = seconds.map { .at(parts.clock.now + Int64($0)) } ?? .never
        }
        guard change != EntryChange() else {
            throw APIError(
                400, "\"answer\", \"tags\" or \"ttl_seconds\" is missing", param: "answer",
                code: "missing_required_parameter")
        }
        let entry = try parts.entry(of: call)
        let step = try undo.step(before: entry.id, call.request, parts)
        guard try await parts.cache.edit(entry.id, change) else { throw APIError.noEntry(entry.id) }
        var reply: JSONObject = ["entry": .number(Int(entry.id.rawValue))]
        reply["undo"] = step
        return .json(200, .object(reply))
    }

    private func takeBack(_ request: Request) async throws -> Response {
        let body = try RequestBody(request, members: ["undo"])
        let id = try body.string("undo", bytesMax: Limits.tagBytesMax)
        let tenant = try parts.access.tenant(of: request)
        guard let record = undo.take(id, tenant: tenant, now: parts.clock.now) else {
            throw APIError(
                404,
                "there is nothing to take back: \(Limits.undoSecondsMax / 60) minutes have passed, "
                    + "it was taken back already, or the service was restarted", param: "undo", code: "not_found")
        }
        switch try await parts.cache.restore(record) {
        case .restored: return .json(200, ["entry": .number(Int(record.id.rawValue))])
        case .taken(let other):
            throw APIError(
                409, "the question has another answer by now, entry \(other.rawValue): forget that one first",
                param: "undo", code: "conflict")
        }
    }
}

extension UndoLog {
    /// Keeps an entry as it is, where the request says `?undoable=true`.
    ///
    /// - Returns: what the response tells as `undo`; nil where nothing is kept.
    func step(before id: EntryID, _ request: Request, _ parts: API.Parts) throws(APIError) -> JSONValue? {
        switch request.query("undoable") {
        case nil, "false": return nil
        case "true": break
        case let other?:
            throw APIError(
                400, "undoable must be true or false, not \"\(other)\"", param: "undoable", code: "invalid_value")
        }
        guard let record = try parts.stored({ try parts.cache.parts.store.record(of: id) }) else { return nil }
        return .string(keep(record, tenant: try parts.access.tenant(of: request), now: parts.clock.now))
    }
}
