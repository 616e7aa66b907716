/// Digits that stand together, as people group long numbers: groups with one sign between two.
struct DigitGroups {
    /// Groups of one number at most: a French social security number has as many.
    static let groupsMax = 7
    /// Digits of one number at most: a payment card's.
    static let digitsMax = 19
    /// How the numbers that are known are grouped: the groups' lengths, five bits each.
    private static let shapes = Set(
        ((9...19).map { [$0] } + [
            [3, 2, 4], [6, 3], [2, 3, 3, 1], [3, 3, 3], [6, 4], [3, 3, 4], [2, 3, 3, 3], [6, 5], [3, 3, 3, 2],
            [2, 2, 2, 3, 2], [2, 8, 1], [8, 4], [4, 4, 4], [6, 7], [6, 4, 3], [13, 2], [1, 2, 2, 2, 3, 3, 2],
            [4, 4, 4, 4], [4, 4, 4, 4, 3], [4, 6, 5], [4, 6, 4],
        ]).map { $0.reduce(0) { $0 << 5 | $1 } })

    let range: Range<Int>
    let digits: [Int]
    /// The groups' lengths.
    let shape: [Int]
    /// The signs between them.
    let separators: [UInt8]

    private init(_ text: FoldedText, _ groups: ArraySlice<Range<Int>>) {
        range = groups.first!.lowerBound..<groups.last!.upperBound
        digits = groups.flatMap { text.bytes[$0].map(\.digit) }
        shape = groups.map(\.count)
        separators = groups.dropFirst().map { text.bytes[$0.lowerBound - 1] }
    }

    func has(_ shape: [Int], _ separators: String) -> Bool {
        self.shape == shape && self.separators.elementsEqual(separators.utf8)
    }

    /// Whether all are the same sign, one of these.
    func isSeparated(by signs: String) -> Bool {
        guard let first = separators.first else { return true }
        return signs.utf8.contains(first) && separators.allSatisfy { $0 == first }
    }

    /// The number that some of the digits are.
    subscript(range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }

    /// Every run of groups in a text that could be one number, the longer ones first of those that begin together.
    ///
    /// Numbers begin and end where digits do, and at no letter.
    static func each(in text: FoldedText, _ take: (DigitGroups) -> Bool) {
        let groups = groups(in: text)
        var first = 0
        while first < groups.count {
            let counts = counts(from: first, groups, text)
            var taken = 0
            for count in counts.reversed() {
                let range = groups[first].lowerBound..<groups[first + count - 1].upperBound
                if isWhole(range, text), take(DigitGroups(text, groups[first..<first + count])) {
                    taken = count
                    break
                }
            }
            first += max(1, taken)
        }
    }

    /// How many groups from one on could be a number.
    private static func counts(from first: Int, _ groups: [Range<Int>], _ text: FoldedText) -> [Int] {
        var counts: [Int] = []
        var digits = 0
        var shape = 0
        for next in first..<min(first + groupsMax, groups.count) {
            if next > first {
                let gap = groups[next - 1].upperBound
                guard groups[next].lowerBound == gap + 1, " -./+".utf8.contains(text.bytes[gap]) else { break }
            }
            digits += groups[next].count
            if digits > digitsMax { break }
            shape = shape << 5 | groups[next].count
            if shapes.contains(shape) { counts.append(next - first + 1) }
        }
        return counts
    }

    /// Whether no letter or further digit touches it; a sign that continues a number does not, for groups are tried apart.
    private static func isWhole(_ range: Range<Int>, _ text: FoldedText) -> Bool {
        !text[range.lowerBound - 1].isWord && text[range.lowerBound - 1] != UInt8(ascii: "_")
            && !text[range.upperBound].isWord && text[range.upperBound] != UInt8(ascii: "_")
    }

    private static func groups(in text: FoldedText) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var position = 0
        while position < text.bytes.count {
            let end = text.end(from: position, where: \.isDigit)
            if end > position { groups.append(position..<end) }
            position = end + 1
        }
        return groups
    }
}
