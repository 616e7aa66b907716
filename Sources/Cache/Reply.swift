package import Models
package import Store

/// What came of a query.
package struct Reply: Sendable {
    package enum Content: Sendable {
        /// A stored answer.
        case cached(Entry)
        /// What the model answered just now.
        case generated(Completion)
        /// Not in the cache, and no model was asked.
        case none
    }

    package var content: Content
    package var receipt: Receipt
    /// The stored questions that were looked at, best first; empty for an exact match.
    package var candidates: [Candidate] = []
    /// The entry that would have been served in shadow mode.
    package var wouldServe: Entry?

    package init(_ content: Content, _ receipt: Receipt, candidates: [Candidate] = []) {
        self.content = content
        self.receipt = receipt
        self.candidates = candidates
    }

    /// The answer's text, whoever gave it.
    package var answer: String? {
        switch content {
        case .cached(let entry): entry.answer
        case .generated(let completion): completion.text
        case .none: nil
        }
    }
}
