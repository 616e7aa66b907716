/// The check digits by which numbers tell a slip of the pen, each as its standard has it. Digits are 0 to 9.
enum CheckDigits {
    /// ISO/IEC 7812-1, annex B.
    static func luhn(_ digits: some BidirectionalCollection<Int>) -> Bool {
        var sum = 0
        for (position, digit) in digits.reversed().enumerated() {
            let value = position % 2 == 1 ? digit * 2 : digit
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    /// The sum of products with weights, for as many digits as there are weights.
    static func weighted(_ digits: some Sequence<Int>, _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// ISO 7064, MOD 11,10.
    static func mod11_10(_ digits: [Int]) -> Bool {
        var check = 5
        for digit in digits { check = ((check == 0 ? 10 : check) * 2 % 11 + digit) % 10 }
        return check == 1
    }

    /// ISO 7064, MOD 11-2, of which the last may be X, ten.
    static func mod11_2(_ values: [Int]) -> Bool { values.reduce(0) { ($0 * 2 + $1) % 11 } == 1 }

    /// The number's remainder by 97.
    static func remainder97(_ digits: some Sequence<Int>) -> Int { digits.reduce(0) { ($0 * 10 + $1) % 97 } }

    /// The dihedral group of order 10 and one permutation of it (J. Verhoeff, 1969).
    static func verhoeff(_ digits: [Int]) -> Bool {
        let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
        var check = 0
        for (position, digit) in digits.reversed().enumerated() {
            var value = digit
            for _ in 0..<(position % 8) { value = permutation[value] }
            check = product(check, value)
        }
        return check == 0
    }

    private static func product(_ left: Int, _ right: Int) -> Int {
        switch (left < 5, right < 5) {
        case (true, true): (left + right) % 5
        case (true, false): (left + right - 5) % 5 + 5
        case (false, true): (left - right + 5) % 5 + 5
        case (false, false): (left - right + 5) % 5
        }
    }

    /// Whether a day exists in some year.
    static func isDate(month: Int, day: Int) -> Bool {
        guard (1...12).contains(month) else { return false }
        return (1...(month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31)).contains(day)
    }
}
