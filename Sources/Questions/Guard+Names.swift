extension Guard {
    /// A proper name that only one of the two questions has.
    ///
    /// Users often write names small, so a name is missing only if the other text does not have the word in any case,
    /// nor an acronym's words for the acronym.
    static func names(_ left: Reading, _ right: Reading) -> Conflict? {
        if left.names.all.isEmpty, right.names.all.isEmpty { return nil }
        var question = left.names.all.filter { !right.names.mention($0) && !right.knows(left.words[$0.index]) }
        var candidate = right.names.all.filter { !left.names.mention($0) && !left.knows(right.words[$0.index]) }
        removeExpanded(&question, &candidate, in: right.names)
        removeExpanded(&candidate, &question, in: left.names)
        if candidate.isEmpty { removeForenames(&question, of: left.names, in: right.names) }
        if question.isEmpty { removeForenames(&candidate, of: right.names, in: left.names) }
        guard !question.isEmpty || !candidate.isEmpty else { return nil }
        return Conflict(.name, question: question.map(\.written), candidate: candidate.map(\.written))
    }

    /// Takes out the names that stand directly before one that the other text has: `Marie` of `Marie Curie`.
    private static func removeForenames(_ names: inout [Names.Name], of all: Names, in other: Names) {
        names.removeAll { name in
            !distinguishing.contains(name.key) && all.all.contains { $0.index == name.index + 1 && other.mention($0) }
        }
    }

    /// First words of names that name another thing than the rest alone: `North Korea`, `New York`.
    private static let distinguishing: Set<String> = [
        "north", "south", "east", "west", "northern", "southern", "eastern", "western", "new", "old", "central",
        "upper",
        "lower", "great", "san", "santa", "saint", "st", "los", "las", "el", "al", "mac", "junior", "senior", "ex",
        "anti",
    ]

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

extension Guard.Reading {
    /// Whether another word for the same is here: `Postgres` for `PostgreSQL`.
    fileprivate func knows(_ name: Word) -> Bool {
        (name.facts?.alternatives ?? []).contains { has($0) }
    }
}
