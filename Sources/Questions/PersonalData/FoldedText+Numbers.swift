extension FoldedText {
    /// Payment cards, IBANs and national ids.
    func numbers() -> [Match] {
        var found = ibans() + letteredIDs()
        DigitGroups.each(in: self) { groups in
            if Self.isCard(groups) {
                found.append(Match(kind: .card, range: groups.range))
            } else if isNationalID(groups) {
                found.append(Match(kind: .nationalID, range: groups.range))
            } else {
                return false
            }
            return true
        }
        return found
    }

    // MARK: Payment cards

    /// A number with Luhn's check digit, of a length that the network of its first digits gives out (ISO/IEC 7812).
    private static func isCard(_ groups: DigitGroups) -> Bool {
        let count = groups.digits.count
        guard count >= 14, groups.isSeparated(by: " -"), groups.shape.count == 1 || groups.shape[0] == 4,
            groups.shape.allSatisfy({ $0 > 1 }), isIssued(groups[0..<2], groups[0..<4], count)
        else { return false }
        return CheckDigits.luhn(groups.digits)
    }

    private static func isIssued(_ two: Int, _ four: Int, _ count: Int) -> Bool {
        switch (two, four) {
        case (34, _), (37, _): count == 15  // American Express
        case (_, 3528...3589): count >= 16  // JCB
        case (36, _), (38, _), (39, _), (_, 3000...3059): count == 14 || count == 16  // Diners Club
        case (40...49, _): count == 16 || count == 19  // Visa
        case (51...55, _), (_, 2221...2720), (_, 2200...2204): count == 16  // Mastercard, Mir
        case (50, _), (56...69, _): count >= 16  // Maestro, Discover, UnionPay, RuPay
        case (_, 9792): count == 16  // Troy
        default: false
        }
    }

    // MARK: IBANs

    /// A country, check digits and an account (ISO 13616), of the country's length and with the remainder 1 by 97.
    private func ibans() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position + 15 <= bytes.count {
            guard bytes[position].isPlainLetter, bytes[position + 1].isPlainLetter, !self[position - 1].isWord,
                let end = ibanEnd(position)
            else {
                position += 1
                continue
            }
            found.append(Match(kind: .iban, range: position..<end))
            position = end
        }
        return found
    }

    private func ibanEnd(_ start: Int) -> Int? {
        let country = text(start..<start + 2).uppercased()
        guard let length = Self.ibanLengths[country] else { return nil }
        var position = start
        var remainder = 0
        var head: [UInt8] = []
        for index in 0..<length {
            if index > 0, [0x20, 0x2D].contains(self[position]) { position += 1 }
            let byte = self[position]
            guard byte.isDigit || byte.isPlainLetter, index < 2 || index > 3 || byte.isDigit else { return nil }
            if index < 4 { head.append(byte) } else { remainder = Self.appended(byte, to: remainder) }
            position += 1
        }
        for byte in head { remainder = Self.appended(byte, to: remainder) }
        return remainder == 1 && !self[position].isWord ? position : nil
    }

    /// A is 10, Z is 35.
    private static func appended(_ byte: UInt8, to remainder: Int) -> Int {
        byte.isDigit ? (remainder * 10 + byte.digit) % 97 : (remainder * 100 + Int(byte.lowered) - 0x61 + 10) % 97
    }

    /// Of the registry that SWIFT keeps for ISO 13616.
    private static let ibanLengths: [String: Int] = {
        let countries = [
            15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
            21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
            24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
            28: "AL AZ BY CY DO GT HN HU LB LC NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC",
            33: "RU",
        ]
        return Dictionary(
            uniqueKeysWithValues: countries.flatMap { length, names in
                names.split(separator: " ").map { (String($0), length) }
            })
    }()
}
