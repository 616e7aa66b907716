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

/// Questions that mini has written to stand alone, by their conversations, so that each is written once in a scope: what
/// it takes must not tell one tenant what another has talked about.
final class Rewritings: Sendable {
    private struct Key: Hashable {
        let scope: ScopeKey
        let conversation: Digest

        init(_ conversation: Conversation) {
            scope = conversation.scope
            self.conversation = Digest(of: conversation.data.text)
        }
    }

    private let written = Mutex<[Key: String?]>([:])

    /// - Returns: nil when the conversation is new, `.some(nil)` when its question cannot stand alone.
    subscript(_ conversation: Conversation) -> String?? {
        written.withLock { $0[Key(conversation)] }
    }

    func keep(_ question: String?, for conversation: Conversation) {
        written.withLock { written in
            if written.count >= Limits.rewritingsKeptMax { written.removeAll() }
            written[Key(conversation)] = .some(question)
        }
    }
}
