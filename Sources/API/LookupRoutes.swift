import Cache
import HTTP
import JSON
import Ledger
import Models
import Store
import Support

/// `POST /cache/lookup` and `POST /cache/ask`: a question in, an answer with its receipt out.
struct LookupRoutes: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("POST", "/cache/lookup") { try await lookup($0.request) }
        router.add("POST", "/cache/ask") { try await ask($0.request) }
        router.add("POST", "/cache/context") { try context($0.request) }
        router.addImmediate("POST", "/cache/lookup") { call in call.asTask { lookupImmediately(call.request) } }
        router.addImmediate("POST", "/cache/ask") { call in call.asTask { askImmediately(call.request) } }
    }

    private static let lookupMembers: Set = ["question", "scope", "context", "k", "embedding"]
    private static let askMembers = lookupMembers.union(["tags"])

    /// What takes no model and no time, and what a question to mini begins with.
    private func lookupImmediately(_ request: Request) -> Immediate? {
        guard let (query, candidates) = read(request, Self.lookupMembers) else { return nil }
        switch parts.cache.lookupImmediately(query) {
        case .reply(let reply)?: return .response(response(reply, query, candidates: candidates))
        case .doubt(let doubt)?:
            return .rest {
                AnswerNote.current?.take(query)
                return response(await parts.cache.lookup(doubt), query, candidates: candidates)
            }
        case nil: return nil
        }
    }

    private func askImmediately(_ request: Request) -> Immediate? {
        guard let (query, candidates) = read(request, Self.askMembers), let reply = parts.cache.immediately(query)
        else { return nil }
        return .response(response(reply, query, candidates: candidates))
    }

    /// A request's query, and how many candidates it wants to see; whatever is wrong with it is said on the longer way.
    private func read(_ request: Request, _ members: Set<String>) -> (query: Query, candidates: Int)? {
        guard let body = try? RequestBody(request, members: members), let query = try? parts.plainQuery(request, body),
            let candidates = try? candidatesWanted(body)
        else { return nil }
        return (query, candidates)
    }

    /// *full* is never called; mini may be, to confirm.
    private func lookup(_ request: Request) async throws -> Response {
        let body = try RequestBody(request, members: Self.lookupMembers)
        let query = try parts.plainQuery(request, body)
        let reply = await parts.cache.lookup(query)
        return response(reply, query, candidates: try candidatesWanted(body))
    }

    /// The same, and on a miss *full* answers.
    private func ask(_ request: Request) async throws -> Response {
        let body = try RequestBody(request, members: Self.askMembers)
        var query = try parts.plainQuery(request, body)
        query.tags = try body.tags() + CacheDirectives.tags(request.headers)
        let candidates = try candidatesWanted(body)
        if query.directives.onlyIfCached {
            let reply = await parts.cache.lookup(query)
            guard case .cached = reply.content else {
                RequestAccount.current?.take(reply)
                throw APIError.notCached
            }
            return response(reply, query, candidates: candidates)
        }
        let (asked, chat) = (query, Self.chat(query))
        do {
            let reply = try await parts.answered(query) { () throws(ModelError) in
                if let completion = try await parts.planned(asked, chat) { return completion }
                return try await parts.models.chat(chat, role: .full, purpose: .answer)
            }
            return response(reply, query, candidates: candidates)
        } catch let error as ModelError {
            return .failure(error)
        }
    }

    /// What decides, beside tenant and scope name, whose answers a chat request may see.
    private func context(_ request: Request) throws -> Response {
        let body = try RequestBody.parse(request)
        let kind = body["messages"] == nil ? try ResponsesRequest(body).kind : try ChatRequest(body).kind
        switch kind {
        case .question(let question, let context):
            return .json(
                200,
                [
                    "context": context == ChatRequest.plainContext ? .null : .string(context.hex),
                    "question": .string(question),
                ])
        case .bypass(let reason):
            throw APIError(400, "requests like this one go past the cache: \(reason)", code: "invalid_value")
        }
    }

    /// How many of the candidates looked at the caller wants to see.
    private func candidatesWanted(_ body: RequestBody) throws(APIError) -> Int {
        try body.optionalInt("k", in: 0...Limits.candidatesPerSearchMax) ?? 0
    }

    /// The chat that asks the bare question.
    private static func chat(_ query: Query) -> JSONObject {
        ["messages": [["role": "user", "content": .string(query.question)]]]
    }

    private func response(_ reply: Reply, _ query: Query, candidates wanted: Int) -> Response {
        RequestAccount.current?.take(reply)
        // What else a chat of another context holds is not known here.
        let isPlain = query.scope.digest == ChatRequest.plainContext
        let reply = parts.auditedHit(reply, query, chat: isPlain ? Self.chat(query) : nil, model: nil)
        var body: JSONObject = ["outcome": .string(reply.receipt.outcome.rawValue)]
        if let answer = reply.answer { body["answer"] = .string(answer) }
        if let entry = reply.receipt.entry { body["entry"] = .number(Int(entry.rawValue)) }
        let receipt = reply.receipt.headerJSON
        body["receipt"] = reply.receipt.json(receipt)
        if wanted > 0 { body["candidates"] = .array(reply.candidates.prefix(wanted).map(\.json)) }
        var response = Response.json(200, .object(body))
        response.headers.describe(reply, now: parts.clock.now, written: JSONValue.object(receipt).text)
        return response
    }
}

extension Candidate {
    var json: JSONValue {
        [
            "entry": .number(Int(entry.id.rawValue)), "question": .string(entry.question),
            "similarity": .rounded(similarity, places: 4), "probability": .rounded(probability, places: 4),
            "lower_bound": .rounded(lowerBound, places: 4),
            "conflicts": .array(conflicts.map(\.json)), "refused": .bool(isRefused),
        ]
    }
}
