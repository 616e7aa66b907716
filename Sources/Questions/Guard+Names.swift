extension Guard {
    /// A proper name that only one of the two questions has.
    ///
    /// A name is a capitalised word inside a sentence. Users often write names small, so a name counts as missing only
    /// if the other text does not have the word in any case.
    static func names(_ left: Reading, _ right: Reading) -> Conflict? {
        let question = names(in: left).filter { !mentions(right, $0) }
        let candidate = names(in: right).filter { !mentions(left, $0) }
        return question.isEmpty && candidate.isEmpty
            ? nil : Conflict(.name, question: question, candidate: candidate)
    }

    private static func names(in reading: Reading) -> [String] {
        let inner = reading.words.filter { !$0.opensSentence }
        let capitalized = inner.filter { isCapitalized($0.written) }
        // A headline or a shout capitalises everything and marks no name.
        guard capitalized.count * 2 <= inner.count || inner.count < 3 else { return [] }
        return capitalized.map(\.lowered).map(withoutGenitive)
    }

    private static func isCapitalized(_ word: String) -> Bool {
        guard let first = word.unicodeScalars.first, first.properties.isUppercase else { return false }
        return word != "I" && !word.hasPrefix("I'")
    }

    private static func withoutGenitive(_ name: String) -> String {
        name.hasSuffix("'s") ? String(name.dropLast(2)) : name
    }

    private static func mentions(_ reading: Reading, _ name: String) -> Bool {
        reading.set.contains { other in
            let other = withoutGenitive(other)
            return other == name || other == name + "s" || name == other + "s"
                || other.split(whereSeparator: { "/-".contains($0) }).contains { $0 == name }
                || name.split(whereSeparator: { "/-".contains($0) }).contains { $0 == other }
        }
    }
}
