package import JSON
package import Models

/// One thing that a plan does.
package struct Step: Sendable {
    package enum Action: Sendable {
        case ask(Ask)
        case choose(Choice)
        case group(Grouping)
    }

    /// What becomes of a step that cannot be done.
    package enum Failure: String, Sendable, CaseIterable {
        /// The run fails.
        case stop
        /// The run goes on without the step's output.
        case skip
        /// Where mini gives no answer, *full* is asked the same.
        case full
    }

    package let name: String
    package internal(set) var action: Action
    package internal(set) var condition: Condition?
    /// Steps that must be over although nothing of theirs is used.
    package let after: [String]
    package let onFailure: Failure

    /// The call that it is; nil: it asks no model.
    package var ask: Ask? { if case .ask(let ask) = action { ask } else { nil } }

    package var waitsForPerson: Bool {
        if case .choose(let choice) = action { choice.chooser == .person } else { false }
    }

    /// Everything that the step reads.
    package var references: [Reference] {
        let own =
            switch action {
            case .ask(let ask): ask.references
            case .choose(let choice): choice.references
            case .group(let grouping): [grouping.texts]
            }
        return own + (condition?.references ?? [])
    }

    /// The steps that must be over before this one.
    package var dependencies: Set<String> {
        Set(after).union(
            references.compactMap { reference in
                if case .step(let name) = reference.source { name } else { nil }
            })
    }
}

/// A call of a model, or one for each element of a list.
package struct Ask: Sendable {
    /// A variable and the name under which the model gets to see it.
    package struct Datum: Sendable, Equatable {
        package let label: String
        package let reference: Reference
    }

    /// What a step is repeated over.
    package enum Elements: Sendable, Equatable {
        case reference(Reference)
        case constant([JSONValue])
    }

    /// What a good output looks like.
    package struct Example: Sendable, Equatable {
        /// Data as the model gets to see them.
        package let data: JSONValue
        package let output: JSONValue
    }

    package let role: Role
    /// The constant part of the template, which stands first.
    package let instructions: String?
    /// Constant as well; they follow the instructions.
    package let examples: [Example]
    /// A chat that the step answers, message by message.
    package let conversation: Reference?
    /// The variable part: one JSON object behind everything else.
    package let data: [Datum]
    package internal(set) var outputTokensMax: Int
    /// Of the output, which is JSON then; nil: a text.
    package let schema: JSONSchema?
    package let elements: Elements?
    /// A text to fan out over is cut into parts of at most so many tokens.
    package let partTokensMax: Int?
    package let retries: Int
    /// Whether an equal call may be answered from the cache.
    package let isCached: Bool

    var references: [Reference] {
        var references = data.map(\.reference)
        if let conversation { references.append(conversation) }
        if case .reference(let reference) = elements { references.append(reference) }
        return references
    }
}

/// A choice between the elements of a list.
package struct Choice: Sendable, Equatable {
    package enum Chooser: Sendable, Equatable {
        /// The run waits until somebody says which.
        case person
        case shortest, longest
        /// A variable that is the element's number, from 1.
        case number(Reference)
    }

    package let options: Reference
    package let chooser: Chooser

    var references: [Reference] {
        if case .number(let reference) = chooser { [options, reference] } else { [options] }
    }
}

/// Texts put into groups of those that mean about the same; the output is a list of lists, the largest first.
package struct Grouping: Sendable, Equatable {
    package let texts: Reference
    /// Cosine similarity with a group's first text from which on a text belongs to it.
    package let similarity: Double

    /// Below the floor of the cache's own search: complaints name one matter in more ways than a question.
    package static let similarityUsual = 0.55
}
