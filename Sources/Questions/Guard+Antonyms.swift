extension Guard {
    /// One question has a word where the other has its opposite.
    static func antonyms(_ left: Reading, _ right: Reading) -> Conflict? {
        var found = Set<Pair>()
        for pole in left.opposites.poles {
            for opposite in pole.opposites {
                if let pair = pair(left, pole.stem, right, opposite) { found.insert(pair) }
            }
        }
        for pole in right.opposites.poles {
            for opposite in pole.opposites {
                if let pair = pair(left, opposite, right, pole.stem) { found.insert(pair) }
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
    private static func pair(
        _ left: Reading, _ stem: Opposites.Stem, _ right: Reading, _ opposite: Opposites.Stem
    ) -> Pair? {
        let (ours, theirs) = (left.opposites, right.opposites)
        guard theirs.contains(opposite), ours.contains(stem), !ours.contains(opposite), !theirs.contains(stem),
            let word = ours.written(stem, left.words), let other = theirs.written(opposite, right.words)
        else { return nil }
        return Pair(left: word, right: other)
    }
}
