package import Support

/// A text that leads to an entry without any search: the entry's own question, or an alias of it.
package struct Wording: Hashable, Sendable {
    package let entry: EntryID
    package let isAlias: Bool
    package let text: String
}

/// A wording that was found to ask something else than an entry.
package struct Refusal: Hashable, Sendable {
    /// Nil where only its digest was kept, as an earlier release did.
    package let text: String?
    package let created: Timestamp
}

/// A further wording of an entry's question.
package struct Alias: Hashable, Sendable {
    /// Who said that it asks the same. The raw values are stored; 0 marks the entry's own question.
    package enum Source: Int64, Sendable, CaseIterable {
        case confirmed = 1
        case manual = 2
    }

    package let text: String
    package let created: Timestamp
    package let source: Source
}
