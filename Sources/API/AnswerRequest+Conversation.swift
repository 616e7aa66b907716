import Cache
import JSON
import Store

/// What was said before a question.
extension AnswerRequest {
    /// Whether a user or an assistant has spoken before the last message; instructions are no turns.
    var hasTurns: Bool { chat?["messages"]?.array?.dropLast().contains(where: Self.isTurn) == true }

    /// - Parameter query: of this request.
    /// - Returns: nil for a question that stands at the beginning.
    func conversation(_ query: Query) -> Conversation? {
        guard hasTurns, let chat, let messages = chat["messages"]?.array, let last = messages.last else { return nil }
        let earlier = messages.dropLast()
        let turns = earlier.filter(Self.isTurn).map { message in
            (role: message["role"]?.string ?? "", text: ChatRequest.text(of: message["content"]) ?? "")
        }
        let alone = ChatRequest.context(chat, earlier: earlier.filter { !Self.isTurn($0) }[...], last)
        return Conversation(
            turns: turns, question: query.question,
            scope: ScopeKey(tenant: query.scope.tenant, name: query.scope.name, digest: alone))
    }

    private static func isTurn(_ message: JSONValue) -> Bool {
        message["role"] == "user" || message["role"] == "assistant"
    }
}
