extension Guard {
    /// A proper name that only one of the two questions has.
    ///
    /// Users often write names small, so a name is missing only if the other text does not have the word in any case,
    /// nor an acronym's words for the acronym.
    static func names(_ left: Reading, _ right: Reading) -> Conflict? {
        if left.names.all.isEmpty, right.names.all.isEmpty { return nil }
        var question = left.names.all.filter { !right.names.mention($0) }
        var candidate = right.names.all.filter { !left.names.mention($0) }
        removeExpanded(&question, &candidate, in: right.names)
        removeExpanded(&candidate, &question, in: left.names)
        guard !question.isEmpty || !candidate.isEmpty else { return nil }
        return Conflict(.name, question: question.map(\.written), candidate: candidate.map(\.written))
    }

    /// Takes out the acronyms that the other text writes in full, and the names that are part of what they stand for.
    private static func removeExpanded(
        _ acronyms: inout [Names.Name], _ others: inout [Names.Name], in names: Names
    ) {
        acronyms.removeAll { acronym in
            guard acronym.isAcronym, let range = names.expansion(of: acronym) else { return false }
            others.removeAll { range.contains($0.index) }
            return true
        }
    }
}
