extension Guard {
    /// One question denies what the other asks.
    static func negation(_ left: Reading, _ right: Reading) -> Conflict? {
        // Two negations in one sentence are a manner of speech; what counts is whether there is one.
        guard left.negations.isEmpty != right.negations.isEmpty else { return nil }
        // `nonrenewable` is `non-renewable`.
        let question = left.negations.filter { word in !right.words.contains { $0.key == Word.key(word) } }
        let candidate = right.negations.filter { word in !left.words.contains { $0.key == Word.key(word) } }
        guard !question.isEmpty || !candidate.isEmpty else { return nil }
        return Conflict(.negation, question: question, candidate: candidate)
    }

    static func negations(in words: [Word]) -> [String] {
        words.indices.filter { words[$0].form.traits.contains(.mayDeny) && isNegation(words, at: $0) }
            .map { words[$0].lowered }
    }

    /// Whether a word denies, if what stands around it does not say otherwise.
    static func mayDeny(_ lowered: String, _ facts: Lexicon.Facts?) -> Bool {
        lowered.hasPrefix("non-") || lowered.hasEnding("n't") || lowered == "not" || lowered == "no"
            || facts?.isNegation == true
    }

    private static func isNegation(_ words: [Word], at index: Int) -> Bool {
        let word = words[index].lowered
        // Who cannot remember has forgotten.
        let isForgetting = index + 1 < words.count && ["remember", "recall"].contains(words[index + 1].lowered)
        if isForgetting || isTag(words, at: index) { return false }
        if word.hasPrefix("non-") { return true }
        if words[index].facts == nil { return word.hasEnding("n't") }
        let previous = index > 0 ? words[index - 1].lowered : ""
        let next = index + 1 < words.count ? words[index + 1].lowered : ""
        switch word {
        // `or not`, `not only`, `why or why not` and `if not, why` deny nothing.
        case "not":
            let isRest =
                previous == "or" || previous == "why" && next.isEmpty
                || previous == "if" && questionWords.contains(next)
            return !isRest && next != "only"
        // `yes or no`, and `no. 5`.
        case "no": return previous != "or" && next.utf8.first?.isDigit != true
        default: return words[index].facts?.isNegation == true || word.hasEnding("n't")
        }
    }

    /// `…, isn't it?`, and a second sentence that only asks for assent: `Doesn't it hurt?`
    private static func isTag(_ words: [Word], at index: Int) -> Bool {
        guard index > 0, words[index].lowered.hasEnding("n't"), index + 1 < words.count else { return false }
        return words[index].opensSentence
            || index + 2 == words.count && pronouns.contains(words[index + 1].lowered)
    }

    private static let pronouns = ["it", "he", "she", "they", "you", "we", "i", "that", "this", "there"]

    private static let questionWords = ["why", "what", "how", "which", "who", "where", "when"]

    /// Apostrophes are left out as often as they are written.
    static let negationWords = [
        "never", "non", "without", "cannot", "cant", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent",
        "wont", "wouldnt", "shouldnt", "couldnt", "hasnt", "havent", "hadnt", "aint", "neither", "nor", "none",
        "nothing", "nobody", "nowhere", "except", "unless", "fail", "fails", "failed", "failing", "unable", "nicht",
        "kein",
        "keine", "keinen", "keiner", "keinem", "nie", "niemals", "ohne", "sans", "jamais", "nunca", "sem",
    ]
}
