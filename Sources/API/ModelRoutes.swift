import Cache
import Embedding
import HTTP
import JSON
import Ledger
import Models
import Store
import Support

/// `GET /v1/models` and `POST /v1/embeddings`.
struct ModelRoutes: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("GET", "/v1/models") { _ in try await list() }
        router.add("GET", "/v1/models/{id*}") { try await show($0.parameters["id"] ?? "") }
        router.add("POST", "/v1/embeddings") { try await embed($0.request) }
    }

    /// The upstream's models and our own name; our own alone where there is no upstream.
    private func models() async throws(ModelError) -> [JSONValue] {
        let own: JSONValue = [
            "id": .string(ChatRequest.anyModel), "object": "model", "created": 1_764_000_000, "owned_by": "refrain",
        ]
        guard parts.models.hasUpstream else { return [own] }
        return [own] + (try await parts.models.models())
    }

    private func list() async throws -> Response {
        do throws(ModelError) {
            return .json(200, ["object": "list", "data": .array(try await models())])
        } catch {
            return .failure(error)
        }
    }

    private func show(_ id: String) async throws -> Response {
        do {
            if let model = try await models().first(where: { $0["id"]?.string == id }) { return .json(200, model) }
            throw APIError(404, "the model \"\(id)\" does not exist", param: "model", code: "model_not_found")
        } catch let error as ModelError {
            return .failure(error)
        }
    }

    /// Embeds with the cache's own embedder when the request asks for it by name; else the upstream does.
    private func embed(_ request: Request) async throws -> Response {
        let body = try RequestBody.parse(request)
        let embedder = parts.cache.parts.embedder
        let name = Self.modelName(embedder.identity)
        guard let object = body.object, let model = object["model"]?.string else {
            throw APIError(
                400, "you must provide a model parameter", param: "model", code: "missing_required_parameter")
        }
        RequestAccount.current?.describe(
            model: model, metadata: object["metadata"], parts.cache.parts.personalData)
        guard model == name || model == embedder.identity.name else {
            guard parts.models.hasUpstream else {
                throw APIError(
                    404, "only the model \"\(name)\" embeds here", param: "model", code: "model_not_found")
            }
            return try await passOn(object, model)
        }
        let texts = try Self.inputs(body["input"])
        let isBase64 = try Self.isBase64(body["encoding_format"])
        if let dimensions = body["dimensions"], !dimensions.isNull, dimensions.int != embedder.identity.dimension {
            throw APIError(
                400, "\"dimensions\" is \(dimensions.text), vectors of \"\(name)\" have \(embedder.identity.dimension)",
                param: "dimensions", code: "invalid_value")
        }
        let vectors = try await embedder.embed(texts)
        let data = zip(0..., vectors).map { index, vector -> JSONValue in
            [
                "object": "embedding", "index": .number(index),
                "embedding": isBase64
                    ? .string(UnitVector.encoded(base64: vector)) : .array(vector.map { .number(Double($0)) }),
            ]
        }
        RequestAccount.current?.change { $0.dimensions.outcome = Receipt.Outcome.bypass.rawValue }
        let tokens = texts.map(Economics.estimatedTokens).reduce(0, +)
        return .json(
            200,
            [
                "object": "list", "data": .array(data), "model": .string(model),
                "usage": ["prompt_tokens": .number(tokens), "total_tokens": .number(tokens)],
            ])
    }

    private func passOn(_ body: JSONObject, _ model: String) async throws -> Response {
        var response: Response
        do throws(ModelError) {
            response = try await parts.models.embeddings(body, model: model)
            RequestAccount.current?.passed()
            response.headers = response.headers.passedOn
        } catch {
            response = .failure(error)
        }
        response.headers["Cache-Status"] = Headers.forwarded(isBypass: true)
        return response
    }

    private static func isBase64(_ format: JSONValue?) throws(APIError) -> Bool {
        switch format?.string ?? "float" {
        case "float": return false
        case "base64": return true
        case let other:
            throw APIError(
                400, "\"encoding_format\" is \"\(other)\", it must be \"float\" or \"base64\"",
                param: "encoding_format", code: "invalid_value")
        }
    }

    /// `all-MiniLM-L6-v2` of `all-MiniLM-L6-v2/53aa51172d14`, `org/model` of `remote:org/model/1536`.
    private static func modelName(_ identity: EmbedderIdentity) -> String {
        let name = identity.name.hasPrefix("remote:") ? identity.name.dropFirst("remote:".count) : identity.name[...]
        return name.lastIndex(of: "/").map { String(name[..<$0]) } ?? String(name)
    }

    private static func inputs(_ value: JSONValue?) throws(APIError) -> [String] {
        let texts: [String]
        if let text = value?.string {
            texts = [text]
        } else if let elements = value?.array, !elements.isEmpty, elements.allSatisfy({ $0.string != nil }) {
            texts = elements.compactMap(\.string)
        } else {
            throw APIError(
                400, "\"input\" must be a string or an array of strings", param: "input", code: "invalid_type")
        }
        guard texts.count <= Limits.importLinesPerRequestMax else {
            throw APIError(
                400, "\(texts.count) texts, \(Limits.importLinesPerRequestMax) at most are taken at once",
                param: "input", code: "array_above_max_length")
        }
        return texts
    }
}
