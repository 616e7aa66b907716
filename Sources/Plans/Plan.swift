package import JSON
package import Models
package import Support

/// What is to be done with an input: steps, each a call of a model, and what of them is the result.
package struct Plan: Sendable {
    package let name: String
    /// What it is for, in a sentence.
    package let summary: String
    package let inputs: [Input]
    /// In the order of the file; a step may stand before one that it depends on.
    package let steps: [Step]
    package let outputs: [Output]
    package let budget: Budget

    /// A value that a run is given.
    package struct Input: Sendable, Equatable {
        package enum Kind: String, Sendable, CaseIterable {
            case text, list
            /// A chat's messages; a text counts as the user's only one.
            case conversation
        }

        package let name: String
        package let kind: Kind
        /// What counts where a run is given none; nil: it must be given.
        package let fallback: JSONValue?
    }

    /// A part of the result: the first of the references that has a value.
    package struct Output: Sendable, Equatable {
        package let name: String
        package let candidates: [Reference]
    }

    /// What a run may take; nil is without bound.
    package struct Budget: Sendable, Equatable {
        package var tokens: Int?
        package var cost: Money?
        package var seconds: Int?

        package init(tokens: Int? = nil, cost: Money? = nil, seconds: Int? = nil) {
            self.tokens = tokens
            self.cost = cost
            self.seconds = seconds
        }
    }

    package func step(named name: String) -> Step? { steps.first { $0.name == name } }
}

/// A call of a model, or one for each element of a list.
package struct Step: Sendable {
    /// What becomes of a step that cannot be done.
    package enum Failure: String, Sendable, CaseIterable {
        /// The run fails.
        case stop
        /// The run goes on without the step's output.
        case skip
        /// Where mini gives no answer, *full* is asked the same.
        case full
    }

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

    package let name: String
    package let role: Role
    /// The constant part of the template, which stands first.
    package let instructions: String?
    /// A chat that the step answers, message by message.
    package let conversation: Reference?
    /// The variable part: one JSON object behind everything else.
    package let data: [Datum]
    package let outputTokensMax: Int
    /// Of the output, which is JSON then; nil: a text.
    package let schema: JSONSchema?
    package let condition: Condition?
    /// Steps that must be over although nothing of theirs is used.
    package let after: [String]
    package let elements: Elements?
    /// A text to fan out over is cut into parts of at most so many tokens.
    package let partTokensMax: Int?
    package let retries: Int
    package let onFailure: Failure

    /// Everything that the step reads.
    package var references: [Reference] {
        var references = data.map(\.reference)
        if let conversation { references.append(conversation) }
        if let condition { references += condition.references }
        if case .reference(let reference) = elements { references.append(reference) }
        return references
    }

    /// The steps that must be over before this one.
    package var dependencies: Set<String> {
        Set(after).union(
            references.compactMap { reference in
                if case .step(let name) = reference.source { name } else { nil }
            })
    }
}
