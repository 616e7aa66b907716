package import Support

/// What a person changes of an entry; what is left out stays as it is.
package struct EntryChange: Sendable, Equatable {
    package enum Expiry: Sendable, Equatable {
        case never
        case at(Timestamp)
    }

    package var answer: String?
    package var tags: [String]?
    package var expiry: Expiry?

    package init(answer: String? = nil, tags: [String]? = nil, expiry: Expiry? = nil) {
        self.answer = answer
        self.tags = tags
        self.expiry = expiry
    }
}
