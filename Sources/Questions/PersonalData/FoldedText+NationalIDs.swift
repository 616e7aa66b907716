/// National ids by their own check digits. Where that is one digit in ten, a word before the number or the way it is
/// written has to say so too; one of eleven digits alone, in a year's worth of order numbers, would be found by chance.
extension FoldedText {
    func isNationalID(_ groups: DigitGroups) -> Bool {
        switch groups.digits.count {
        case 9: isOfNine(groups)
        case 10: isOfTen(groups)
        case 11: isOfEleven(groups)
        case 12: isOfTwelve(groups)
        case 13: isOfThirteen(groups)
        case 15: isFrench(groups)
        case 18: groups.shape == [18] && Self.isChinese(groups.digits)
        default: false
        }
    }

    private func isOfNine(_ groups: DigitGroups) -> Bool {
        let digits = groups.digits
        // United States, social security: no check digit, but a form of its own.
        if groups.has([3, 2, 4], "--")
            || groups.has([3, 2, 4], "  ") && isCalled(["ssn", "social"], at: groups.range.lowerBound)
        {
            let area = groups[0..<3]
            return area != 0 && area != 666 && area < 900 && groups[3..<5] != 0 && groups[5..<9] != 0
        }
        // Czechia and Slovakia before 1954.
        if groups.has([6, 3], "/") { return Self.isDate(czech: groups) }
        // Chile.
        if groups.has([2, 3, 3, 1], "..-") {
            return (CheckDigits.weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2]) + digits[8]) % 11 == 0
        }
        guard groups.shape == [9] || groups.shape == [3, 3, 3] else { return false }
        let start = groups.range.lowerBound
        // Canada, the Netherlands, Portugal, Australia.
        return isCalled(["sin", "insurance"], at: start) && CheckDigits.luhn(digits)
            || isCalled(["bsn", "burgerservicenummer", "sofinummer"], at: start)
                && CheckDigits.weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0
            || isCalled(["nif", "contribuinte"], at: start)
                && (11 - CheckDigits.weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == digits[8]
            || isCalled(["tfn"], at: start) && CheckDigits.weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0
    }

    private func isOfTen(_ groups: DigitGroups) -> Bool {
        let digits = groups.digits
        // Sweden.
        if groups.has([6, 4], "-") || groups.has([6, 4], "+") {
            let day = groups[4..<6]
            return CheckDigits.isDate(month: groups[2..<4], day: day > 60 ? day - 60 : day) && CheckDigits.luhn(digits)
        }
        // Czechia and Slovakia.
        if groups.has([6, 4], "/") { return Self.isDate(czech: groups) && groups[0..<10] % 11 == 0 }
        // The United Kingdom's health service.
        guard groups.shape == [10] || groups.shape == [3, 3, 4], isCalled(["nhs"], at: groups.range.lowerBound) else {
            return false
        }
        return (CheckDigits.weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) + digits[9]) % 11 == 0
    }

    private static func isDate(czech groups: DigitGroups) -> Bool {
        let month = groups[2..<4] % 50
        return CheckDigits.isDate(month: month > 20 ? month - 20 : month, day: groups[4..<6])
    }

    private func isOfEleven(_ groups: DigitGroups) -> Bool {
        let digits = groups.digits
        switch groups.shape {
        case [11]:
            return Self.isGerman(digits) || Self.isPolish(groups) || Self.isNorwegian(groups)
                || Self.isBrazilian(digits) || Self.isTurkish(digits) || Self.isBelgian(groups)
        case [2, 3, 3, 3]: return Self.isGerman(digits)
        case [6, 5]: return Self.isNorwegian(groups)
        case [3, 3, 3, 2]: return groups.has(groups.shape, "..-") && Self.isBrazilian(digits)
        case [2, 2, 2, 3, 2]: return groups.has(groups.shape, "..-.") && Self.isBelgian(groups)
        // Argentina, of persons.
        case [2, 8, 1]:
            return groups.has(groups.shape, "--") && [20, 23, 24, 27].contains(groups[0..<2])
                && (CheckDigits.weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) + digits[10]) % 11 == 0
        default: return false
        }
    }

    /// Of the first ten digits one comes twice or three times, all others once at most.
    private static func isGerman(_ digits: [Int]) -> Bool {
        let times = (0...9).map { digit in digits[0..<10].count { $0 == digit } }
        let repeated = times.filter { $0 > 1 }
        return digits[0] != 0 && repeated.count == 1 && repeated[0] <= 3 && CheckDigits.mod11_10(digits)
    }

    /// Centuries are told by what is added to the month.
    private static func isPolish(_ groups: DigitGroups) -> Bool {
        CheckDigits.isDate(month: groups[2..<4] % 20, day: groups[4..<6]) && groups[2..<4] < 93
            && CheckDigits.weighted(groups.digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0
    }

    private static func isNorwegian(_ groups: DigitGroups) -> Bool {
        let day = groups[0..<2]
        return CheckDigits.isDate(month: groups[2..<4] % 40, day: day > 40 ? day - 40 : day)
            && CheckDigits.weighted(groups.digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 == 0
            && CheckDigits.weighted(groups.digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
    }

    private static func isBrazilian(_ digits: [Int]) -> Bool {
        if Set(digits).count == 1 { return false }
        let first = CheckDigits.weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        let second = CheckDigits.weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        return digits[9] == first && digits[10] == second
    }

    private static func isTurkish(_ digits: [Int]) -> Bool {
        let odd = stride(from: 0, to: 9, by: 2).reduce(0) { $0 + digits[$1] }
        let even = stride(from: 1, to: 8, by: 2).reduce(0) { $0 + digits[$1] }
        return digits[0] != 0 && ((odd * 7 - even) % 10 + 10) % 10 == digits[9]
            && (odd + even + digits[9]) % 10 == digits[10]
    }

    /// A 2 stands before the nine digits of who was born in this century.
    private static func isBelgian(_ groups: DigitGroups) -> Bool {
        guard CheckDigits.isDate(month: groups[2..<4] % 20, day: groups[4..<6]) else { return false }
        let check = groups[9..<11]
        return [0, 2_000_000_000].contains { 97 - (groups[0..<9] + $0) % 97 == check }
    }

    private func isOfTwelve(_ groups: DigitGroups) -> Bool {
        // Sweden, with the century.
        if groups.has([8, 4], "-") {
            let day = groups[6..<8]
            return CheckDigits.isDate(month: groups[4..<6], day: day > 60 ? day - 60 : day)
                && CheckDigits.luhn(groups.digits[2...])
        }
        // India.
        let isGrouped = groups.has([4, 4, 4], "  ") || groups.has([4, 4, 4], "--")
        guard isGrouped || groups.shape == [12] && isCalled(["aadhaar", "aadhar", "uid"], at: groups.range.lowerBound)
        else { return false }
        return groups.digits[0] > 1 && CheckDigits.verhoeff(groups.digits)
    }

    private func isOfThirteen(_ groups: DigitGroups) -> Bool {
        let digits = groups.digits
        // Korea: numbers given out since 2020 have no check digit.
        if groups.has([6, 7], "-") {
            return CheckDigits.isDate(month: groups[2..<4], day: groups[4..<6]) && (1...8).contains(digits[6])
        }
        guard groups.shape == [13] || groups.has([6, 4, 3], "   ") else { return false }
        // Romania.
        let check = CheckDigits.weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
        if (1...9).contains(digits[0]), CheckDigits.isDate(month: groups[3..<5], day: groups[5..<7]),
            (1...52).contains(groups[7..<9]) || (70...80).contains(groups[7..<9]),
            digits[12] == (check == 10 ? 1 : check)
        {
            return true
        }
        // South Africa.
        return CheckDigits.isDate(month: groups[2..<4], day: groups[4..<6]) && digits[10] < 2
            && isCalled(["id", "identity"], at: groups.range.lowerBound) && CheckDigits.luhn(digits)
    }

    private func isFrench(_ groups: DigitGroups) -> Bool {
        guard [[15], [13, 2], [1, 2, 2, 2, 3, 3, 2]].contains(groups.shape), groups.isSeparated(by: " ") else {
            return false
        }
        let month = groups[3..<5]
        return [1, 2, 3, 4, 7, 8].contains(groups.digits[0]) && ((1...12).contains(month) || month >= 20)
            && 97 - groups[0..<13] % 97 == groups[13..<15]
    }

    private static func isChinese(_ values: [Int]) -> Bool {
        let date = values[6..<14].reduce(0) { $0 * 10 + $1 }
        return values[0] > 0 && (1900...2099).contains(date / 10_000)
            && CheckDigits.isDate(month: date / 100 % 100, day: date % 100) && CheckDigits.mod11_2(values)
    }

    // MARK: With letters

    /// Ids of digits and letters: Spain, Singapore, Finland, Italy, Mexico, China.
    func letteredIDs() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position < bytes.count {
            let end = end(from: position, where: \.isWord)
            if isLetteredID(position..<end) {
                found.append(Match(kind: .nationalID, range: position..<end))
            } else if end - position == 6, isFinnish(position), !self[position + 11].isWord {
                found.append(Match(kind: .nationalID, range: position..<position + 11))
            }
            position = end + 1
        }
        return found
    }

    private func isLetteredID(_ range: Range<Int>) -> Bool {
        guard [9, 16, 18].contains(range.count) else { return false }
        let word = bytes[range].map { $0.isPlainLetter ? $0 & 0xDF : $0 }
        switch range.count {
        case 9: return Self.isSpanish(word) || Self.isSingaporean(word)
        case 16: return Self.isItalian(word)
        default:
            if word[17] == UInt8(ascii: "X"), word[0..<17].allSatisfy(\.isDigit) {
                return Self.isChinese(word[0..<17].map(\.digit) + [10])
            }
            return Self.isMexican(word)
        }
    }

    /// Eight digits, or X, Y or Z and seven, and a letter by the remainder by 23.
    private static func isSpanish(_ word: [UInt8]) -> Bool {
        var digits = word[0..<8].map(\.digit)
        if (0x58...0x5A).contains(word[0]) { digits[0] = Int(word[0]) - 0x58 }
        guard digits.allSatisfy((0...9).contains) else { return false }
        return word[8] == Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[digits.reduce(0) { $0 * 10 + $1 } % 23]
    }

    private static func isSingaporean(_ word: [UInt8]) -> Bool {
        guard word[1..<8].allSatisfy(\.isDigit) else { return false }
        let sum = CheckDigits.weighted(word[1..<8].map(\.digit), [2, 7, 6, 5, 4, 3, 2])
        return switch word[0] {
        case UInt8(ascii: "S"): word[8] == Array("JZIHGFEDCBA".utf8)[sum % 11]
        case UInt8(ascii: "T"): word[8] == Array("JZIHGFEDCBA".utf8)[(sum + 4) % 11]
        case UInt8(ascii: "F"): word[8] == Array("XWUTRQPNMLK".utf8)[sum % 11]
        case UInt8(ascii: "G"): word[8] == Array("XWUTRQPNMLK".utf8)[(sum + 4) % 11]
        default: false
        }
    }

    /// A date, a sign for the century, three digits and a sign by the remainder by 31: `131052-308T`.
    private func isFinnish(_ start: Int) -> Bool {
        guard start + 11 <= bytes.count, !self[start - 1].isWord, bytes[start..<start + 6].allSatisfy(\.isDigit),
            "-+".utf8.contains(bytes[start + 6]), bytes[start + 7..<start + 10].allSatisfy(\.isDigit)
        else { return false }
        let digits = (bytes[start..<start + 6] + bytes[start + 7..<start + 10]).map(\.digit)
        guard CheckDigits.isDate(month: digits[2] * 10 + digits[3], day: digits[0] * 10 + digits[1]) else {
            return false
        }
        let sign = Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)[digits.reduce(0) { $0 * 10 + $1 } % 31]
        return bytes[start + 10] == sign
    }

    private static func isItalian(_ word: [UInt8]) -> Bool {
        let form = "AAAAAA00A00A000A".utf8
        // Of two who would have the same, one has letters for some digits.
        guard
            zip(word, form).allSatisfy({
                $1 == UInt8(ascii: "A") ? $0.isUppercase : $0.isDigit || "LMNPQRSTUV".utf8.contains($0)
            })
        else { return false }
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        let sum = word[0..<15].enumerated().reduce(0) { sum, place in
            let value = place.element.isDigit ? place.element.digit : Int(place.element) - 0x41
            return sum + (place.offset % 2 == 0 ? odd[value] : value)
        }
        return Int(word[15]) - 0x41 == sum % 26
    }

    private static func isMexican(_ word: [UInt8]) -> Bool {
        guard word[0..<4].allSatisfy(\.isUppercase), word[4..<10].allSatisfy(\.isDigit), "HMX".utf8.contains(word[10]),
            word[11..<16].allSatisfy(\.isUppercase), word[16].isDigit || word[16].isUppercase, word[17].isDigit
        else { return false }
        // Ñ has the place between N and O.
        let values = word[0..<17].map { $0.isDigit ? $0.digit : Int($0) - 0x41 + ($0 > 0x4E ? 11 : 10) }
        let sum = zip(values, stride(from: 18, to: 1, by: -1)).reduce(0) { $0 + $1.0 * $1.1 }
        return CheckDigits.isDate(month: word[6].digit * 10 + word[7].digit, day: word[8].digit * 10 + word[9].digit)
            && (10 - sum % 10) % 10 == word[17].digit
    }
}
