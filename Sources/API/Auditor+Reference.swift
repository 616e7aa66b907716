import Cache
import JSON
import Models
import Store

extension Auditor {
    /// What an answer from the cache is compared with.
    enum Reference: Sendable {
        /// Asked for anew: of a model that the client named, or of *full*.
        case asked(JSONObject, model: String?)
        /// What the client got in shadow mode: an audit costs no call but mini's.
        case given(Completion)

        /// Nil where there is nothing to compare with; an answer of a plan is not *full*'s.
        init?(_ reply: Reply, _ chat: () -> JSONObject?, _ model: String?) {
            if case .generated(let completion) = reply.content {
                guard completion.estimatedFullCost == nil else { return nil }
                self = .given(completion)
                return
            }
            guard var chat = chat() else { return nil }
            for name in ["stream", "stream_options", "metadata"] { chat[name] = nil }
            chat["model"] = model.map { .string($0) }
            self = .asked(chat, model: model)
        }
    }
}

extension Reply {
    /// What was served from the cache, or would have been where there is a model's answer to compare it with.
    var auditedEntry: Entry? {
        switch content {
        case .cached(let entry): entry
        case .generated: wouldServe
        case .none: nil
        }
    }
}

extension API.Parts {
    /// Has the cache answer a question; what shadow mode would have served is audited where chance picks it.
    func answered(
        _ query: Query, mayBeStale: Bool = true,
        generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) async throws -> Reply {
        let reply = try await cache.ask(query, mayBeStale: mayBeStale, generate: generate)
        return reply.receipt.shadow == nil ? reply : audited(reply, query, chat: nil, model: nil)
    }
}
