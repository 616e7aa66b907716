import Cache
import Embedding
import HTTP
import JSON
import Questions
import Store
import Support

/// `/cache/entries`: put entries in, list them, read one, forget some.
struct EntryRoutes: Sendable {
    let parts: API.Parts
    private let undo: UndoLog

    init(_ parts: API.Parts, _ undo: UndoLog) {
        self.parts = parts
        self.undo = undo
    }

    func register(in router: inout Router) {
        router.add("POST", "/cache/entries") { try await add($0.request) }
        router.add("GET", "/cache/entries") { try await list($0.request) }
        router.add("DELETE", "/cache/entries") { try await forget($0.request) }
        router.add("GET", "/cache/entries/{id}") { try show($0) }
        router.add("DELETE", "/cache/entries/{id}") { try await forgetOne($0) }
    }

    // MARK: Adding

    /// One entry as a JSON object, or many as lines of JSON (`application/x-ndjson`): a bad line is named by its number
    /// in the reply, the others are stored.
    private func add(_ request: Request) async throws -> Response {
        let addition = try addition(request)
        if request.headers["Content-Type"]?.lowercased().hasPrefix("application/x-ndjson") == true {
            return try await addLines(request, addition)
        }
        if addition.merges {
            throw APIError(
                400, "dedupe takes lines of JSON, of the Content-Type application/x-ndjson", param: "dedupe",
                code: "invalid_value")
        }
        let new = try entry(try RequestBody.parse(request), request)
        switch await parts.cache.insert([new], policy: addition.policy)[0] {
        case .success(let outcome): return .json(outcome.change == .inserted ? 201 : 200, outcome.json)
        case .failure(let error): throw APIError(503, error.description, code: "store_error")
        }
    }

    private func addLines(_ request: Request, _ addition: Addition) async throws -> Response {
        let lines = request.body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let numbered = zip(1..., lines).filter { !$0.1.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } }
        guard numbered.count <= addition.linesMax else {
            throw APIError(
                400, "\(numbered.count) lines, \(addition.linesMax) at most are taken at once",
                code: "array_above_max_length")
        }
        var entries: [(line: Int, entry: NewEntry)] = []
        var errors: [(line: Int, message: String)] = []
        for (number, line) in numbered {
            do throws(APIError) {
                entries.append((number, try entry(try RequestBody.parse(Array(line)), request)))
            } catch {
                errors.append((number, error.message))
            }
        }
        var stored: [JSONValue] = []
        if addition.merges {
            let merged = try await addMerging(entries, addition)
            stored = merged.stored
            errors += merged.errors
        } else {
            let results = await parts.cache.insert(entries.map(\.entry), policy: addition.policy)
            for ((line, _), result) in zip(entries, results) {
                switch result {
                case .success(let outcome):
                    stored.append(["line": .number(line), "result": outcome.json])
                case .failure(let error): errors.append((line, error.description))
                }
            }
        }
        let failures = errors.sorted { $0.line < $1.line }.map { error -> JSONValue in
            ["line": .number(error.line), "message": .string(error.message)]
        }
        return .json(200, ["stored": .array(stored), "errors": .array(failures)])
    }

    private func entry(_ value: JSONValue, _ request: Request) throws(APIError) -> NewEntry {
        let body = try RequestBody(
            value, members: ["question", "answer", "tags", "ttl_seconds", "scope", "context", "model", "embedding"])
        let question = try body.string("question", bytesMax: Limits.questionBytesMax)
        let answer = try body.string("answer", bytesMax: Limits.answerBytesMax)
        let now = parts.clock.now
        let timeToLive =
            try body.optionalInt("ttl_seconds", in: 1...(1 << 31)).map(Int64.init)
            ?? parts.cache.parts.timeToLiveSeconds
        let named = try body.optionalString("scope", bytesMax: Limits.scopeNameBytesMax)
        let vector = try body.vector(dimension: parts.cache.indexes.dimension)
        let identity = parts.cache.parts.embedder.identity
        let new = NewEntry(
            scope: try parts.scope(request, named: named, context: try body.context()),
            key: SemanticCache.key(of: question), question: question, answer: answer, tags: try body.tags(),
            origin: .imported, model: try body.optionalString("model", bytesMax: Limits.tagBytesMax),
            cost: parts.cache.parts.economics.estimatedCost(question: question, answer: answer), created: now,
            expires: timeToLive.map { now + $0 },
            vector: vector.map {
                NewEntry.Vector(
                    embedder: EmbedderKey(name: identity.name, dimension: identity.dimension), components: $0)
            })
        if PersonalData.isRedacted(question) {
            throw APIError(
                400, "something was taken out of the question, which nobody can ask as it is", param: "question",
                code: "personal_data")
        }
        do throws(PersonalDataRefusal) {
            return try parts.cache.admitted(new)
        } catch {
            throw APIError(error)
        }
    }

    private func addition(_ request: Request) throws(APIError) -> Addition {
        try request.allow(parameters: ["on_conflict", "dedupe", "dry_run"])
        let addition = Addition(
            policy: try policy(request), merges: request.query("dedupe") == "true",
            isTrial: request.query("dry_run") == "true")
        if addition.isTrial, !addition.merges {
            throw APIError(400, "dry_run goes with dedupe", param: "dry_run", code: "invalid_value")
        }
        return addition
    }

    private func policy(_ request: Request) throws(APIError) -> InsertPolicy {
        switch request.query("on_conflict") {
        case nil, "replace": return .replace
        case "keep": return .keep
        case let other?:
            throw APIError(
                400, "on_conflict must be replace or keep, not \"\(other)\"", param: "on_conflict",
                code: "invalid_value")
        }
    }

    // MARK: Reading

    private func list(_ request: Request) async throws -> Response {
        if let text = request.query("like") { return try await listLike(text, request) }
        let newestFirst = try newestFirst(request)
        let filter = try filter(request, and: ["order"])
        let limit = try request.number("limit", in: 1...Int64(Limits.entriesPerPageMax)) ?? 100
        let after = try request.number("after", in: 0...Int64.max).map(EntryID.init(rawValue:))
        let store = parts.cache.parts.store
        let read = { @Sendable () throws(StoreError) in
            try store.entries(filter, after: after, newestFirst: newestFirst, limit: Int(limit))
        }
        let entries = try await filter.text == nil ? read() : BackgroundThread.result(of: read)
        let next = entries.count == Int(limit) ? entries.last.map { Int($0.id.rawValue) } : nil
        return .json(
            200,
            [
                "entries": .array(try entries.map { try json($0) }),
                "next_after": next.map { .number($0) } ?? .null,
            ])
    }

    /// By meaning: no model is asked, nothing is served or counted.
    private func listLike(_ text: String, _ request: Request) async throws -> Response {
        try request.allow(parameters: ["like", "scope", "limit"])
        guard text.utf8.count <= Limits.questionBytesMax else {
            throw APIError(
                400, "like has \(text.utf8.count) bytes, \(Limits.questionBytesMax) at most are taken", param: "like",
                code: "string_above_max_length")
        }
        let limit = try request.number("limit", in: 1...Int64(Limits.candidatesPerSearchMax)) ?? 20
        let found = try await parts.cache.like(
            text, tenant: try parts.access.tenant(of: request), scopeName: request.query("scope"), limit: Int(limit))
        let entries = try found.map { found -> JSONValue in
            var object = try json(found.entry).object ?? JSONObject()
            object["similarity"] = .rounded(found.similarity, places: 4)
            return .object(object)
        }
        return .json(200, ["entries": .array(entries), "next_after": .null])
    }

    /// `?order=oldest` (the default) or `newest`.
    private func newestFirst(_ request: Request) throws(APIError) -> Bool {
        switch request.query("order") {
        case nil, "oldest": return false
        case "newest": return true
        case let other?:
            throw APIError(
                400, "order must be oldest or newest, not \"\(other)\"", param: "order", code: "invalid_value")
        }
    }

    private func show(_ call: Router.Call) throws -> Response {
        let entry = try parts.entry(of: call)
        guard case .object(var object) = try json(entry) else { preconditionFailure("an entry is an object") }
        let aliases = try parts.stored { try parts.cache.parts.store.aliases(of: entry.id) }
        object["aliases"] = .array(
            aliases.map { alias in
                [
                    "question": .string(alias.text), "created": .string(alias.created.rfc3339),
                    "source": .string("\(alias.source)"),
                ]
            })
        let store = parts.cache.parts.store
        object["refused"] = .array(
            try parts.stored { try store.refusals(of: entry.id) }.map { refusal in
                [
                    "question": refusal.text.map { .string($0) } ?? .null,
                    "created": .string(refusal.created.rfc3339),
                ]
            })
        object["feedback"] = .array(
            try parts.stored { try store.feedback(on: entry.id) }.suffix(Limits.refusalsShownMax).map { said in
                [
                    "verdict": said.verdict == .good ? "good" : "bad",
                    "comment": said.comment.map { .string($0) } ?? .null, "time": .string(said.time.rfc3339),
                ]
            })
        return .json(200, .object(object))
    }

    // MARK: Forgetting

    private func forgetOne(_ call: Router.Call) async throws -> Response {
        let entry = try parts.entry(of: call)
        let step = try undo.step(before: entry.id, call.request, parts)
        return forgotten(try await parts.cache.forget([entry.id]), undo: step)
    }

    private func forget(_ request: Request) async throws -> Response {
        let filter = try filter(request, and: ["personal_data"])
        if request.query("personal_data") == "true" {
            return forgotten(try await parts.cache.forgetPersonal(filter))
        }
        let isFiltered = filter.scopeName != nil || filter.tag != nil || filter.olderThan != nil || filter.text != nil
        guard isFiltered || request.query("all") == "true" else {
            throw APIError(
                400, "say what to forget: scope, tag, older_than_seconds or text; or all=true",
                code: "missing_required_parameter")
        }
        return forgotten(try await parts.cache.forget(filter))
    }

    private func forgotten(_ ids: [EntryID], undo step: JSONValue? = nil) -> Response {
        var reply: JSONObject = ["forgotten": .array(ids.map { .number(Int($0.rawValue)) })]
        reply["undo"] = step
        return .json(200, .object(reply))
    }

    // MARK: Shared

    private static let parameters: Set<String> = [
        "scope", "tag", "text", "older_than_seconds", "limit", "after", "all",
    ]

    private func filter(_ request: Request, and others: Set<String> = []) throws(APIError) -> EntryFilter {
        // A misspelt filter must not become no filter: what it would have kept could be forgotten.
        try request.allow(parameters: Self.parameters.union(others))
        let age = try request.number("older_than_seconds", in: 0...(1 << 33))
        return EntryFilter(
            tenant: try parts.access.tenant(of: request), scopeName: request.query("scope"), tag: request.query("tag"),
            olderThan: age.map { parts.clock.now + -$0 }, text: request.query("text"))
    }

    private func json(_ entry: Entry) throws(APIError) -> JSONValue {
        let scope = try parts.stored { try parts.cache.parts.store.scopeKey(entry.scope) }
        return [
            "id": .number(Int(entry.id.rawValue)),
            "scope": .string(scope?.name ?? ""),
            "context": scope.map { $0.digest == ChatRequest.plainContext ? .null : .string($0.digest.hex) } ?? .null,
            "question": .string(entry.question),
            "answer": .string(entry.answer),
            "tags": .array(entry.tags.map { .string($0) }),
            "origin": .string("\(entry.origin)"),
            "model": entry.model.map { .string($0) } ?? .null,
            "prompt_tokens": .number(entry.promptTokens),
            "completion_tokens": .number(entry.completionTokens),
            "cost_usd": .dollars(entry.cost),
            "created": .string(entry.created.rfc3339),
            "expires": entry.expires.map { .string($0.rfc3339) } ?? .null,
            "ttl_seconds": entry.expires.map { .number(Int(max(0, $0.seconds - parts.clock.now.seconds))) } ?? .null,
            "boundary": .rounded(entry.boundary, places: 4),
            "hits": .number(entry.hits),
            "last_hit": entry.lastHit.map { .string($0.rfc3339) } ?? .null,
        ]
    }
}

extension InsertOutcome {
    var json: JSONValue {
        let word =
            switch change {
            case .inserted: "inserted"
            case .replaced: "replaced"
            case .unchanged: "unchanged"
            case .renewed: "renewed"
            case .kept: "kept"
            }
        return ["entry": .number(Int(entry.rawValue)), "outcome": .string(word)]
    }
}
