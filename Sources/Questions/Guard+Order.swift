extension Guard {
    /// Two words have changed places around a third that stayed between them: from A *to* B, is A *better* than B, does A
    /// *eat* B.
    ///
    /// A word that merely moved past its neighbours (what is A exactly, what exactly is A) is no conflict, nor are two
    /// around `and`, `or`, `versus`, which ask the same either way, or around a word that says nothing of how they are
    /// related (`the`, `is`). Examined only in texts of the same content words.
    static func order(_ left: Reading, _ right: Reading) -> Conflict? {
        guard left.words.count <= orderedWordsMax, right.words.count <= orderedWordsMax else { return nil }
        guard left.content == right.content, left.content.count > 1 else { return nil }
        // Several words may have moved; the same ones are named whichever question comes first.
        guard left.text.utf8.lexicographicallyPrecedes(right.text.utf8) else { return exchange(right, left)?.mirrored }
        return exchange(left, right)
    }

    private static func exchange(_ left: Reading, _ right: Reading) -> Conflict? {
        let shared = sharedWords(left.words, right.words)
        // For each pivot: the earlier content word that stands last in the other text, the later one that stands first.
        var earlier: [Shared?] = []
        var last: Shared?
        for word in shared {
            earlier.append(last)
            if word.isContent, word.right > last?.right ?? -1 { last = word }
        }
        var first: Shared?
        for (word, before) in zip(shared, earlier).reversed() {
            if let before, let after = first, before.right > word.right, after.right < word.right, word.isPivot {
                return Conflict(
                    .order, question: [before.word, word.word, after.word],
                    candidate: [after.word, word.word, before.word])
            }
            if word.isContent, word.right < first?.right ?? .max { first = word }
        }
        return nil
    }

    /// A word of both texts. The occurrences of a word are paired in turn.
    private struct Shared {
        let word: String
        let right: Int
        let isContent: Bool
        /// Whether words that change places around it change their relation.
        let isPivot: Bool
    }

    private static func sharedWords(_ left: [Word], _ right: [Word]) -> [Shared] {
        var positions: [String: [Int]] = [:]
        for (index, word) in right.enumerated().reversed() { positions[word.lowered, default: []].append(index) }
        let occurrences = positions.mapValues(\.count)
        return left.compactMap { word in
            guard let position = positions[word.lowered]?.popLast() else { return nil }
            let isContent = !word.isSmall
            // Of `data science and computer science`, one `science` or the other: no fixed point.
            let isPivot = isContent ? occurrences[word.lowered] == 1 : word.facts?.isNeutral != true
            return Shared(word: word.lowered, right: position, isContent: isContent, isPivot: isPivot)
        }
    }

    /// A longer text is no sentence whose words could change places.
    private static let orderedWordsMax = 64
}
