/// Months and weekdays, which date a question as numbers do.
enum Calendar {
    /// The month or weekday a word names.
    static func day(_ words: [Word], at index: Int) -> String? {
        guard let day = words[index].facts?.day else { return nil }
        if day == "friday", isRangeEnd(words, at: index) { return nil }
        if day == "monday", index + 2 < words.count, isRangeEnd(words, at: index + 2) { return "weekday" }
        guard day == "may" || day == "march" else { return day }
        return words[index].isCapitalized && !words[index].opensSentence ? day : nil
    }

    /// The year, month and day of a word that is a date: `2024-01-31`, `31.1.2024`, `1/31/2024`.
    ///
    /// - Returns: one quantity if day and month may be exchanged; nil if the word is no date.
    static func date(_ word: String) -> [Quantity]? {
        for separator: Character in ["-", "/", "."] where word.contains(separator) {
            let parts = word.split(separator: separator, omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy(\.isWholeNumber) }) else { continue }
            let numbers = parts.compactMap { Int($0) }
            guard numbers.count == 3 else { continue }
            if parts[0].count == 4 { return date(year: parts[0], month: parts[1], day: parts[2]) }
            guard parts[2].count == 4 else { continue }
            if separator == "." || numbers[0] > 12 { return date(year: parts[2], month: parts[1], day: parts[0]) }
            if numbers[1] > 12 { return date(year: parts[2], month: parts[0], day: parts[1]) }
            let text = "\(numbers[0])/\(numbers[1])"
            return [Quantity(value: text, written: text), Quantity(value: String(parts[2]), written: String(parts[2]))]
        }
        return nil
    }

    private static func date(year: Substring, month: Substring, day: Substring) -> [Quantity]? {
        guard let number = Int(month), months.indices.contains(number - 1), let day = Int(day), day <= 31 else {
            return nil
        }
        return [
            Quantity(value: String(year), written: String(year)),
            Quantity(value: months[number - 1], written: months[number - 1]),
            Quantity(value: String(day), written: String(day)),
        ]
    }

    /// Whether `friday` ends `Monday to Friday`, another word for weekdays.
    static func isRangeEnd(_ words: [Word], at index: Int) -> Bool {
        index >= 2 && words[index].facts?.day == "friday" && words[index - 2].facts?.day == "monday"
            && between.contains(words[index - 1].lowered)
    }

    private static let between = ["to", "through", "thru", "till", "until", "-"]

    /// The month of a number from 1 to 12.
    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    static let days: [String: String] = [
        "january": "january", "jan": "january", "february": "february", "feb": "february", "april": "april",
        "apr": "april", "may": "may", "march": "march", "june": "june", "jun": "june", "july": "july", "jul": "july",
        "august": "august", "aug": "august", "september": "september", "sept": "september", "october": "october",
        "oct": "october", "november": "november", "nov": "november", "december": "december", "dec": "december",
        "monday": "monday", "tuesday": "tuesday", "wednesday": "wednesday", "thursday": "thursday", "friday": "friday",
        "saturday": "saturday", "sunday": "sunday", "mondays": "monday", "tuesdays": "tuesday",
        "wednesdays": "wednesday", "thursdays": "thursday", "fridays": "friday", "saturdays": "saturday",
        "sundays": "sunday", "weekday": "weekday", "weekdays": "weekday",
    ]
}
