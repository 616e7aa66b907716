extension Guard {
    /// The questions are in two languages. Nothing else is compared then: every word differs.
    static func languages(_ left: Reading, _ right: Reading) -> Conflict? {
        guard let question = left.language, let candidate = right.language, question != candidate else { return nil }
        return Conflict(.language, question: ["\(question)"], candidate: ["\(candidate)"])
    }
}
