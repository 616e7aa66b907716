extension Guard {
    /// What must match to the letter and stands in one question only.
    static func literals(_ left: Reading, _ right: Reading) -> Conflict? {
        if left.literals.isEmpty, right.literals.isEmpty { return nil }
        let question = left.literals.filter { !$0.isMentioned(in: right) }.map(\.text)
        let candidate = right.literals.filter { !$0.isMentioned(in: left) }.map(\.text)
        guard !question.isEmpty || !candidate.isEmpty else { return nil }
        return Conflict(.literal, question: question, candidate: candidate)
    }
}
