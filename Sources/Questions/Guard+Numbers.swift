extension Guard {
    /// Another number, or the same numbers of another unit.
    ///
    /// Units differ when each question has one that the other lacks: `5 kg` and `5 lb`, but not `5` and `5 kg`.
    static func numbers(_ left: Reading, _ right: Reading) -> Conflict? {
        let (question, candidate) = difference(left.quantities, right.quantities)
        if !question.isEmpty || !candidate.isEmpty {
            return Conflict(.number, question: question, candidate: candidate)
        }
        if left.units.isEmpty || right.units.isEmpty { return nil }
        let onlyLeft = left.units.filter { right.units[$0.key] == nil }.values.sorted()
        let onlyRight = right.units.filter { left.units[$0.key] == nil }.values.sorted()
        guard !onlyLeft.isEmpty, !onlyRight.isEmpty else { return nil }
        return Conflict(.number, question: onlyLeft, candidate: onlyRight)
    }

    /// What only one of two multisets has, as it was written.
    private static func difference(_ left: [Quantity], _ right: [Quantity]) -> ([String], [String]) {
        if left.isEmpty || right.isEmpty { return (modelsFirst(left), modelsFirst(right)) }
        func value(_ quantity: Quantity) -> String? { quantity.owner.map { $0 + quantity.value } ?? quantity.value }
        let onlyLeft = surplus(left, over: right, by: value)
        let onlyRight = surplus(right, over: left, by: value)
        // What one writes in one word, the other may write in two.
        let (models, others) = (onlyLeft.filter { $0.owner != nil }, onlyRight.filter { $0.owner != nil })
        let (plain, otherPlain) = (onlyLeft.filter { $0.owner == nil }, onlyRight.filter { $0.owner == nil })
        return (
            (surplus(models, over: otherPlain, by: \.model) + surplus(plain, over: others, by: \.model)).map(\.written),
            (surplus(others, over: plain, by: \.model) + surplus(otherPlain, over: models, by: \.model)).map(\.written)
        )
    }

    private static func modelsFirst(_ quantities: [Quantity]) -> [String] {
        (quantities.filter { $0.owner != nil } + quantities.filter { $0.owner == nil }).map(\.written)
    }

    /// The quantities of which there are more than among the others.
    private static func surplus(
        _ quantities: [Quantity], over others: [Quantity], by key: (Quantity) -> String?
    ) -> [Quantity] {
        var counts: [String: Int] = [:]
        for other in others { if let key = key(other) { counts[key, default: 0] += 1 } }
        return quantities.filter { quantity in
            guard let key = key(quantity) else { return true }
            counts[key, default: 0] -= 1
            return counts[key]! < 0
        }
    }
}
