/// Mini's word on whether a question asks the same as one of the candidates.
package struct Verdict: Sendable, Hashable {
    package enum Reason: String, Sendable, CaseIterable {
        case same
        case different
        /// The question cannot be understood without its conversation.
        case needsContext = "needs_context"
        /// The answer changes with time.
        case stale
        /// Mini's reply was not of the form asked for.
        case invalid
        /// Mini could not be reached, or not in time.
        case unavailable
    }

    /// The candidate that asks the same, counted from 0.
    package let sameAs: Int?
    package let reason: Reason

    package init(sameAs: Int?, reason: Reason) {
        precondition((sameAs != nil) == (reason == .same), "a verdict names a candidate exactly when it says same")
        self.sameAs = sameAs
        self.reason = reason
    }
}
