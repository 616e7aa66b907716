import Glibc

/// The order in which questions are asked: indices of texts.
package enum RequestStream {
    /// Each text once, in random order.
    ///
    /// - Parameter limit: how many are drawn; nil takes all.
    package static func shuffled(_ labelled: LabelledTexts, limit: Int?, seed: UInt64) -> [Int] {
        var order = Array(labelled.texts.indices)
        var generator = SeededGenerator(seed: seed)
        generator.shuffle(&order)
        return Array(order.prefix(limit ?? order.count))
    }

    /// Requests as a FAQ gets them: the class of rank k is drawn in proportion to 1 ÷ kˣ, and one of its texts with
    /// equal chances. Ranks are random.
    ///
    /// - Parameters:
    ///   - texts: those that can be drawn, in random order.
    ///   - exponent: x; 0 draws all classes alike.
    package static func zipf(
        _ labelled: LabelledTexts, texts: [Int], exponent: Double, requests: Int, seed: UInt64
    ) -> [Int] {
        var rankOfClass: [Int: Int] = [:]
        var members: [[Int]] = []
        for text in texts {
            let name = labelled.classes[text]
            if let rank = rankOfClass[name] {
                members[rank].append(text)
            } else {
                rankOfClass[name] = members.count
                members.append([text])
            }
        }
        guard !members.isEmpty else { return [] }
        var sum = 0.0
        let cumulative = members.indices.map { rank in
            sum += pow(Double(rank + 1), -exponent)
            return sum
        }
        var generator = SeededGenerator(seed: seed, purpose: 1)
        return (0..<requests).map { _ in
            let rank = min(firstIndex(in: cumulative, above: generator.unit() * sum), members.count - 1)
            return members[rank][generator.below(members[rank].count)]
        }
    }

    /// The first index whose value is above the one given, in a rising row; its count when there is none.
    private static func firstIndex(in rising: [Double], above value: Double) -> Int {
        var (low, high) = (0, rising.count)
        while low < high {
            let middle = (low + high) / 2
            if rising[middle] > value { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
