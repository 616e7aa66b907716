extension Guard {
    /// Another number, or the same numbers of another unit.
    ///
    /// Units differ when each question has one that the other lacks: `5 kg` and `5 lb`, but not `5` and `5 kg`.
    static func numbers(_ left: Reading, _ right: Reading) -> Conflict? {
        let (question, candidate) = difference(left.quantities, right.quantities)
        if !question.isEmpty || !candidate.isEmpty {
            return Conflict(.number, question: question, candidate: candidate)
        }
        let onlyLeft = left.units.filter { right.units[$0.key] == nil }.values.sorted()
        let onlyRight = right.units.filter { left.units[$0.key] == nil }.values.sorted()
        guard !onlyLeft.isEmpty, !onlyRight.isEmpty else { return nil }
        return Conflict(.number, question: onlyLeft, candidate: onlyRight)
    }

    /// What only one of two multisets has, as it was written.
    private static func difference(_ left: [Quantity], _ right: [Quantity]) -> ([String], [String]) {
        func surplus(_ quantities: [Quantity], over others: [Quantity]) -> [String] {
            var counts: [String: Int] = [:]
            for other in others { counts[other.value, default: 0] += 1 }
            return quantities.compactMap { quantity in
                counts[quantity.value, default: 0] -= 1
                return counts[quantity.value]! < 0 ? quantity.written : nil
            }
        }
        if left.isEmpty, right.isEmpty { return ([], []) }
        return (surplus(left, over: right), surplus(right, over: left))
    }
}
