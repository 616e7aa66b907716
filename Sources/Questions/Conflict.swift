/// A difference between two questions that changes the answer, however near their embeddings are.
package struct Conflict: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Another number, date, version, amount or model.
        case number
        /// One says *not*.
        case negation
        /// Opposites: enable and disable.
        case antonym
        /// Another quoted text, path, option or identifier.
        case literal
        /// Another proper name.
        case name
        /// Two of a kind of which only one is meant: adult and child, Python and Ruby, monthly and yearly.
        case alternative
        /// The same words in another order: from A to B, from B to A.
        case order
        /// The same sentence about something else: symptoms of flu, symptoms of measles.
        case subject
        /// Another language: who asks in German wants no English answer.
        case language
    }

    package let kind: Kind
    /// The parts of the question, and those of the candidate, that differ.
    package let question: [String]
    package let candidate: [String]

    package init(_ kind: Kind, question: [String], candidate: [String]) {
        self.kind = kind
        self.question = question
        self.candidate = candidate
    }

    /// The same conflict with its sides exchanged.
    var mirrored: Conflict { Conflict(kind, question: candidate, candidate: question) }
}
