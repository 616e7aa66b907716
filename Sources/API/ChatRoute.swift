import Cache
import HTTP
import JSON
import Models
import Store
import Support

/// `POST /v1/chat/completions`: OpenAI's chat, answered from the cache where it can be.
struct ChatRoute: Sendable {
    let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("POST", "/v1/chat/completions") { try await respond(to: $0.request) }
    }

    private func respond(to request: Request) async throws -> Response {
        let chat = try ChatRequest(try RequestBody.parse(request))
        let directives = try CacheDirectives.of(request.headers)
        do {
            guard case .question(let question, let context) = chat.kind else {
                return try await bypass(chat, directives)
            }
            let scope = ScopeKey(
                tenant: API.tenant(of: request), name: try CacheDirectives.scopeName(request.headers), digest: context)
            let query = Query(
                question, scope: scope, directives: directives, tags: try CacheDirectives.tags(request.headers))
            return try await answer(chat, query)
        } catch let error as ModelError {
            var response = Response.failure(error)
            response.headers["Cache-Status"] = "refrain; fwd=miss"
            return response
        }
    }

    private func answer(_ chat: ChatRequest, _ query: Query) async throws -> Response {
        if query.directives.onlyIfCached {
            let reply = await parts.cache.lookup(query)
            guard case .cached = reply.content else { throw Self.notCached }
            return response(reply, chat)
        }
        if chat.isStreamed {
            return try await streamed(chat) { receive in
                try await parts.cache.ask(query) { () throws(ModelError) in try await complete(chat, query, receive) }
            }
        }
        let reply = try await parts.cache.ask(query) { () throws(ModelError) in try await complete(chat, query) }
        return response(reply, chat)
    }

    static let notCached = APIError(
        504, "the answer is not in the cache and only-if-cached forbids asking a model", code: "not_cached")

    private func bypass(_ chat: ChatRequest, _ directives: Query.Directives) async throws -> Response {
        if directives.onlyIfCached { throw Self.notCached }
        if chat.isStreamed {
            return try await streamed(chat) { receive in
                Self.bypassed(try await complete(chat, nil, receive))
            }
        }
        return response(Self.bypassed(try await complete(chat, nil)), chat)
    }

    private static func bypassed(_ completion: Completion) -> Reply {
        var receipt = Receipt(.bypass)
        receipt.cost = completion.cost
        return Reply(.generated(completion), receipt)
    }

    /// Another client's call gave the answer: its cookies, limits and ids are that client's.
    private static func collapsed(_ completion: Completion, now: Timestamp) -> JSONValue {
        guard var body = completion.body.object else { preconditionFailure("a completion is an object") }
        body["id"] = .string("chatcmpl-" + Identifier.random())
        body["created"] = .number(Int(now.seconds))
        return .object(body)
    }

    /// - Parameters:
    ///   - query: nil for a request that goes past the cache.
    ///   - receive: takes the answer in pieces; nil waits for the whole.
    private func complete(
        _ chat: ChatRequest, _ query: Query?, _ receive: StreamReceiver? = nil
    ) async throws(ModelError) -> Completion {
        if chat.model == ChatRequest.anyModel {
            var body = chat.body
            body["model"] = nil
            if let query {
                return try await parts.answer(query, body, receive: receive)
            }
            return try await parts.models.chat(body, role: .full, purpose: .answer, receive: receive)
        }
        return try await parts.models.chat(chat.body, model: chat.model, purpose: .answer, receive: receive)
    }

    /// The response with a reply that is there as a whole.
    func response(_ reply: Reply, _ chat: ChatRequest) -> Response {
        let now = parts.clock.now
        var response: Response
        switch reply.content {
        case .cached(let entry):
            response = whole(ChatAnswer.body(entry, requestedModel: chat.model, now: now), chat)
        case .generated(let completion):
            let body = reply.receipt.isCollapsed ? Self.collapsed(completion, now: now) : completion.body
            response = whole(body, chat, isComplete: completion.isWhole)
            if !reply.receipt.isCollapsed { response.headers.pass(on: completion.headers) }
        case .none:
            return Self.notCached.response
        }
        response.headers.describe(reply, now: now)
        return response
    }

    /// A completion in the form that the client asked for.
    private func whole(_ completion: JSONValue, _ chat: ChatRequest, isComplete: Bool = true) -> Response {
        guard chat.isStreamed else { return .json(200, completion) }
        let events = ChatChunks.events(of: completion, includesUsage: chat.includesUsage)
        return Response(200, headers: .eventStream, body: .bytes(events + (isComplete ? ChatChunks.endMark : [])))
    }
}
