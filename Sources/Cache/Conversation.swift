import JSON
package import Store
import Support
import Synchronization

/// What was said before a question.
package struct Conversation: Sendable {
    /// `{turns: [{role, text}], question}`.
    let data: JSONValue
    /// Where the question would be looked up if it were asked alone.
    let scope: ScopeKey

    /// - Parameters:
    ///   - turns: who said what, in order.
    ///   - question: the one that ends it.
    ///   - scope: of a question with the same instructions and settings, but no turns before it.
    package init(turns: [(role: String, text: String)], question: String, scope: ScopeKey) {
        let turns = turns.map { turn -> JSONValue in ["role": .string(turn.role), "text": .string(turn.text)] }
        data = ["turns": .array(turns), "question": .string(question)]
        self.scope = scope
    }
}

/// Questions that mini has written to stand alone, by their conversations, so that each is written once.
final class Rewritings: Sendable {
    private let written = Mutex<[Digest: String?]>([:])

    /// - Returns: nil when the conversation is new, `.some(nil)` when its question cannot stand alone.
    subscript(_ conversation: Conversation) -> String?? {
        written.withLock { $0[Digest(of: conversation.data.text)] }
    }

    func keep(_ question: String?, for conversation: Conversation) {
        written.withLock { written in
            if written.count >= Limits.rewritingsKeptMax { written.removeAll() }
            written[Digest(of: conversation.data.text)] = .some(question)
        }
    }
}
