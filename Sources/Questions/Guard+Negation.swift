extension Guard {
    /// One question denies what the other asks.
    static func negation(_ left: Reading, _ right: Reading) -> Conflict? {
        let leftNegations = negations(in: left)
        let rightNegations = negations(in: right)
        // Two negations in one sentence are a manner of speech; what counts is whether there is one.
        guard leftNegations.isEmpty != rightNegations.isEmpty else { return nil }
        return Conflict(.negation, question: leftNegations, candidate: rightNegations)
    }

    private static func negations(in reading: Reading) -> [String] {
        reading.words.map(\.lowered).filter {
            negationWords.contains($0) || $0.hasSuffix("n't") || $0.hasPrefix("non-")
        }
    }

    private static let negationWords: Set<String> = [
        "not", "no", "never", "without", "cannot", "cant", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt",
        "werent", "wont", "wouldnt", "shouldnt", "couldnt", "hasnt", "havent", "neither", "nor", "none", "nothing",
        "nobody", "nowhere", "except", "unless", "fail", "fails", "failed", "unable",
    ]
}
