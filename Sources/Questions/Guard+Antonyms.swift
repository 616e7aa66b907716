extension Guard {
    /// One question has a word where the other has its opposite.
    static func antonyms(_ left: Reading, _ right: Reading) -> Conflict? {
        var found = Set<Pair>()
        for (stem, opposites) in left.opposites.poles {
            for opposite in opposites {
                if let pair = pair(left.opposites, stem, right.opposites, opposite) { found.insert(pair) }
            }
        }
        for (stem, opposites) in right.opposites.poles {
            for opposite in opposites {
                if let pair = pair(left.opposites, opposite, right.opposites, stem) { found.insert(pair) }
            }
        }
        guard !found.isEmpty else { return nil }
        return Conflict(.antonym, question: found.map(\.left).sorted(), candidate: found.map(\.right).sorted())
    }

    private struct Pair: Hashable {
        let left: String
        let right: String
    }

    /// The words, if one text has only the one stem and the other only the other.
    private static func pair(_ left: Opposites, _ stem: String, _ right: Opposites, _ opposite: String) -> Pair? {
        guard let word = left.words[stem], left.words[opposite] == nil, let other = right.words[opposite],
            right.words[stem] == nil
        else { return nil }
        return Pair(left: word, right: other)
    }
}
