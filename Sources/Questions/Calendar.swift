/// Months and weekdays, which date a question as numbers do.
enum Calendar {
    /// The month or weekday a word names.
    static func day(_ words: [Word], at index: Int) -> String? {
        guard let day = words[index].facts?.day else { return nil }
        guard day == "may" || day == "march" else { return day }
        return words[index].isCapitalized && !words[index].opensSentence ? day : nil
    }

    static let days: [String: String] = [
        "january": "january", "jan": "january", "february": "february", "feb": "february", "april": "april",
        "apr": "april", "may": "may", "march": "march", "june": "june", "jun": "june", "july": "july", "jul": "july",
        "august": "august", "aug": "august", "september": "september", "sept": "september", "october": "october",
        "oct": "october", "november": "november", "nov": "november", "december": "december", "dec": "december",
        "monday": "monday", "tuesday": "tuesday", "wednesday": "wednesday", "thursday": "thursday", "friday": "friday",
        "saturday": "saturday", "sunday": "sunday",
    ]
}
