package import JSON

/// What goes to *full* whatever a plan says: subjects, marks and lengths that mini is not to be trusted with.
package struct EscalationRules: Sendable, Equatable {
    /// Words and phrases, found as whole words whatever their case.
    package var words: [String]
    package var tags: [String]
    package var scopes: [String]
    /// Estimated; a longer input goes to *full*.
    package var inputTokensMax: Int?
    /// What mini is asked about an input to which no other rule applies.
    package var subjects: [String]

    package init(
        words: [String] = [], tags: [String] = [], scopes: [String] = [], inputTokensMax: Int? = nil,
        subjects: [String] = []
    ) {
        self.subjects = subjects
        self.words = words
        self.tags = tags
        self.scopes = scopes
        self.inputTokensMax = inputTokensMax
    }

    /// The first rule that applies, as it is told to people: `word "lawsuit"`; nil: none.
    ///
    /// - Parameter input: all of a run's inputs; of it all texts count, also those deep inside.
    package func rule(for input: JSONValue, tags: [String], scope: String) -> String? {
        if scopes.contains(scope) { return "scope \"\(scope)\"" }
        if let tag = self.tags.first(where: tags.contains) { return "tag \"\(tag)\"" }
        if !words.isEmpty {
            let texts = input.texts.map(EscalationRules.spaced)
            let found = words.first { word in
                let word = EscalationRules.spaced(word)
                return word != " " && texts.contains { $0.contains(word) }
            }
            if let found { return "word \"\(found)\"" }
        }
        guard let inputTokensMax else { return nil }
        let tokens = input.texts.map(\.estimatedTokens).reduce(0, +)
        return tokens > inputTokensMax ? "input of \(tokens) tokens, more than \(inputTokensMax)" : nil
    }

    /// The words in lower case with a space on either side of each.
    private static func spaced(_ text: String) -> String {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        return " " + words.map { $0 + " " }.joined()
    }
}

extension JSONValue {
    var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let object): object.members.flatMap(\.value.texts)
        case .null, .bool, .number: []
        }
    }
}
