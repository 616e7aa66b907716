extension Guard {
    /// Two words have changed places around a third that stayed between them: from A *to* B, is A *better* than B, does A
    /// *eat* B.
    ///
    /// A word that merely moved past its neighbours (what is A exactly, what exactly is A) is no conflict, nor are two
    /// around `and`, `or`, `versus`, which ask the same either way, or around a word that says nothing of how they are
    /// related (`the`, `is`). Examined only in texts of the same content words.
    static func order(_ left: Reading, _ right: Reading) -> Conflict? {
        exchangedWords(left, right) ?? exchangedRoles(left, right)
    }

    /// Whatever else was rewritten: `from A to B` here and `from B to A` there.
    private static func exchangedRoles(_ left: Reading, _ right: Reading) -> Conflict? {
        if left.roles.isEmpty || right.roles.isEmpty { return nil }
        let exchanged = left.roles.keys.filter {
            right.roles[$0.exchanged] != nil && right.roles[$0] == nil && left.roles[$0.exchanged] == nil
        }
        // Whichever question comes first, the same roles are named.
        let role = exchanged.min {
            ($0.relation, min($0.before, $0.after)) < ($1.relation, min($1.before, $1.after))
        }
        guard let role, let question = left.roles[role], let candidate = right.roles[role.exchanged] else { return nil }
        return Conflict(.order, question: question, candidate: candidate)
    }

    private static func exchangedWords(_ left: Reading, _ right: Reading) -> Conflict? {
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
        let coordinated = coordinated(left).union(coordinated(right))
        return left.compactMap { word in
            guard let position = positions[word.lowered]?.popLast() else { return nil }
            let isContent = !word.isSmall
            let isSingle = occurrences[word.lowered] == 1 && !coordinated.contains(word.lowered)
            // Of `data science and computer science`, one `science` or the other: no fixed point.
            let isPivot = isSingle && !word.hasDigit && word.facts?.isNeutral != true
            return Shared(word: word.lowered, right: position, isContent: isContent, isPivot: isPivot)
        }
    }

    /// The words beside `and`, `or`: they may stand in any order among their like.
    private static func coordinated(_ words: [Word]) -> Set<String> {
        var found = Set<String>()
        for index in words.indices where coordinators.contains(words[index].lowered) {
            if index > 0 { found.insert(words[index - 1].lowered) }
            if index + 1 < words.count { found.insert(words[index + 1].lowered) }
        }
        return found
    }

    private static let coordinators = ["and", "or", "&", "vs", "versus", "nor"]

    /// A longer text is no sentence whose words could change places.
    private static let orderedWordsMax = 64
}
