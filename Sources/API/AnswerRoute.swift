import Cache
import HTTP
import JSON
import Ledger
import Models
import Store
import Support

/// `POST /v1/chat/completions` and `POST /v1/responses`: OpenAI's two forms of a question, answered from the cache where
/// it can be. A class: the parts are too many to be copied for each request.
final class AnswerRoute<Asked: AnswerRequest>: Sendable {
    private let parts: API.Parts
    private let path: String
    /// Those answered from the cache: the same come again, and reading one takes longer than finding its answer.
    private let requests = RecentlyUsed<ReadRequest<Asked>.Body, ReadRequest<Asked>>(
        bytesMax: Limits.readRequestsBytesMax)

    init(_ path: String, _ parts: API.Parts) {
        self.path = path
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("POST", path) { [self] in try await respond(to: $0.request) }
        router.addImmediate("POST", path) { [self] in respondImmediately(to: $0).map(Immediate.response) }
    }

    /// Exact hits; whatever is wrong with a request is said on the longer way.
    private func respondImmediately(to request: Request) -> Response? {
        guard request.body.count <= Limits.immediateBodyBytesMax else { return nil }
        let body = ReadRequest<Asked>.Body(bytes: request.body)
        let known = requests[body]
        guard let asked = known?.asked ?? (try? Asked(try RequestBody.parse(request))) else { return nil }
        // The labels decide how the question is treated.
        RequestAccount.current?.describe(
            model: asked.model, metadata: asked.body["metadata"], parts.cache.parts.personalData)
        guard let query = try? query(asked, request, key: known?.key), let reply = parts.cache.immediately(query)
        else { return nil }
        var read = known ?? ReadRequest(asked, key: query.key)
        var isNew = known == nil
        if let written = read.written(reply) { (read, isNew) = (written, true) }
        if isNew, query.directives.mayStore { requests.keep(read, for: body, bytes: request.body.count) }
        return response(reply, asked, query, read)
    }

    /// The question of a request, and in which scope it may be answered; nil for what goes past the cache.
    ///
    /// - Parameter key: of the question's wording, where it is known already.
    private func query(_ asked: Asked, _ request: Request, key: Digest? = nil) throws(APIError) -> Query? {
        // What a feature in trial does to the answer nobody knows but the upstream.
        guard case .question(let question, let context) = asked.kind, request.headers["OpenAI-Beta"] == nil else {
            return nil
        }
        var directives = try CacheDirectives.of(request.headers)
        // The same words mean something else after other words.
        directives.isExactOnly = asked.hasTurns
        let query = Query(
            question, key: key,
            scope: ScopeKey(
                tenant: try parts.access.tenant(of: request), name: try CacheDirectives.scopeName(request.headers),
                digest: context),
            directives: directives, tags: try CacheDirectives.tags(request.headers))
        AnswerNote.current?.take(query)
        return parts.treated(query)
    }

    private func respond(to request: Request) async throws -> Response {
        let asked = try Asked(try RequestBody.parse(request))
        RequestAccount.current?.describe(
            model: asked.model, metadata: asked.body["metadata"], parts.cache.parts.personalData)
        do {
            guard var query = try query(asked, request) else {
                return try await bypass(asked, try CacheDirectives.of(request.headers))
            }
            if parts.cache.parts.rewriter != nil { query.conversation = asked.conversation(query) }
            return try await answer(asked, query)
        } catch let error as ModelError {
            var response = Response.failure(error)
            response.headers["Cache-Status"] = "refrain; fwd=miss"
            return response
        }
    }

    private func answer(_ asked: Asked, _ query: Query) async throws -> Response {
        if query.directives.onlyIfCached {
            let reply = await parts.cache.lookup(query)
            guard case .cached = reply.content else {
                RequestAccount.current?.take(reply)
                throw APIError.notCached
            }
            return response(reply, asked, query)
        }
        if asked.isStreamed {
            return try await streamed(asked, query) { [self] receive in
                // The events of an answer that is made behind the reply would go into it.
                try await parts.answered(query, mayBeStale: false) { [self] () throws(ModelError) in
                    try await complete(asked, query, receive)
                }
            }
        }
        let reply = try await parts.answered(query) { [self] () throws(ModelError) in try await complete(asked, query) }
        return response(reply, asked, query)
    }

    private func bypass(_ asked: Asked, _ directives: Query.Directives) async throws -> Response {
        if directives.onlyIfCached { throw APIError.notCached }
        if asked.isStreamed {
            return try await streamed(asked, nil) { [self] receive in
                Self.bypassed(try await complete(asked, nil, receive))
            }
        }
        return response(Self.bypassed(try await complete(asked, nil)), asked, nil)
    }

    private static func bypassed(_ completion: Completion) -> Reply {
        var receipt = Receipt(.bypass)
        receipt.cost = completion.cost
        return Reply(.generated(completion), receipt)
    }

    /// - Parameters:
    ///   - query: nil for a request that goes past the cache.
    ///   - receive: takes the answer in pieces; nil waits for the whole, and so does the answer of a plan.
    private func complete(
        _ asked: Asked, _ query: Query?, _ receive: StreamReceiver? = nil
    ) async throws(ModelError) -> Completion {
        if asked.model == ChatRequest.anyModel {
            if let query, let chat = asked.chat, let completion = try await parts.planned(query, chat) {
                return completion
            }
            var body = asked.body
            body["model"] = nil
            return try await parts.models.chat(body, api: Asked.api, role: .full, purpose: .answer, receive: receive)
        }
        return try await parts.models.chat(
            asked.body, api: Asked.api, model: asked.model, purpose: .answer, receive: receive)
    }

    /// The response with a reply that is there as a whole.
    ///
    /// - Parameters:
    ///   - query: nil for a request that goes past the cache.
    ///   - read: the request with the reply, if it is written already.
    func response(
        _ reply: Reply, _ asked: Asked, _ query: Query?, _ read: ReadRequest<Asked>? = nil
    ) -> Response {
        RequestAccount.current?.take(reply)
        let reply = parts.auditedHit(
            reply, query, chat: asked.chat, model: asked.model == ChatRequest.anyModel ? nil : asked.model)
        let now = parts.clock.now
        var response: Response
        switch reply.content {
        case .cached(let entry):
            response = whole(entry, asked, read, now)
        case .generated(let completion):
            let body = body(completion, isCollapsed: reply.receipt.isCollapsed, asked, now)
            response = whole(body, asked, isWhole: completion.isWhole)
            if !reply.receipt.isCollapsed { response.headers.pass(on: completion.headers) }
        case .none:
            return APIError.notCached.response
        }
        response.headers.describe(reply, now: now, written: read?.receipt?.text(of: reply.receipt))
        return response
    }

    /// An answer in the API's other form is written anew. Where another client's call gave it, its ids and its time are
    /// that client's.
    private func body(_ completion: Completion, isCollapsed: Bool, _ asked: Asked, _ now: Timestamp) -> JSONValue {
        guard completion.api == Asked.api, let body = completion.body.object else {
            return asked.body(PlainAnswer(completion), now: now)
        }
        return isCollapsed ? Asked.renewed(body, now: now) : completion.body
    }

    private func whole(
        _ entry: Entry, _ asked: Asked, _ read: ReadRequest<Asked>?, _ now: Timestamp
    ) -> Response {
        if let written = read?.reply(with: entry) { return .json(200, written.bytes(now: now)) }
        return whole(asked.body(PlainAnswer(entry, requestedModel: asked.model), now: now), asked)
    }

    /// A reply in the form that the client asked for.
    private func whole(_ body: JSONValue, _ asked: Asked, isWhole: Bool = true) -> Response {
        guard asked.isStreamed else { return .json(200, body) }
        return Response(200, headers: .eventStream, body: .bytes(asked.events(of: body, isWhole: isWhole)))
    }
}
