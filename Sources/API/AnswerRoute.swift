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
        router.addImmediate("POST", path) { [self] call in
            guard let response = respondImmediately(to: call) else { return nil }
            return .response(response)
        }
    }

    /// Exact hits; whatever is wrong with a request is said on the longer way.
    private func respondImmediately(to call: ImmediateCall) -> Response? {
        let body = ReadRequest<Asked>.Body(bytes: call.request.body)
        guard let use = call.head.use, body.bytes.count <= Limits.immediateBodyBytesMax else { return nil }
        let known = requests[body]
        guard let read = known ?? read(body) else { return nil }
        // The labels decide how the question is treated.
        call.account?.describe(model: read.model, labels: read.labels)
        let latest = read.written
        let found = parts.cache.hitImmediately(query(read, use, call), known: latest?.hit, at: call.time)
        guard let (hit, milliseconds) = found else { return nil }
        let written = latest?.hit === hit ? latest : read.write(hit)
        if known == nil || written !== latest, use.directives.mayStore {
            // The body is kept as it came and as it was read, the entry as it is stored and as it was written.
            let entryBytes = hit.entry.question.utf8.count + hit.entry.answer.utf8.count
            requests.keep(read, for: body, bytes: 4 * body.bytes.count + 2 * entryBytes)
        }
        guard let written, !parts.isAudited(hit.receipt) else {
            return call.asTask {
                response(hit.reply(milliseconds: milliseconds), read.asked, query(read, use, call))
            }
        }
        call.take(hit, milliseconds: milliseconds)
        return written.response(milliseconds: milliseconds, now: call.time)
    }

    private func read(_ body: ReadRequest<Asked>.Body) -> ReadRequest<Asked>? {
        guard let asked = try? Asked(try RequestBody.parse(body.bytes)) else { return nil }
        return ReadRequest(asked, parts.cache.parts.personalData)
    }

    private func query(_ read: ReadRequest<Asked>, _ use: CacheUse, _ call: ImmediateCall) -> Query {
        let query = use.query(read.question, key: read.key, context: read.context, isExactOnly: read.hasTurns)
        call.note?.take(query)
        return parts.treated(query, call.account)
    }

    /// The question of a request, and in which scope it may be answered; nil for what goes past the cache.
    private func query(_ asked: Asked, _ request: Request) throws(APIError) -> Query? {
        guard case .question(let question, let context) = asked.kind, CacheUse.isPossible(request.head) else {
            return nil
        }
        let query = try CacheUse(request.head, parts.access)
            .query(question, context: context, isExactOnly: asked.hasTurns)
        AnswerNote.current?.take(query)
        return parts.treated(query)
    }

    private func respond(to request: Request) async throws -> Response {
        let asked = try Asked(try RequestBody.parse(request))
        RequestAccount.current?.describe(
            model: asked.model, metadata: asked.body["metadata"], parts.cache.parts.personalData)
        let query = try query(asked, request)
        do {
            guard var query else { return try await bypass(asked, try CacheDirectives.of(request.headers)) }
            if parts.cache.parts.rewriter != nil { query.conversation = asked.conversation(query) }
            return try await answer(asked, query)
        } catch let error as ModelError {
            var response = Response.failure(error)
            response.headers["Cache-Status"] = Headers.forwarded(isBypass: query == nil)
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
    /// - Parameter query: nil for a request that goes past the cache.
    func response(_ reply: Reply, _ asked: Asked, _ query: Query?) -> Response {
        RequestAccount.current?.take(reply)
        let reply = parts.auditedHit(
            reply, query, chat: asked.chat, model: asked.model == ChatRequest.anyModel ? nil : asked.model)
        let now = parts.clock.now
        var response: Response
        switch reply.content {
        case .cached(let entry):
            response = whole(asked.body(PlainAnswer(entry, requestedModel: asked.model), now: now), asked)
        case .generated(let completion):
            let body = body(completion, isCollapsed: reply.receipt.isCollapsed, asked, now)
            response = whole(body, asked, isWhole: completion.isWhole)
            if !reply.receipt.isCollapsed { response.headers.pass(on: completion.headers) }
        case .none:
            return APIError.notCached.response
        }
        response.headers.describe(reply, now: now)
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

    /// A reply in the form that the client asked for.
    private func whole(_ body: JSONValue, _ asked: Asked, isWhole: Bool = true) -> Response {
        guard asked.isStreamed else { return .json(200, body) }
        return Response(200, headers: .eventStream, body: .bytes(asked.events(of: body, isWhole: isWhole)))
    }
}
