package import Support

/// What a call is made for.
package enum Purpose: String, Sendable, CaseIterable {
    /// The answer to a question that the cache did not have, or was not to give.
    case answer
    /// Whether a stored question asks the same.
    case confirm
    /// The last question of a conversation as it would be asked alone.
    case rewrite
    /// What may be said of an answer when it is stored.
    case annotate
    /// A step of a plan.
    case plan
    /// A second answer to one that was served, to compare them.
    case audit
    /// Embeddings that a client asked for.
    case embed
}

/// One try of one call, for the ledger: a call that was tried twice leaves two.
package struct CallRecord: Sendable, Equatable {
    /// Nil when the client named the model.
    package var role: Role?
    /// As the reply names it; as it was asked for where there is no reply.
    package var model: String
    package var purpose: Purpose
    package var usage: Usage?
    /// Nil when the price or the usage is unknown.
    package var cost: Money?
    package var latencyMilliseconds: Double
    /// The HTTP status, `200`; or `timeout`, `unreachable`, `tls`, `cut`, `too_large`, `cancelled`, `closed`,
    /// `invalid_request`, `invalid_reply`, `failed`.
    package var status: String
    /// When the try ended.
    package var time: Timestamp

    package init(
        role: Role?, model: String, purpose: Purpose, usage: Usage?, cost: Money?, latencyMilliseconds: Double,
        status: String, time: Timestamp
    ) {
        self.role = role
        self.model = model
        self.purpose = purpose
        self.usage = usage
        self.cost = cost
        self.latencyMilliseconds = latencyMilliseconds
        self.status = status
        self.time = time
    }
}
