import Cache
import HTTP
import JSON
import Models
import Store
import Support

/// `POST /v1/chat/completions`: OpenAI's chat, answered from the cache where it can be.
struct ChatRoute: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("POST", "/v1/chat/completions") { try await respond(to: $0.request) }
    }

    private func respond(to request: Request) async throws -> Response {
        let chat = try ChatRequest(try RequestBody.parse(request))
        if chat.body["stream"]?.bool == true {
            throw APIError(
                400, "streaming is not supported yet; send the request with \"stream\": false", param: "stream",
                code: "unsupported_value")
        }
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
        let reply = try await parts.cache.ask(query) { () throws(ModelError) in try await complete(chat) }
        return response(reply, chat)
    }

    static let notCached = APIError(
        504, "the answer is not in the cache and only-if-cached forbids asking a model", code: "not_cached")

    private func bypass(_ chat: ChatRequest, _ directives: Query.Directives) async throws -> Response {
        if directives.onlyIfCached { throw Self.notCached }
        let completion = try await complete(chat)
        var response = passedOn(completion)
        response.headers.describeBypass()
        return response
    }

    private func passedOn(_ completion: Completion) -> Response {
        var response = Response.json(200, completion.body)
        for field in completion.headers.passedOn.fields where !Headers.same(field.name, "content-type") {
            response.headers.add(field.name, field.value)
        }
        return response
    }

    /// Another client's call gave the answer: its cookies, limits and ids are that client's.
    private func collapsed(_ completion: Completion, now: Timestamp) -> Response {
        guard var body = completion.body.object else { preconditionFailure("a completion is an object") }
        body["id"] = .string("chatcmpl-" + Identifier.random())
        body["created"] = .number(Int(now.seconds))
        return .json(200, .object(body))
    }

    private func complete(_ chat: ChatRequest) async throws(ModelError) -> Completion {
        if chat.model == ChatRequest.anyModel {
            var body = chat.body
            body["model"] = nil
            return try await parts.models.chat(body, role: .full, purpose: .answer, deadlineMilliseconds: nil)
        }
        return try await parts.models.chat(chat.body, model: chat.model, purpose: .answer, deadlineMilliseconds: nil)
    }

    private func response(_ reply: Reply, _ chat: ChatRequest) -> Response {
        let now = parts.clock.now
        var response: Response
        switch reply.content {
        case .cached(let entry):
            response = .json(200, ChatAnswer.body(entry, requestedModel: chat.model, now: now))
        case .generated(let completion):
            response = reply.receipt.isCollapsed ? collapsed(completion, now: now) : passedOn(completion)
        case .none:
            return Self.notCached.response
        }
        response.headers.describe(reply, now: now)
        return response
    }
}
