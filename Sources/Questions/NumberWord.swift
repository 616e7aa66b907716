/// A word that says a number.
enum NumberWord: Sendable {
    /// `seven`, `twenty`.
    case cardinal(Double)
    /// `third`.
    case ordinal(Double)
    /// `thousand`.
    case magnitude(Double)

    /// The number that starts at a word, and how many words say it; nil when none does.
    static func number(in words: [Word], at start: Int) -> (value: Double, count: Int)? {
        guard words[start].facts?.number != nil || words[start].isHyphenated else { return nil }
        if case .ordinal(let value)? = words[start].facts?.number {
            return isCounted(words, at: start, value) ? (value, 1) : nil
        }
        var sum = Sum()
        var end = start
        while end < words.count, sum.take(words[end]) { end += 1 }
        if end == start { return counted(words[start]).map { ($0, 1) } }
        guard end > start, !(end == start + 1 && words[start].lowered == "one") else { return nil }
        return (sum.value, end - start)
    }

    /// A number that grows word by word: `two hundred thousand twenty five`.
    private struct Sum {
        private var thousands = 0.0
        private var rest = 0.0
        private var isEmpty = true

        var value: Double { thousands + rest }

        /// - Returns: false when the word begins another number, or says none.
        mutating func take(_ word: Word) -> Bool {
            switch word.facts?.number {
            case .cardinal(let value)?:
                // `twenty five` and `two hundred five` go on, `two three` does not.
                guard isEmpty || rest == 0 || value < 10 && isMultiple(of: 10) || value < 100 && isMultiple(of: 100)
                else { return false }
                rest += value
            case .magnitude(100)?: rest = max(1, rest) * 100
            case .magnitude(let magnitude)?:
                thousands += max(1, rest) * magnitude
                rest = 0
            case .ordinal?: return false
            case nil:
                guard isEmpty || rest == 0, let compound = compound(word) else { return false }
                rest = compound
            }
            isEmpty = false
            return true
        }

        private func isMultiple(of step: Double) -> Bool {
            rest >= 2 * step && rest < 10 * step && rest.truncatingRemainder(dividingBy: step) == 0
                || step == 100 && rest == 100
        }
    }

    /// `one-bedroom`, `two-factor`.
    private static func counted(_ word: Word) -> Double? {
        guard word.isHyphenated else { return nil }
        let parts = word.lowered.split(separator: "-")
        // `one-third` is written `one third` as well, of which the third counts.
        if parts.count == 2, parts[0] == "one",
            case .ordinal(let value)? = Lexicon.entry(String(parts[1]))?.facts.number
        {
            return value
        }
        switch parts.first.flatMap({ Lexicon.entry(String($0)) })?.facts.number {
        case .cardinal(let value)?: return value
        default: return nil
        }
    }

    /// `twenty-five`, `twenty-fifth`.
    private static func compound(_ word: Word) -> Double? {
        guard word.isHyphenated else { return nil }
        let parts = word.lowered.split(separator: "-")
        guard parts.count == 2, case .cardinal(let tens)? = Lexicon.entry(String(parts[0]))?.facts.number, tens >= 20
        else { return nil }
        switch Lexicon.entry(String(parts[1]))?.facts.number {
        case .cardinal(let ones)? where ones < 10: return tens + ones
        case .ordinal(let ones)? where ones < 10: return tens + ones
        default: return nil
        }
    }

    /// `first` and `second` are numbers only between what determines them and what they count.
    private static func isCounted(_ words: [Word], at index: Int, _ value: Double) -> Bool {
        guard value < 3 else { return true }
        guard index > 0, index + 1 < words.count else { return false }
        return determiners.contains(words[index - 1].lowered) || words[index - 1].lowered.hasEnding("'s")
    }

    private static let determiners = ["the", "my", "your", "his", "her", "its", "our", "their"]

    static let all =
        cardinals.mapValues(NumberWord.cardinal).merging(ordinals.mapValues(NumberWord.ordinal)) { first, _ in first }
        .merging(magnitudes.mapValues(NumberWord.magnitude)) { first, _ in first }

    private static let cardinals: [String: Double] = [
        "zero": 0, "half": 0.5, "one": 1, "two": 2, "twice": 2, "three": 3, "thrice": 3, "four": 4, "five": 5, "six": 6,
        "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "thirteen": 13,
        "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
        "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]

    private static let ordinals: [String: Double] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
        "tenth": 10, "eleventh": 11, "twelfth": 12,
    ]

    private static let magnitudes: [String: Double] = [
        "hundred": 100, "thousand": 1_000, "lakh": 100_000, "lakhs": 100_000, "million": 1e6, "crore": 1e7,
        "crores": 1e7, "billion": 1e9, "trillion": 1e12,
    ]
}
