extension Guard {
    /// What must match to the letter: quoted texts, code in backticks, paths, options, addresses, identifiers.
    static func literals(_ left: Reading, _ right: Reading) -> Conflict? {
        let leftLiterals = literals(in: left)
        let rightLiterals = literals(in: right)
        // A literal that the other text has as plain words (`apt` and apt) is no difference.
        let rightText = right.text.lowercased()
        let leftText = left.text.lowercased()
        let question = leftLiterals.filter { !rightLiterals.contains($0) && !rightText.contains($0.lowercased()) }
        let candidate = rightLiterals.filter { !leftLiterals.contains($0) && !leftText.contains($0.lowercased()) }
        return question.isEmpty && candidate.isEmpty
            ? nil : Conflict(.literal, question: question, candidate: candidate)
    }

    private static func literals(in reading: Reading) -> [String] {
        quoted(in: reading.text) + reading.words.map(\.written).filter(isLiteral)
    }

    private static func isLiteral(_ word: String) -> Bool {
        if word.count > 1, word.hasPrefix("-") || word.hasPrefix("/") || word.hasPrefix("$") || word.hasPrefix(".") {
            return true
        }
        if word.contains("_") || word.contains("@") || word.contains("://") || word.contains("()") { return true }
        // A point inside a word: a file or host name, unless it is a number or an abbreviation as in e.g.
        let parts = word.split(separator: ".")
        return parts.count > 1 && parts.allSatisfy { $0.count > 1 } && word.contains(where: \.isLetter)
    }

    private static func quoted(in text: String) -> [String] {
        var found: [String] = []
        for (open, close) in [("\"", "\""), ("\u{201C}", "\u{201D}"), ("`", "`")] as [(Character, Character)] {
            var rest = text[...]
            while let start = rest.firstIndex(of: open) {
                let inner = rest[rest.index(after: start)...]
                guard let end = inner.firstIndex(of: close) else { break }
                if start != end, !inner[..<end].isEmpty { found.append(String(inner[..<end])) }
                rest = inner[inner.index(after: end)...]
            }
        }
        return found
    }
}
