/// What a request to the API is made for.
package enum Purpose: String, Sendable, CaseIterable {
    /// A chat completion or a response.
    case answer
    /// A chat completion that asks whether two questions are the same.
    case confirm
    case embedding
    case models
    case other
}

/// A request to the API as faults and counts see it.
package struct Call: Sendable, Equatable {
    package var path: String
    package var purpose: Purpose
    /// The model as the request names it; nil where it names none.
    package var model: String?
    /// The last user text, or an embeddings request's input.
    package var text: String

    package init(path: String, purpose: Purpose, model: String? = nil, text: String = "") {
        self.path = path
        self.purpose = purpose
        self.model = model
        self.text = text
    }
}

extension Call {
    init(_ request: WireRequest, _ route: Route) {
        self.init(path: request.path, purpose: .other)
        switch route {
        case .chat(let chat):
            (purpose, model, text) = (chat.confirmation == nil ? .answer : .confirm, chat.name, chat.lastUserText)
        case .responses(let request):
            (purpose, model, text) = (.answer, request.chat.name, request.chat.lastUserText)
        case .embeddings(let embeddings):
            (purpose, model, text) = (.embedding, embeddings.name, embeddings.texts.joined(separator: "\n"))
        case .models, .model: purpose = .models
        case .refused(_, let name):
            model = name
            switch path {
            case "/v1/chat/completions", "/v1/responses": purpose = .answer
            case "/v1/embeddings": purpose = .embedding
            case let path where path.hasPrefix("/v1/models"): purpose = .models
            default: break
            }
        }
    }
}
