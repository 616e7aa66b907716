package import JSON
package import Support

/// What is to be done with an input: steps, each a call of a model, and what of them is the result.
package struct Plan: Sendable {
    package let name: String
    /// The file's text, from which the plan can be read again.
    package let source: String
    /// What it is for, in a sentence.
    package let summary: String
    package let inputs: [Input]
    /// In the order of the file; a step may stand before one that it depends on.
    package internal(set) var steps: [Step]
    package let outputs: [Output]
    package let budget: Budget
    /// What it is done for now and then by itself; nil: only when somebody asks.
    package let job: Job?

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
