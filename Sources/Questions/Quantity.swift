/// A number in a question, by its value: `1,000`, `1000` and `a thousand` are the same, `3.10` and `3.1` are not.
///
/// What counts as a number is decided so:
/// - Runs of digits, wherever they stand: `v2`, `64-bit`, `3rd`, `COVID-19`, `-9`. A fraction of zeros is dropped
///   (`5.00`), any other is kept as written, since it may be a version.
/// - Digits written in one with letters before them are part of a name: `arm64` is not 64, but `iphone6` is `iPhone 6`.
/// - Dates by day, month and year, whichever way they are written; `3/4/2024` stays whole, for nobody knows its month.
/// - Number words and their compounds: `two hundred`, `twenty-five`, `3 million`, `10k`. `one` alone is a pronoun more
///   often than a number and counts only in a compound.
/// - Ordinals. `first` and `second` only after an article, a possessive or a genitive (`the second one`): elsewhere
///   they are an adverb (`what comes first`) and a unit of time (`in a second`).
/// - Roman numerals in capitals; `I`, `V` and `X`, letters more often, only after a word that is counted (`War I`).
/// - Months and weekdays, as parts of a date. `may` and `march` only with a capital inside a sentence.
struct Quantity: Hashable, Sendable {
    let value: String
    /// The words that say it.
    let written: String
    /// The letters it is written in one with: `arm` of `arm64`. They name a thing, and the number alone says nothing.
    var owner: String?
    /// The word before it, which may be its owner in the other question: `iphone 6`, `iphone6`.
    var previous: String?

    /// The name of a thing with its number.
    var model: String? { (owner ?? previous).map { $0 + value } }

    static func all(in words: [Word]) -> [Quantity] {
        var found: [Quantity] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            guard word.form.traits.contains(.mayCount) else {
                index += 1
                continue
            }
            if index > 0, words[index - 1].lowered == "top" {
                // `the top 10 films` are the best ones.
                index += 1
            } else if word.hasDigit {
                found += digits(in: words, at: &index)
            } else if let number = NumberWord.number(in: words, at: index) {
                found.append(
                    Quantity(
                        value: text(number.value),
                        written: words[index..<index + number.count].map(\.lowered).joined(separator: " ")))
                index += number.count
            } else {
                if let value = roman(words, at: index) ?? Calendar.day(words, at: index) {
                    found.append(Quantity(value: value, written: word.written))
                }
                index += 1
            }
        }
        return found
    }

    /// The numbers of a word with digits, and of the `million` after it.
    private static func digits(in words: [Word], at index: inout Int) -> [Quantity] {
        let word = words[index].lowered
        let previous = index > 0 ? words[index - 1].key : nil
        index += 1
        if let date = Calendar.date(word) { return date }
        // `COVID-19` is `covid19` in two words as well.
        let parts = word.split(separator: "-")
        let name = parts.count == 2 && parts[0].allSatisfy(\.isLetter) ? String(parts[0]) : previous
        var runs = digitRuns(in: word).map { Quantity(value: $0, written: $0, previous: name) }
        if !runs.isEmpty, let owner = owner(in: word) {
            runs[0].owner = owner
            if runs.count == 1 {
                runs[0] = Quantity(value: runs[0].value, written: words[index - 1].written, owner: owner)
            }
        }
        guard let last = runs.last, let value = Double(last.value) else { return runs }
        if index < words.count, case .magnitude(let magnitude)? = words[index].facts?.number {
            runs[runs.count - 1] = Quantity(
                value: text(value * magnitude), written: last.written + " " + words[index].lowered)
            index += 1
        } else if word.hasSuffix(last.written + "k") || word.hasSuffix(last.written + "(k") {
            runs[runs.count - 1] = Quantity(value: text(value * 1_000), written: last.written + "k")
        }
        return runs
    }

    /// The letters before the first digit, if they belong to a name: not the `v` of a version, nor a currency.
    private static func owner(in word: String) -> String? {
        let letters = Substring(word.unicodeScalars.prefix { !$0.isASCIIDigit })
        guard !letters.isEmpty, letters.unicodeScalars.allSatisfy(\.isLetter) else { return nil }
        let name = String(letters)
        return versionMarks.contains(name) || Lexicon.entry(name)?.facts.unit != nil ? nil : name
    }

    private static let versionMarks = ["v", "ver", "version", "no", "nr", "r", "rev", "page", "p"]

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 0x1p53 ? String(Int64(value)) : value.description
    }

    /// The runs of digits of a word, each with the points, commas and colons inside it: `v12.04-rc2` has `12.04` and `2`.
    private static func digitRuns(in word: String) -> [String] {
        var runs: [String] = []
        var run = word.utf8.first == UInt8(ascii: "-") && word.utf8.dropFirst().first?.isDigit == true ? "-" : ""
        for scalar in word.unicodeScalars where scalar != "-" || run != "-" {
            if scalar.isASCIIDigit {
                run.unicodeScalars.append(scalar)
            } else if !run.isEmpty, scalar == "." || scalar == "," || scalar == ":" {
                run.unicodeScalars.append(scalar)
            } else if !run.isEmpty {
                runs += normalized(run)
                run = ""
            }
        }
        return run.isEmpty ? runs : runs + normalized(run)
    }

    /// The number of a run, or the numbers when its commas only list them.
    private static func normalized(_ run: String) -> [String] {
        if run.utf8.allSatisfy(\.isDigit) { return [withoutLeadingZeros(run[...])] }
        let sign = run.hasPrefix("-") ? "-" : ""
        var digits = run.dropFirst(sign.count)
        while let last = digits.last, !last.isNumber { digits.removeLast() }
        if isGrouped(digits) { return [sign + withoutEmptyFraction(digits.filter { $0 != "," }[...])] }
        return digits.split(separator: ",").enumerated().map { index, number in
            (index == 0 ? sign : "") + withoutEmptyFraction(number)
        }
    }

    private static func withoutEmptyFraction(_ number: Substring) -> String {
        // `9:00` is 9 o'clock.
        if number.hasSuffix(":00"), number.utf8.count <= 5 { return withoutLeadingZeros(number.dropLast(3)) }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        let isWhole = parts.count == 2 && parts[1].allSatisfy { $0 == "0" }
        return withoutLeadingZeros(isWhole ? parts[0] : number)
    }

    private static func withoutLeadingZeros(_ digits: Substring) -> String {
        let significant = digits.drop { $0 == "0" }
        return significant.first?.isNumber == true ? String(significant) : "0" + significant
    }

    /// Whether commas group digits: by thousands, or as in India the last three and then pairs.
    private static func isGrouped(_ digits: Substring) -> Bool {
        let groups = digits.prefix { $0 != "." }.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.count > 1, groups.last?.count == 3, let first = groups.first else { return false }
        return (1...3).contains(first.count) && groups.dropFirst().dropLast().allSatisfy { (2...3).contains($0.count) }
    }

    /// Whether a word may be a Roman numeral.
    static func isRoman(_ written: String) -> Bool {
        written.utf8.count <= 4 && (romanNumerals[written] != nil || romanLetters[written] != nil)
    }

    private static func roman(_ words: [Word], at index: Int) -> String? {
        if let value = romanNumerals[words[index].written] { return value }
        guard index > 0, counted.contains(words[index - 1].lowered) else { return nil }
        return romanLetters[words[index].written]
    }

    private static let counted: Set<String> = [
        "war", "part", "type", "class", "grade", "phase", "stage", "tier", "level", "chapter", "volume", "act", "title",
    ]

    private static let romanLetters = ["I": "1", "V": "5", "X": "10"]

    private static let romanNumerals: [String: String] = [
        "II": "2", "III": "3", "IV": "4", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "XI": "11", "XII": "12",
        "XIII": "13", "XIV": "14", "XV": "15", "XVI": "16", "XX": "20", "XXI": "21",
    ]
}
