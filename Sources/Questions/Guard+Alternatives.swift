extension Guard {
    /// Each question names a member of a group that the other does not name.
    ///
    /// One that only one question names is no conflict: a `cat` may be the `pet` of the other.
    ///
    /// - Parameter conflicts: those found before; their words are not named again.
    static func alternatives(_ left: Reading, _ right: Reading, besides conflicts: [Conflict]) -> Conflict? {
        if left.alternatives.isEmpty || right.alternatives.isEmpty { return nil }
        let onlyLeft = left.alternatives.filter { !right.has($0) }
        let onlyRight = right.alternatives.filter { !left.has($0) }
        let groups = Set(onlyLeft.map(\.group)).intersection(onlyRight.map(\.group))
        if groups.isEmpty { return nil }
        let question = written(onlyLeft, of: groups, besides: conflicts.flatMap(\.question))
        let candidate = written(onlyRight, of: groups, besides: conflicts.flatMap(\.candidate))
        guard !question.isEmpty || !candidate.isEmpty else { return nil }
        return Conflict(.alternative, question: question, candidate: candidate)
    }

    private static func written(_ alternatives: [Alternative], of groups: Set<Int>, besides named: [String]) -> [String]
    {
        let named = Set(named.map { $0.lowercased() })
        return Set(alternatives.filter { groups.contains($0.group) }.map(\.written)).subtracting(named).sorted()
    }
}

extension Guard.Reading {
    /// Whether a word for that member of the group is here.
    func has(_ other: Alternative) -> Bool {
        alternatives.contains { $0.group == other.group && $0.member == other.member }
    }
}
