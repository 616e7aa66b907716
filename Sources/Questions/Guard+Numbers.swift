extension Guard {
    /// Numbers as values: `1,000`, `1000`, `12.0` and `12`, `two` and `2`, `3rd` and `3` are the same.
    static func numbers(_ left: Reading, _ right: Reading) -> Conflict? {
        difference(.number, numbers(in: left), numbers(in: right))
    }

    private static func numbers(in reading: Reading) -> [String] {
        reading.words.flatMap { word -> [String] in
            if let value = numberWords[word.lowered] { return [value] }
            guard word.lowered.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return [] }
            return digitRuns(in: word.lowered)
        }
    }

    /// The runs of digits of a word, each with the points and commas inside it: `v12.04-rc2` has `12.04` and `2`.
    private static func digitRuns(in word: String) -> [String] {
        var runs: [String] = []
        var run = ""
        for character in word + " " {
            if character.isASCII, character.isNumber {
                run.append(character)
            } else if !run.isEmpty, character == "." || character == "," || character == ":" {
                run.append(character)
            } else if !run.isEmpty {
                runs.append(normalized(run))
                run = ""
            }
        }
        return runs
    }

    private static func normalized(_ run: String) -> String {
        var run = run[...]
        while let last = run.last, !last.isNumber { run.removeLast() }
        let groups = run.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped = groups.count > 1 && groups.dropFirst().allSatisfy { $0.prefix { $0 != "." }.count == 3 }
        var text = isGrouped ? groups.joined() : String(run)
        if text.contains("."), text.filter({ $0 == "." }).count == 1 {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        let significant = text.drop { $0 == "0" }
        return significant.isEmpty || !(significant.first!.isNumber) ? "0" + significant : String(significant)
    }

    /// `one` is left out: it is a pronoun more often than a number.
    private static let numberWords: [String: String] = [
        "zero": "0", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
        "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40",
        "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100",
        "thousand": "1000", "million": "1000000", "billion": "1000000000", "first": "1", "second": "2", "third": "3",
        "twice": "2", "half": "0.5", "double": "2",
    ]
}
