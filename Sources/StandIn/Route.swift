import JSON

/// Which part of the API a request means, read as far as it can be.
enum Route: Sendable {
    case chat(ChatRequest)
    case responses(ResponsesRequest)
    case embeddings(Embeddings)
    case models
    case model(ModelCatalogue.Model)
    /// No part, or one that would refuse it; with the model that it names.
    case refused(APIError, model: String?)

    init(_ request: WireRequest) {
        let body = Result { () throws(JSONError) in try JSONValue.parse(request.body) }
        do throws(APIError) {
            self = try Route.read(request, body)
        } catch {
            self = .refused(error, model: (try? body.get())?["model"]?.string)
        }
    }

    private static func read(
        _ request: WireRequest, _ body: Result<JSONValue, JSONError>
    ) throws(APIError) -> Route {
        let modelPrefix = "/v1/models/"
        switch (request.method, request.path) {
        case ("POST", "/v1/chat/completions"): return .chat(try ChatRequest(try json(body)))
        case ("POST", "/v1/responses"): return .responses(try ResponsesRequest(try json(body)))
        case ("POST", "/v1/embeddings"): return .embeddings(try Embeddings(try json(body)))
        case ("GET", "/v1/models"): return .models
        case ("GET", let path) where path.hasPrefix(modelPrefix):
            return .model(try ModelCatalogue.model(String(path.dropFirst(modelPrefix.count))))
        case (_, "/v1/chat/completions"), (_, "/v1/responses"), (_, "/v1/embeddings"), (_, "/v1/models"):
            throw APIError(
                405, "Not allowed to \(request.method) on \(request.path).", code: "method_not_supported")
        default: throw APIError(404, "Invalid URL (\(request.method) \(request.path))")
        }
    }

    private static func json(_ body: Result<JSONValue, JSONError>) throws(APIError) -> JSONValue {
        switch body {
        case .success(let json): return json
        case .failure(let error): throw .notJSON(error.description)
        }
    }
}
