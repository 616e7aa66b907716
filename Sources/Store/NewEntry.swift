package import Support

/// A question and its answer to be stored.
package struct NewEntry: Sendable {
    /// The question's embedding, of unit length.
    package struct Vector: Sendable {
        package var embedder: EmbedderKey
        package var components: [Float]

        package init(embedder: EmbedderKey, components: [Float]) {
            self.embedder = embedder
            self.components = components
        }
    }

    package var scope: ScopeKey
    /// Of the question's canonical text: equal wordings have equal keys.
    package var key: Digest
    package var question: String
    package var answer: String
    /// Stored sorted, each once.
    package var tags: [String]
    package var origin: Entry.Origin
    package var model: String?
    package var promptTokens: Int
    package var completionTokens: Int
    package var cost: Money
    /// The time of the insert when nil.
    package var created: Timestamp?
    package var expires: Timestamp?
    package var vector: Vector?

    package init(
        scope: ScopeKey, key: Digest, question: String, answer: String, tags: [String] = [],
        origin: Entry.Origin, model: String? = nil, promptTokens: Int = 0, completionTokens: Int = 0,
        cost: Money = .zero, created: Timestamp? = nil, expires: Timestamp? = nil, vector: Vector? = nil
    ) {
        self.scope = scope
        self.key = key
        self.question = question
        self.answer = answer
        self.tags = tags
        self.origin = origin
        self.model = model
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cost = cost
        self.created = created
        self.expires = expires
        self.vector = vector
    }

    /// Throws `.invalid` when a field breaks a limit.
    func check(path: String) throws(StoreError) {
        func refuse(_ reason: String) -> StoreError {
            StoreError(.invalid, reason, context: "store the entry", path: path)
        }
        if question.utf8.count > Limits.questionBytesMax {
            throw refuse("the question has \(question.utf8.count) bytes, \(Limits.questionBytesMax) at most are kept")
        }
        if answer.utf8.count > Limits.answerBytesMax {
            throw refuse("the answer has \(answer.utf8.count) bytes, \(Limits.answerBytesMax) at most are kept")
        }
        if scope.name.utf8.count > Limits.scopeNameBytesMax {
            throw refuse("the scope's name is longer than \(Limits.scopeNameBytesMax) bytes")
        }
        if Set(tags).count > Limits.tagsPerEntryMax {
            throw refuse("\(tags.count) tags, \(Limits.tagsPerEntryMax) at most are kept")
        }
        if let tag = tags.first(where: { $0.utf8.count > Limits.tagBytesMax }) {
            throw refuse("the tag \(tag.prefix(20))… is longer than \(Limits.tagBytesMax) bytes")
        }
        if let vector {
            try checkUnitVector(vector.components.span, dimension: vector.embedder.dimension, path: path)
        }
    }
}
