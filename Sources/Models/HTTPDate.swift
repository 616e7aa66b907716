import Support

/// Reads a date in any of the three forms that a recipient has to accept (RFC 9110, section 5.6.7).
///
/// - Parameter now: decides the century of a year with two digits: at most fifty years ahead.
func parseHTTPDate(_ text: String, now: Timestamp) -> Timestamp? {
    // `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`
    var words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    if words.count == 5 { words = [words[0], words[2], words[1], words[4], words[3], "GMT"] }
    guard words.count == 6, words[5] == "GMT" else { return nil }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = words[4].split(separator: ":").map { number($0) }
    guard let day = number(words[1]), let month = months.firstIndex(of: String(words[2])), var year = number(words[3]),
        (1...31).contains(day), clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
        hour < 24, minute < 60, second < 61
    else { return nil }
    if words[3].count == 2 {
        let nextYears = 1970 + Int(now.seconds / 31_556_952) + 50
        year += nextYears / 100 * 100
        if year > nextYears { year -= 100 }
    }
    let days = daysSince1970(year: year, month: month + 1, day: day)
    return Timestamp(milliseconds: Int64(((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000)
}

/// A number of at most four digits.
private func number(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
}

/// The Gregorian calendar counted from March, so that a leap day is a year's last.
private func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let years = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468
}
