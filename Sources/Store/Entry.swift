package import Support

/// A stored question with its answer, as it is served.
package struct Entry: Hashable, Sendable {
    /// Where an answer came from. The raw values are stored.
    package enum Origin: Int64, Sendable, CaseIterable {
        /// Somebody put it in: by an import, or over the cache's own interface.
        case imported = 0
        /// A model answered a miss.
        case model = 1
        /// A person changed the answer by hand.
        case client = 2
    }

    package let id: EntryID
    package let scope: ScopeID
    package let question: String
    package let answer: String
    /// Sorted, each once.
    package let tags: [String]
    package let origin: Origin
    package let model: String?
    package let promptTokens: Int
    package let completionTokens: Int
    /// What the answer cost when it was made, or would have cost; nil when the price is unknown.
    package let cost: Money?
    package let created: Timestamp
    /// From this moment on the entry is not served.
    package let expires: Timestamp?
    /// The similarity below which the entry is never served without a confirmation; moved by feedback.
    package let boundary: Double?
    /// Lags by up to a second.
    package let hits: Int
    package let lastHit: Timestamp?

    package func isExpired(at now: Timestamp) -> Bool {
        expires.map { $0 <= now } ?? false
    }
}
