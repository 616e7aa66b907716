import Questions
package import Store
package import Support

/// A question put to the cache.
package struct Query: Sendable {
    /// The question as the user typed it.
    package var question: String { didSet { key = SemanticCache.key(of: question) } }
    /// The key of its wording.
    package internal(set) var key: Digest { didSet { refused = nil } }
    /// Whose answers may be seen at all.
    package var scope: ScopeKey { didSet { refused = nil } }
    package var directives: Directives
    /// Labels of the entry, should the answer be stored.
    package var tags: [String]
    /// The question's embedding, if the caller brings it along: of length 1, made by the configured embedder's model.
    package var vector: [Float]?
    /// How long that took; nil where the caller brought it along.
    var embedMilliseconds: Double?
    /// What was said before the question, which is then found by the whole conversation, as its scope has it, or by what
    /// it would be if it were asked alone.
    package var conversation: Conversation?

    /// The entries known to answer something else; nil until the store has said so.
    var refused: Set<EntryID>?
    /// What of a person is in the question, where that is looked for; empty until the cache has looked.
    var personalData: [PersonalData.Kind] = []

    /// - Parameter key: of the wording, where it is known already.
    package init(
        _ question: String, key: Digest? = nil, scope: ScopeKey, directives: Directives = Directives(),
        tags: [String] = [], vector: [Float]? = nil
    ) {
        self.question = question
        self.key = key ?? SemanticCache.key(of: question)
        self.scope = scope
        self.directives = directives
        self.tags = tags
        self.vector = vector
    }

    /// What a request says about its use of the cache (RFC 9111, section 5.2.1).
    package struct Directives: Sendable, Hashable {
        /// False for `no-cache`: the answer is made anew, and stored.
        package var mayRead = true
        /// False for `no-store`: neither looked up nor stored.
        package var mayStore = true
        /// `only-if-cached`: no model is asked for an answer.
        package var onlyIfCached = false
        /// `max-age`: an older answer is not served.
        package var maxAgeSeconds: Int64?
        /// A tighter error target than the configured one; a looser one is ignored.
        package var errorTarget: Double?
        /// Only the same wording counts: what is asked is no question that could be put in other words.
        package var isExactOnly = false
        /// Whether nothing is served from the cache: it is only said what would have been (`Receipt.Shadow`).
        package var isShadow = false

        package init() {}
    }
}
