extension FoldedText {
    /// Telephone numbers: with a country's code, in the forms of North America, with the zero that most countries write
    /// before an area, or behind a word that says what they are.
    func phones() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position < bytes.count {
            guard mayBegin(position), let end = phoneEnd(position) else {
                position += 1
                continue
            }
            found.append(Match(kind: .phone, range: position..<end))
            position = end
        }
        return found
    }

    /// A sign before it would make it a part of something longer, unless it begins with one itself.
    private func mayBegin(_ position: Int) -> Bool {
        let first = bytes[position]
        guard first.isDigit || first == UInt8(ascii: "+") || first == UInt8(ascii: "(") else { return false }
        let before = self[position - 1]
        return !before.isWord && (first == UInt8(ascii: "+") || !"+.,-/:#$_".utf8.contains(before))
    }

    /// Digits as they are grouped: what is read from one place on, until it cannot go on.
    private struct Reading {
        var digits: [Int] = []
        /// The groups' lengths, and where each ends.
        var shape: [Int] = []
        var ends: [Int] = []
        var separators = Set<UInt8>()
    }

    /// The most digits of a number (ITU-T E.164), and the fewest with an area.
    private static let digitsMax = 15

    private func reading(from start: Int) -> Reading {
        var reading = Reading()
        var position = start
        while reading.shape.count < 8 {
            let end = end(from: position, atMost: 16, where: \.isDigit)
            guard end > position, !self[end].isDigit, reading.digits.count + end - position <= Self.digitsMax else {
                break
            }
            reading.digits += bytes[position..<end].map(\.digit)
            reading.shape.append(end - position)
            reading.ends.append(end)
            position = self.end(from: end, atMost: 3) { " -./()".utf8.contains($0) }
            if position == end { break }
            reading.separators.formUnion(bytes[end..<position])
        }
        return reading
    }

    private func phoneEnd(_ start: Int) -> Int? {
        let hasPlus = bytes[start] == UInt8(ascii: "+")
        let hasBracket = bytes[start] == UInt8(ascii: "(")
        let first =
            hasPlus && self[start + 1] == UInt8(ascii: "(") ? start + 2 : hasPlus || hasBracket ? start + 1 : start
        let reading = reading(from: first)
        guard let end = reading.ends.last, !self[end].isWord, !"_@%$:".utf8.contains(self[end]) else { return nil }
        let digits = reading.digits
        if hasPlus { return digits[0] != 0 && digits.count >= 8 ? end : nil }
        if Self.isDate(reading) || Self.isAddress(reading) { return nil }
        if digits.starts(with: [0, 0]), digits.count >= 10, digits[2] != 0,
            reading.separators.isSubset(of: [0x20, 0x2D, 0x2F])
        {
            return end
        }
        if let count = Self.northAmericanGroups(reading, hasBracket) { return reading.ends[count - 1] }
        if Self.hasTrunkZero(reading) { return end }
        if reading.shape.count > 5 { return nil }
        let isCalled = digits.count >= 7 && self.isCalled(Self.names, at: start) && !reading.separators.contains(0x2E)
        return isCalled ? end : nil
    }

    private static let names: Set<String> = [
        "phone", "telephone", "tel", "telefon", "telefono", "mobile", "mobil", "handy", "cell", "cellphone", "fax",
        "call",
        "whatsapp", "sms", "rufnummer", "telefonnummer", "handynummer", "telefoonnummer",
    ]

    /// `212-555-0143`, `(212) 555-0143`, `1.212.555.0143`: an area and an exchange begin with 2 to 9.
    ///
    /// - Returns: how many groups it has.
    private static func northAmericanGroups(_ reading: Reading, _ hasBracket: Bool) -> Int? {
        let hasCountry = reading.shape.starts(with: [1, 3, 3, 4]) && reading.digits[0] == 1
        let offset = hasCountry ? 1 : 0
        guard reading.shape.dropFirst(offset).starts(with: [3, 3, 4]), reading.digits[offset] > 1,
            reading.digits[offset + 3] > 1
        else { return nil }
        // With spaces alone it could be any three numbers.
        return hasCountry || hasBracket || reading.separators != [0x20] ? offset + 3 : nil
    }

    /// `030 1234567`, `(020) 7946 0958`, `01 23 45 67 89`.
    private static func hasTrunkZero(_ reading: Reading) -> Bool {
        reading.digits[0] == 0 && reading.shape[0] > 1 && reading.digits[1] != 0
            && (9...12).contains(reading.digits.count)
            && (2...5).contains(reading.shape.count) && reading.shape.allSatisfy { $0 > 1 }
            && reading.shape != [3, 2, 5]
            && (!reading.separators.contains(0x2E) || reading.shape == [2, 2, 2, 2, 2])
    }

    /// `01.02.2024`, maybe with a time behind it.
    private static func isDate(_ reading: Reading) -> Bool {
        guard reading.shape.count >= 3 else { return false }
        let first = reading.shape[0], second = reading.shape[1], third = reading.shape[2]
        let year = reading.digits.dropFirst(first + second).prefix(4).reduce(0) { $0 * 10 + $1 }
        return first <= 2 && second <= 2 && third == 4 && (1900...2099).contains(year)
            || first == 4 && second <= 2 && third <= 2
    }

    /// Four numbers with points.
    private static func isAddress(_ reading: Reading) -> Bool {
        reading.separators == [0x2E] && reading.shape.count == 4 && reading.shape.allSatisfy { $0 <= 3 }
    }
}
